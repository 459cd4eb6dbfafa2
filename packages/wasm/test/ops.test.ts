import * as a from '@adjoint/core';
import * as learn from '@adjoint/learn';
import { dtypes, scalar, sizeOf, type DType, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as gen from './generated.js';
import {
  broadcasting,
  exactly,
  filled,
  none,
  one,
  ranked,
  roundings,
  summable,
  sums,
  two,
} from './generated.js';
import type { BoundOf, Sample, Sampler } from './generated.js';

/** Every op there is: what compiled code computes is what the interpreter computes, within the bound of the op's row. */

type Cases = Readonly<Record<string, fc.Arbitrary<Sample>>>;
interface Row {
  /** Samples for the dtypes that the op takes, and for those that it refuses. */
  readonly taken: Cases;
  readonly refused: Cases;
  readonly bound: BoundOf;
}

const row = (of: readonly DType[], sample: Sampler, bound: BoundOf = exactly): Row => {
  const cases = (chosen: readonly DType[]): Cases =>
    Object.fromEntries(chosen.map((dtype) => [dtype, sample(dtype)] as const));
  return { taken: cases(of), refused: cases(dtypes.filter((dtype) => !of.includes(dtype))), bound };
};
const numbers: readonly DType[] = ['f64', 'f32', 'i32'];
const floats: readonly DType[] = ['f64', 'f32'];
const bools: readonly DType[] = ['bool'];

// Elementwise ops

const combinations = (arity: number): readonly (readonly DType[])[] =>
  arity === 0 ? [[]] : combinations(arity - 1).flatMap((rest) => dtypes.map((dtype) => [...rest, dtype]));

/** The row of an elementwise op follows from its record: it takes the dtypes that its expression takes. */
function elementwise(op: a.Elementwise): Row {
  const taken = combinations(op.arity).flatMap((of) => {
    try {
      const lambda = op.lambda(of);
      return [[of.join(), broadcasting(of, (...values) => a.map(op.name, lambda, values))] as const];
    } catch (error) {
      if (error instanceof a.AdjointException) return [];
      throw error;
    }
  });
  return { taken: Object.fromEntries(taken), refused: {}, bound: gen.carried };
}

/** One with a number to choose: whether it takes integers depends on that. */
const parametric = (op: (x: Value, parameter: number) => Value): Row => {
  const parameters = fc.constantFrom(0.01, 0.7, 1, 2, -0.5, 0);
  const sample: Sampler = (dtype) => parameters.chain((p) => broadcasting([dtype], (x) => op(x, p)));
  return { ...row(floats, sample, gen.carried), refused: {} };
};

/** A map of its own: a product or a difference, as the third operand says. */
const chosen: Sampler = (dtype) =>
  broadcasting([dtype, dtype, 'bool'], (...values) => {
    const [x, y] = [scalar.argument('x', dtype), scalar.argument('y', dtype)];
    const which = scalar.argument('which', 'bool');
    const body = scalar.select(which, scalar.multiply(x, y), scalar.subtract(y, scalar.abs(x)));
    return a.map('chosen', { parameters: [x, y, which], body }, values);
  });

// Sources, and ops that hold sub-graphs

const identity = (x: Value): Value => x;
const variable = gen.holding((x) => a.variable('w', x));

const smaller = a.compositeWithPullback(
  'smaller',
  (x = a.constant(0), y = x) => a.where(a.less(x, y), x, y),
  () => [],
);

/** Two carries, one of which moves to the other's place; a sequence or a length; a constant. */
const loops: Sampler = (dtype) =>
  fc
    .record({ shape: gen.shapesOf(0, 2), length: fc.nat(5), reverse: fc.boolean(), sliced: fc.boolean() })
    .chain(({ shape, length, reverse, sliced }) => {
      const step = (x: Value, y: Value, z: Value): Value =>
        dtype === 'bool' ? a.notEqual(x, z) : a.subtract(a.multiply(x, y), z);
      const build = (start: Value, sequence: Value, weight: Value): readonly Value[] =>
        a.scan(
          ([x = start, y = start], slices, [w = weight]) => {
            const next = step(y, w, slices[0] ?? x);
            return { carries: [next, x], stacked: [a.where(a.less(x, next), x, w), y] };
          },
          {
            init: [start, weight],
            constants: [weight],
            reverse,
            ...(sliced ? { sequences: [sequence] } : { length }),
          },
        );
      return fc
        .tuple(filled(dtype, shape), filled(dtype, [length, ...shape]), filled(dtype, shape))
        .map((operands) => ({ operands, build }));
    });

/** Bodies that give results of two types, one of them an operand as it is. */
const branches: Sampler = (dtype) =>
  fc
    .record({ shape: gen.shapesOf(0, 2), from: gen.shapesOf(0, 2) })
    .chain(({ shape, from }) => fc.tuple(filled(dtype, shape), filled(dtype, shape), filled('bool', from)))
    .map((operands) => ({
      operands,
      build: (first, second, flags) =>
        a.cond(
          a.any(flags),
          ([x = first, y = second, z = flags]) => [a.where(a.less(x, y), x, y), z],
          ([x = first, , z = flags]) => [x, a.logicalNot(z)],
          [first, second, flags],
        ),
    }));

// Losses

/** Found by its name, as in a file; an operand beside its own is not looked at. */
function stopGradient(x: Value): Value {
  const op = learn.lossOps.find(({ name }) => name === 'stopGradient');
  if (op === undefined) throw new Error('no op stopGradient');
  return op(x, x);
}

const classified = gen.rankedShapes.filter((shape) => shape.at(-1) !== 0);
const classesOf = ({ operands: [x] }: Sample): number => x?.shape.at(-1) ?? 1;
const elementsOf = ({ operands: [x] }: Sample): number => x?.data.length ?? 0;

/** Logits, and probabilities of their shape or labels. */
const classifications: Sampler = (dtype) =>
  classified.chain((shape) => {
    const labels = gen.indices(shape.slice(0, -1), shape.at(-1) ?? 1);
    return fc
      .tuple(filled(dtype, shape, summable), fc.oneof(filled(dtype, shape, gen.probabilities), labels))
      .map((operands) => ({ operands, build: learn.softmaxCrossEntropy }));
  });

/** More than the mean of the terms of mean (softplus x − y x). */
function meanTerm({ operands: [x, y] }: Sample): number {
  let sum = 0;
  x?.data.forEach((each, at) => (sum += 1 + Math.abs(each) * (1 + Math.abs(y?.data[at] ?? 0))));
  return sum / (x?.data.length ?? 1);
}

// The table

const overAxes = sums(([x = []], out) => sizeOf(x) / Math.max(sizeOf(out), 1));
/** A sum divided. */
const means = sums(([x = []], out) => sizeOf(x) / Math.max(sizeOf(out), 1) + 1);
const ofRows = sums(([x = []]) => x.at(-1) ?? 1);
const ofFilters = sums(([, filters = []]) => sizeOf(filters.slice(1)));
const ofWindows = sums(([x = []], out) => sizeOf(x.slice(out.length)));
const ofSmallWindows = sums(() => 9);
const ofElements = roundings((x) => 2 * elementsOf(x));
/** n terms of one sign, with a few roundings each. */
const terms = roundings((x) => 2 * elementsOf(x) + 12);
const termsOfBothSigns = roundings((x) => 2 * elementsOf(x) + 12, meanTerm);
/** The logarithm of a sum of n exponentials is off by as much as the sum, relative to itself. */
const logarithms = roundings(
  (x) => 2 * classesOf(x) + 16,
  () => 1,
);
const termsOfLogarithms = roundings((x) => 2 * elementsOf(x) + 16, classesOf);

const rows: Readonly<Record<string, Row>> = {
  // Sources, and ops that hold others
  input: row(dtypes, one(none, identity)),
  constant: row(dtypes, gen.holding(a.constant)),
  state: row(dtypes, variable),
  call: row(dtypes, (dtype) => broadcasting([dtype, dtype], (x, y) => smaller(smaller(x, y), smaller(y, x)))),
  map: row(numbers, chosen),
  scan: row(dtypes, loops),
  cond: row(dtypes, branches),

  // Reductions
  sum: row(numbers, one(gen.reductions, a.sum, summable), overAxes),
  mean: row(floats, one(gen.reductions, a.mean, summable), means),
  prod: row(numbers, one(gen.reductions, a.prod, gen.factors), ofElements),
  max: row(numbers, one(gen.reductionsOfElements, a.max)),
  min: row(numbers, one(gen.reductionsOfElements, a.min)),
  all: row(bools, one(gen.reductions, a.all)),
  any: row(bools, one(gen.reductions, a.any)),
  count: row(numbers, one(gen.someOrAllAxes, a.count)),
  sumLike: row(floats, two(gen.besideNarrowed, a.sumLike, summable), overAxes),
  matmul: row(floats, gen.matrices(a.matmul), ofRows),

  // Movement
  reshape: row(dtypes, one(gen.reshapes, a.reshape)),
  reshapeLike: row(dtypes, two(gen.besideRegrouped, a.reshapeLike)),
  flatten: row(
    dtypes,
    ranked(gen.neighbours, (x, [first, last]) => a.flatten(x, first, last)),
  ),
  unflatten: row(
    dtypes,
    ranked(gen.cuts, (x, [axis, to]) => a.unflatten(x, axis, to)),
  ),
  expandDims: row(dtypes, one(gen.newAxes, a.expandDims)),
  squeeze: row(dtypes, one(gen.axesOfSizeOne, a.squeeze)),
  permuteDims: row(dtypes, one(gen.orders, a.permuteDims)),
  broadcastTo: row(dtypes, gen.stretched(a.broadcastTo)),
  broadcastLike: row(dtypes, two(gen.narrowedBeside, a.broadcastLike)),

  // Pieces
  concat: row(dtypes, gen.pieces('parts', a.concat)),
  splitLike: row(
    dtypes,
    gen.pieces('whole', ([x = a.constant(0), ...parts], axis) => a.splitLike(x, parts, axis)),
  ),
  slice: row(dtypes, one(gen.ranges, a.slice)),
  unslice: row(dtypes, gen.transposeOf(gen.ranges, a.slice, a.unslice)),
  pad: row(
    dtypes,
    one(gen.paddings, (x, { widths, value }) => a.pad(x, widths, a.roundTo(x.dtype, value))),
  ),
  windows: row(dtypes, one(gen.windowings, a.windows)),
  addWindows: row(floats, gen.transposeOf(gen.windowings, a.windows, a.addWindows, summable), ofWindows),
  take: row(
    dtypes,
    gen.taking('whole', (x, indices, _, axis) => a.take(x, indices as Value<'i32'>, axis)),
  ),
  addTaken: row(floats, gen.taking('taken', a.addTaken, summable)),
  indicesAlong: row(dtypes, ranked(gen.anAxis, a.indicesAlong)),

  // Images
  conv2d: row(floats, gen.convolved(a.conv2d), ofFilters),
  maxPool2d: row(numbers, gen.pooled(a.maxPool2d)),
  averagePool2d: row(floats, gen.pooled(a.averagePool2d, summable), ofSmallWindows),

  // Activations with a parameter
  leakyRelu: parametric((x, slope) => a.leakyRelu(x, { slope })),
  elu: parametric((x, alpha) => a.elu(x, { alpha })),

  // Losses
  meanSquaredError: row(floats, two(gen.twice, learn.meanSquaredError, summable), terms),
  binaryCrossEntropy: row(floats, two(gen.twice, learn.binaryCrossEntropy, gen.probabilities), terms),
  binaryCrossEntropyWithLogits: row(
    floats,
    two(gen.twice, learn.binaryCrossEntropyWithLogits, summable),
    termsOfBothSigns,
  ),
  logSoftmax: row(floats, one(none, learn.logSoftmax, summable, classified), logarithms),
  softmaxCrossEntropy: row(floats, classifications, termsOfLogarithms),
  stopGradient: row(dtypes, one(none, stopGradient)),
};

const ops = [...(a.corePlugin.ops ?? []), ...(learn.learnPlugin.ops ?? [])];
const derived = ops.flatMap((op) => (op.kind === 'elementwise' ? [[op.name, elementwise(op)] as const] : []));
const table: Readonly<Record<string, Row>> = { ...Object.fromEntries(derived), ...rows };

describe('the table', () => {
  it('has a row for every op there is, and no other', () => {
    const names = ops.map(({ name }) => name);
    expect({
      'without a row': names.filter((name) => !(name in table)),
      'no ops': Object.keys(table).filter((name) => !names.includes(name)),
    }).toEqual({ 'without a row': [], 'no ops': [] });
  });
});

/** How many samples of each op and dtype. */
const RUNS = Number(process.env.RUNS ?? 20);

describe.each(Object.entries(table))('%s', (_name, { taken, refused, bound }) => {
  it.each(Object.entries(taken))('of %s', (_dtypes, samples) => {
    const property = fc.property(samples, gen.someSources, (sample, from) =>
      gen.expectAgreement(sample, from, bound),
    );
    fc.assert(property, { numRuns: RUNS });
  });

  it.each(Object.entries(refused))('refuses %s', (_dtypes, samples) => {
    for (const { operands, build } of fc.sample(samples, 3)) {
      expect(() => build(...operands.map((x) => a.constant(x)))).toThrow(a.AdjointException);
    }
  });
});
