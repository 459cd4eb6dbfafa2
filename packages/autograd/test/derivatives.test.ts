import * as a from '@adjoint/core';
import {
  constant,
  corePlugin,
  createRegistry,
  input,
  named,
  tensor,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { evaluateNodes, nodesUnder } from '@adjoint/core/extend';
import { numpyLegacy } from '@adjoint/random';
import { checkGradients, gradient } from '@adjoint/autograd';
import { learnKinds, learnPlugin } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { cases } from './cases.js';

/** Every op's derivatives, to second order, beside central differences. */

/** Sources, ops without derivatives, the two containers that others stand for, and a stopped gradient. */
const withoutDerivative = [
  ...['input', 'constant', 'state', 'map', 'call', 'stopGradient'],
  ...['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'isFinite'],
  ...['logicalAnd', 'logicalOr', 'logicalNot', 'all', 'any', 'count', 'indicesAlong'],
  ...['sign', 'floor', 'ceil', 'round'],
];

describe('derivatives', () => {
  it('are checked of every op there is', () => {
    const registry = createRegistry([corePlugin, learnPlugin], learnKinds);
    const names = E.isRight(registry) ? [...registry.right.ops.keys()] : [];
    expect([...Object.keys(cases), ...withoutDerivative].sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(cases))('of %s agree with central differences, twice', (_, { f, points }) => {
    for (const order of [1, 2]) {
      const check = checkGradients(f, points, { order, tolerance: 1e-5 });
      expect(check.directions.some(({ kink }) => kink)).toBe(false);
      expect(check).toMatchObject({ passed: true });
    }
  });
});

const evaluate = (value: Value): number[] =>
  Array.from(evaluateNodes(nodesUnder([value]), new Map()).get(value)?.data ?? []);

/** An op's value and first two derivatives at points. */
function jets(f: (x: Value) => Value, points: readonly number[]): readonly (readonly number[])[] {
  const x = constant(tensor(points));
  const first = gradient(a.sum(f(x)), x);
  return [f(x), first, gradient(a.sum(first), x)].map(evaluate);
}

describe('smooth activations at 0 and ±800', () => {
  const half = Math.sqrt(2 / Math.PI);
  it.each<[string, (x: Value) => Value, number[], number[], number[]]>([
    ['sigmoid', a.sigmoid, [0, 0.5, 1], [0, 0.25, 0], [0, 0, 0]],
    ['tanh', a.tanh, [-1, 0, 1], [0, 1, 0], [0, 0, 0]],
    ['softplus', a.softplus, [0, Math.LN2, 800], [0, 0.5, 1], [0, 0.25, 0]],
    ['logSigmoid', a.logSigmoid, [-800, -Math.LN2, 0], [1, 0.5, 0], [0, -0.25, 0]],
    ['silu', a.silu, [0, 0, 800], [0, 0.5, 1], [0, 0.5, 0]],
    ['gelu', a.gelu, [0, 0, 800], [0, 0.5, 1], [0, half, 0]],
    ['elu', (x) => a.elu(x), [-1, 0, 800], [0, 1, 1], [0, 1, 0]],
    ['erf', a.erf, [-1, 0, 1], [0, 2 / Math.sqrt(Math.PI), 0], [0, 0, 0]],
    [
      'atan',
      a.atan,
      [-Math.atan(800), 0, Math.atan(800)],
      [1 / 640001, 1, 1 / 640001],
      [1600 / 640001 ** 2, 0, -1600 / 640001 ** 2],
    ],
    [
      'asinh',
      a.asinh,
      [-Math.asinh(800), 0, Math.asinh(800)],
      [640001 ** -0.5, 1, 640001 ** -0.5],
      [800 * 640001 ** -1.5, 0, -800 * 640001 ** -1.5],
    ],
  ])('%s', (_, f, ...expected) => {
    jets(f, [-800, 0, 800]).forEach((values, order) => {
      values.forEach((value, index) => expect(value).toBeCloseTo(expected[order]?.[index] ?? NaN, 12));
    });
  });
});

describe('conventions at kinks', () => {
  it.each<[string, (x: Value) => Value, number, number]>([
    ['relu', a.relu, 0, 0],
    ['leakyRelu', (x) => a.leakyRelu(x, { slope: 0.2 }), 0, 0.2],
    ['abs', a.abs, 0, 0],
    ['x to the power 0', (x) => a.power(x, 0), 0, 0],
    ['0 to the power x', (x) => a.power(0, x), 2, 0],
    ['hypot at the origin', (x) => a.hypot(x, 0), 0, 0],
    ['max of equal numbers', (x) => a.maximum(x, 3), 3, 0.5],
    ['min of equal numbers', (x) => a.minimum(x, 3), 3, 0.5],
  ])('%s', (_, f, at, slope) => {
    expect(jets(f, [at])[1]).toEqual([slope]);
  });

  it('shares the cotangent of max and min among ties', () => {
    const x = constant(tensor([1, 5, 5, 5, 2]));
    expect(evaluate(gradient(a.max(x), x))).toEqual([0, 1 / 3, 1 / 3, 1 / 3, 0]);
    expect(evaluate(gradient(a.min(a.negate(x)), x))).toEqual([-0, -1 / 3, -1 / 3, -1 / 3, -0]);
  });

  it('keeps NaN in relu', () => {
    expect(jets(a.relu, [NaN])[0]).toEqual([NaN]);
  });
});

describe('prod with zeros', () => {
  it.each([
    [
      [2, 0, 3],
      [0, 6, 0],
    ],
    [
      [0, 0, 3],
      [0, 0, 0],
    ],
    [
      [2, 5, 3],
      [15, 6, 10],
    ],
  ])('%j', (point, expected) => {
    const x = constant(tensor(point));
    expect(evaluate(gradient(a.prod(x), x))).toEqual(expected);
  });

  it('has the second derivatives ∂²/∂xᵢ∂xⱼ = product of the rest', () => {
    const x = input('x', [3]);
    const directional = a.sum(a.multiply(gradient(a.prod(x), x), constant(tensor([1, 0, 0]))));
    const second = gradient(directional, x);
    const at = new Map<Value, Tensor>([[x, tensor([0, 0, 3])]]);
    expect(Array.from(evaluateNodes(nodesUnder([second]), at).get(second)?.data ?? [])).toEqual([0, 3, 0]);
  });
});

describe('a scan of 1,000 steps', () => {
  const steps = 1000;
  const xs = numpyLegacy(3).uniform([steps, 2], -1, 1);
  const step = (carry: Value, x: Value, w: Value): Value => a.tanh(a.add(a.multiply(w, carry), x));

  it.each([false, true])('has the gradient of the unrolled loop, reverse %s', (reverse) => {
    const [X, w, start] = [input('X', [steps, 2]), input('w', [2]), input('start', [2])];
    const scanned = a.scan(
      ([carry = start], [x = w], [weight = w]) => {
        const next = step(carry, x, weight);
        return { carries: [next], stacked: [a.square(next)] };
      },
      { init: [start], sequences: [X], constants: [w], reverse },
    );
    let carry: Value = start;
    const stacked: Value[] = [];
    for (let i = 0; i < steps; i++) {
      const at = reverse ? steps - 1 - i : i;
      carry = step(carry, a.squeeze(a.slice(X, [{ start: at, stop: at + 1 }]), [0]), w);
      stacked[at] = a.expandDims(a.square(carry), [0]);
    }
    const [last = start, all = start] = scanned;
    const lossOf = (final: Value, results: Value): Value => a.add(a.sum(a.exp(final)), a.mean(results));
    const variables = { X, w, start };
    const ours = gradient(lossOf(last, all), variables);
    const theirs = gradient(lossOf(carry, a.concat(stacked)), variables);
    const values = [named('ours', lossOf(last, all)), lossOf(carry, a.concat(stacked))];
    const given = new Map<Value, Tensor>([
      [X, xs],
      [w, tensor([0.9, -0.7])],
      [start, tensor([0.1, 0.2])],
    ]);
    const results = evaluateNodes(
      nodesUnder([...values, ...Object.values(ours), ...Object.values(theirs)]),
      given,
    );
    const data = (value: Value): number[] => Array.from(results.get(value)?.data ?? []);
    const [scannedLoss = last, unrolledLoss = last] = values;
    expect(data(scannedLoss)[0]).toBeCloseTo(data(unrolledLoss)[0] ?? NaN, 13);
    for (const name of ['X', 'w', 'start'] as const) {
      const expected = data(theirs[name]);
      const scale = Math.max(...expected.map(Math.abs));
      data(ours[name]).forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? NaN)) / scale).toBeLessThan(1e-12);
      });
    }
  });
});
