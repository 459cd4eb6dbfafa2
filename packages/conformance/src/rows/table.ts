import * as g from '@adjoint/learn';
import * as a from '@adjoint/core';
import { map, repeatLike, transposeOf, roundTo, at, sizeOf } from '@adjoint/core/extend';
import { dtypes, scalar, type DType, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { exactly, means } from '../compare/bounds.js';
import { factors, probabilities, summable } from '../generate/numbers.js';
import * as gen from '../generate/samples.js';
import { broadcasting, none, one, ranked, two, type Sampler } from '../generate/samples.js';
import * as fitting from '../generate/shapes.js';
import { branches, calls, loops } from './control.js';
import * as loss from './losses.js';
import { floats, row, type Row, type Rows } from './row.js';

/** A row for every op of core and learn whose samples do not follow from its record. */

const identity = (x: Value): Value => x;
const bools: readonly DType[] = ['bool'];

/** A map of its own: a product or a difference, as the third operand says. */
const chosen: Sampler = (dtype) =>
  broadcasting([dtype, dtype, 'bool'], (...values) => {
    const [x, y] = [scalar.argument('x', dtype), scalar.argument('y', dtype)];
    const which = scalar.argument('which', 'bool');
    const body = scalar.select(which, scalar.multiply(x, y), scalar.subtract(y, scalar.abs(x)));
    return map('chosen', { parameters: [x, y, which], body }, values);
  });

/** A value three times, and the sum of three. */
const repeated = (x: Value): Value => repeatLike(x, a.constant(a.zeros([3])));
const sumRepeats = transposeOf(repeatLike);
const summedRepeats = (x: Value, like: Value): Value => sumRepeats(x, like, { axis: 0 });

/** A matrix product whose result is transposed, with a letter for each stack. */
function transposedProduct(x: Value, y: Value): Value {
  const stack = ({ shape }: Value): string => 'pqrs'.slice(6 - shape.length);
  const longer = x.shape.length > y.shape.length ? x : y;
  return a.einsum(`${stack(x)}ij,${stack(y)}jk->${stack(longer)}ki`, x, y);
}

/** An activation with a number to choose: whether it takes integers depends on that. */
const parametric = (op: (x: Value, parameter: number) => Value): Row => {
  const parameters = fc.constantFrom(0.01, 0.7, 1, 2, -0.5, 0);
  const sample: Sampler = (dtype) => parameters.chain((p) => broadcasting([dtype], (x) => op(x, p)));
  return { ...row('map', sample, { of: floats }), refused: {} };
};

const exact = { bound: exactly };

export const rows: Rows = {
  // Sources, and ops that hold others
  input: row('source', one(none, identity)),
  constant: row('source', gen.holding(a.constant)),
  state: row(
    'source',
    gen.holding((x) => a.variable('w', x)),
  ),
  call: row('control', calls),
  map: row('map', chosen, exact),
  scan: row('control', loops),
  cond: row('control', branches),

  // Reductions
  sum: row('reduction', one(fitting.reductions, a.sum, summable)),
  mean: row('reduction', one(fitting.reductions, a.mean, summable), {
    of: floats,
    bound: means((x, out) => sizeOf(x) / Math.max(sizeOf(out), 1) + 1),
  }),
  prod: row('reduction', one(fitting.reductions, a.prod, factors), exact),
  max: row('reduction', one(fitting.reductionsOfElements, a.max), exact),
  min: row('reduction', one(fitting.reductionsOfElements, a.min), exact),
  all: row('reduction', one(fitting.reductions, a.all), { of: bools, bound: exactly }),
  any: row('reduction', one(fitting.reductions, a.any), { of: bools, bound: exactly }),
  count: row('reduction', one(fitting.someOrAllAxes, a.count), exact),
  sumLike: row('reduction', two(fitting.besideNarrowed, a.sumLike, summable), { of: floats }),
  matmul: row('contraction', gen.matrices(a.matmul)),
  einsum: row('contraction', gen.matrices(transposedProduct)),

  // Movement
  reshape: row('reshaping', one(fitting.reshapes, a.reshape)),
  reshapeLike: row('reshaping', two(fitting.besideRegrouped, a.reshapeLike)),
  flatten: row(
    'reshaping',
    ranked(fitting.neighbours, (x, [first, last]) => a.flatten(x, first, last)),
  ),
  unflatten: row(
    'reshaping',
    ranked(fitting.cuts, (x, [axis, to]) => a.unflatten(x, axis, to)),
  ),
  expandDims: row('view', one(fitting.newAxes, a.expandDims)),
  squeeze: row('view', one(fitting.axesOfSizeOne, a.squeeze)),
  permuteDims: row('view', one(fitting.orders, a.permuteDims)),
  broadcastTo: row('view', gen.stretched(a.broadcastTo)),
  broadcastLike: row('view', two(fitting.narrowedBeside, a.broadcastLike)),
  repeatLike: row('view', two(fitting.besideRanked, repeatLike)),
  sumRepeats: row('unview', gen.transposeOf(none, repeated, summedRepeats, summable), { of: floats }),

  // Pieces
  concat: row('join', gen.pieces('parts', a.concat)),
  splitLike: row(
    'split',
    gen.pieces('whole', (values, axis) => a.splitLike(at(values, 0), values.slice(1), { axis })),
  ),
  slice: row('view', one(fitting.ranges, a.slice)),
  unslice: row(
    'unview',
    gen.transposeOf(fitting.ranges, a.slice, (x, like, ranges) => a.unslice(x, like, { ranges })),
    { of: floats, bound: exactly },
  ),
  pad: row(
    'join',
    one(fitting.paddings, (x, { widths, value }) => a.pad(x, widths, roundTo(x.dtype, value))),
  ),
  windows: row('view', one(fitting.windowings, a.windows)),
  addWindows: row('unview', gen.transposeOf(fitting.windowings, a.windows, a.addWindows, summable)),
  take: row(
    'indexed',
    gen.taking('whole', (x, indices, _, axis) => a.take(x, indices, axis)),
  ),
  addTaken: row(
    'unindexed',
    gen.taking('taken', (x, indices, like, axis) => a.addTaken(x, indices, like, { axis }), summable),
  ),
  indicesAlong: row('source', ranked(fitting.anAxis, a.indicesAlong)),

  // Images
  conv2d: row('contraction', gen.convolved(a.conv2d)),
  maxPool2d: row('reduction', gen.pooled(a.maxPool2d), exact),
  averagePool2d: row('reduction', gen.pooled(a.averagePool2d, summable), {
    of: floats,
    bound: means(() => 9),
  }),

  // Activations with a parameter
  leakyRelu: parametric((x, slope) => a.leakyRelu(x, { slope })),
  elu: parametric((x, alpha) => a.elu(x, { alpha })),

  // Losses
  meanSquaredError: row('opaque', two(fitting.twice, g.meanSquaredError, summable), { bound: loss.terms }),
  binaryCrossEntropy: row('opaque', two(fitting.twice, g.binaryCrossEntropy, probabilities), {
    bound: loss.terms,
  }),
  binaryCrossEntropyWithLogits: row('opaque', two(fitting.twice, g.binaryCrossEntropyWithLogits, summable), {
    bound: loss.termsOfBothSigns,
  }),
  logSoftmax: row('opaque', one(none, g.logSoftmax, summable, loss.classified), {
    bound: loss.logarithms,
  }),
  softmaxCrossEntropy: row('opaque', loss.classifications, { bound: loss.termsOfLogarithms }),
  stopGradient: row('opaque', one(none, loss.stopGradient), { of: dtypes }),
};
