import * as a from '@adjoint/core';
import { sizeOf, sliceOf, transposeOf, at, build1, last } from '@adjoint/core/extend';
import { graph, input, print, simplify, type Node, type Tensor, type Value } from '@adjoint/core';
import { batchOf, checkGradients, gradient, pushforwardOf } from '@adjoint/autograd';
import { conformance, derived, fitting, register } from '@adjoint/conformance';
import { explainPlan, wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpreted, right, run } from '../running.js';
import { bilinear, cumulativeSum, diagonal, familyPlugin, flip, sumOfSquares } from './plugin.js';

/** An op of a plugin has everything from its record: code, derivatives, batches, simplification, text and files. */

/** Numbers without a pattern, in a shape. */
const numbers = (...shape: readonly number[]): Tensor<'f64'> =>
  a.fromData(
    'f64',
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(3 * index + shape.length)),
  );

interface Case {
  readonly f: (...operands: readonly Value[]) => Value;
  readonly points: readonly Tensor<'f64'>[];
}

const unary = (f: (x: Value) => Value, ...shape: readonly number[]): Case => ({
  f: (...operands) => f(at(operands, 0)),
  points: [numbers(...shape)],
});

const cases: Readonly<Record<string, Case>> = {
  flip: unary((x) => flip(x, [-1]), 3, 4),
  'flip of a part': unary((x) => flip(a.slice(x, [{ start: 1 }, { step: 2 }]), [0, 1]), 3, 5),
  diagonal: unary(diagonal, 4, 4),
  'diagonal of a batch, turned': unary((x) => diagonal(flip(a.permuteDims(x, [0, 2, 1]), [1])), 2, 3, 3),
  sumOfSquares: unary((x) => sumOfSquares(x, { axes: [-1] }), 3, 4),
  'sumOfSquares of everything': unary((x) => sumOfSquares(x), 3, 4),
  bilinear: {
    f: (...operands) => bilinear(at(operands, 0), at(operands, 1), at(operands, 2)),
    points: [numbers(3, 2), numbers(2, 4), numbers(3, 4)],
  },
  cumulativeSum: unary((x) => cumulativeSum(x), 5, 3),
  'cumulativeSum, backwards': unary((x) => cumulativeSum(x, { axis: -1, reverse: true }), 2, 3, 4),
};

const named = Object.entries(cases);
const inputsOf = ({ points }: Case): readonly Value[] =>
  points.map(({ shape }, index) => input(`x${index}`, shape));

describe('an op of a family', () => {
  it.each(named)('has code: %s', (_name, each) => {
    const xs = inputsOf(each);
    const out = each.f(...xs);
    const loss = a.sum(a.sin(out));
    const gradients = xs.map((x) => gradient(loss, x));
    for (const value of [out, ...gradients]) {
      expect(explainPlan(a.program({ outputs: { value } }))).toContain('every op has code');
      const used = Object.fromEntries(
        graph({ value }).inputs.map((each_) => [a.nameOfInput(each_), lookUp(each_, xs, each)]),
      );
      const [compiled, expected] = [run(value, used), interpreted(value, used)];
      expect(compiled.shape).toEqual(expected.shape);
      compiled.data.forEach((number, index) => expect(number).toBeCloseTo(at(expected.data, index), 12));
    }
  });

  it.each(named)('has gradients to second order: %s', (_name, { f, points }) => {
    for (const order of [1, 2]) {
      expect(checkGradients((...xs) => a.sin(f(...xs)), points, { order }).passed).toBe(true);
    }
  });

  it.each(named)('has a pushforward: ⟨cotangent, pushforward⟩ = ⟨pullback, tangent⟩: %s', (_name, each) => {
    const xs = each.points.map((point) => a.constant(point));
    const { node } = each.f(...xs);
    const tangents = node.inputs.map(({ shape }) => a.constant(numbers(...shape)));
    const cotangent = a.constant(numbers(...at(node.outputs, 0).shape));
    const forwards = sumOfProducts(cotangent, at(pushforwardOf(node, tangents), 0));
    const loss = a.sum(a.multiply(cotangent, at(node.outputs, 0)));
    const backwards = node.inputs.map((each_, index) =>
      sumOfProducts(gradient(loss, each_), at(tangents, index)),
    );
    expect(forwards).toBeCloseTo(
      backwards.reduce((sum, term) => sum + term, 0),
      12,
    );
  });

  it.each(named)('has batches: a batch is a loop over its elements: %s', (_name, { f, points }) => {
    const size = 3;
    const { node } = f(...points.map((point) => a.constant(point)));
    const batches = node.inputs.map(({ shape }) => numbers(size, ...shape));
    const operands = batches.map((batch) => ({ value: a.constant(batch), isBatched: true }));
    const all = interpreted(at(batchOf(node, operands) ?? [], 0));
    for (let element = 0; element < size; element++) {
      const one = applied(
        node,
        batches.map((batch) => a.constant(sliceOf(batch, element))),
      );
      expect(interpreted(one).data).toEqual(sliceOf(all, element).data);
    }
  });

  it.each(named)('is read from a file with its plugin: %s', (_name, each) => {
    const registry = right(
      E.mapLeft((errors: readonly a.AdjointError[]) => at(errors, 0))(
        a.createRegistry([a.corePlugin, familyPlugin]),
      ),
    );
    const xs = inputsOf(each);
    const written = graph({ out: each.f(...xs), dx: gradient(a.sum(a.sin(each.f(...xs))), at(xs, 0)) }, xs);
    const back = right(a.readGraph(a.writeGraph(written), registry));
    expect(print(back)).toBe(print(written));
  });

  it('is refused with its name', () => {
    expect(() => flip(input('x', [2, 3]), [2])).toThrow(
      'flip: the axes [2] are not different axes of rank 2',
    );
    expect(() => diagonal(input('x', [2, 3]))).toThrow('diagonal: takes square matrices');
    expect(() => cumulativeSum(input('x', [2], 'bool'))).toThrow('cumulativeSum: does not take bool');
    expect(() => bilinear(input('x', [2, 3]), input('w', [4, 5]), input('y', [2, 5]))).toThrow(
      'bilinear: an axis that two operands share has two sizes',
    );
  });
});

const lookUp = (value: Value, xs: readonly Value[], { points }: Case): Tensor =>
  at(points, xs.indexOf(value));
const sumOfProducts = (x: Value, y: Value | undefined): number =>
  y === undefined ? 0 : at(interpreted(a.sum(a.multiply(x, y))).data, 0);
const applied = ({ op, attributes }: Node, inputs: readonly Value[]): Value => build1(op, inputs, attributes);

describe('simplify', () => {
  const x = input('x', [4, 4]);
  const lines = (out: Value): string =>
    print(simplify(graph({ out })))
      .split('\n')
      .slice(1, -2)
      .join('\n')
      .trim();

  it('knows views of plugins', () => {
    expect(lines(flip(flip(x, [0]), [0]))).toBe('');
    expect(lines(diagonal(a.permuteDims(x, [1, 0])))).toMatchInlineSnapshot(`
      "%1: f64[4, 4] = permuteDims(x, axes=[1,0])
        %2: f64[4] = diagonal(%1)"
    `);
    expect(lines(flip(a.slice(flip(x, [1]), [{}, { start: 2 }]), [1]))).toMatchInlineSnapshot(
      `"%1: f64[4, 2] = slice(x, :, :2)"`,
    );
    expect(lines(gradient(a.sum(a.square(diagonal(flip(x, [0])))), x))).toMatchInlineSnapshot(`
      "%1: f64[4, 4] = flip(x, axes=[0])
        %2: f64[4] = diagonal(%1)
        %3: f64[4] = 2 * %2  # square′
        %4: f64[4, 4] = addDiagonal(%3, %1)
        dx: f64[4, 4] = flip(%4, axes=[0])"
    `);
  });

  it('writes their formulas', () => {
    const out = a.named('out', flip(x, [1]));
    const total = a.named('total', sumOfSquares(out, { axes: [0] }));
    expect([...a.formulasOf(graph({ total })).values()]).toMatchInlineSnapshot(`
      [
        "\\operatorname{flip}\\left(x\\right)",
        "\\sum{}^2_{0} \\mathrm{out}",
      ]
    `);
  });
});

describe('every op of the plugin agrees with the interpreter', () => {
  const axesOf = fitting.someAxes;
  const checks = conformance(wasm, {
    plugins: [familyPlugin],
    rows: {
      flip: derived(flip, (shape) => fc.record({ axes: axesOf(shape) })),
      diagonal: derived(diagonal, () => fc.constant({})),
      addDiagonal: derived(transposeOf(diagonal), () => fc.constant({})),
      sumOfSquares: derived(sumOfSquares, (shape) =>
        fc.record({ axes: axesOf(shape), keepDims: fc.boolean() }),
      ),
      bilinear: derived(bilinear, () => fc.constant({})),
      cumulativeSum: derived(cumulativeSum, (shape) =>
        fc.record({ axis: fc.nat(Math.max(shape.length - 1, 0)), reverse: fc.boolean() }),
      ),
    },
  });
  const names = new Set((familyPlugin.ops ?? []).map(({ name }) => name));
  register(
    checks.filter(({ group }) => names.has(group)),
    { describe, it },
  );
  it('has a row for each of its ops', () => expect(last([...names])).toBe('cumulativeSum'));
});
