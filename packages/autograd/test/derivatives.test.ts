import * as a from '@adjoint/core';
import {
  constant,
  corePlugin,
  createRegistry,
  evaluateNodes,
  input,
  named,
  nodesUnder,
  tensor,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { numpyLegacy } from '@adjoint/random';
import { checkGradients, gradient, type Differentiable } from '@adjoint/autograd';
import { learnKinds, learnPlugin } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** Every op's derivatives, to second order, beside central differences. */

interface Check {
  readonly f: Differentiable;
  readonly points: readonly Tensor[];
}

const stream = numpyLegacy(7);
/** Random numbers between two bounds. */
const between = (low: number, high: number, ...shape: readonly number[]): Tensor =>
  stream.uniform(shape, low, high);

const unary = (f: (x: Value) => Value, low = -2, high = 2): Check => ({
  f: (x = constant(0)) => f(x),
  points: [between(low, high, 3, 4)],
});
const both = (f: (x: Value, y: Value) => Value, low = -2, high = 2, ...shape: readonly number[]): Check => ({
  f: (x = constant(0), y = constant(0)) => f(x, y),
  points: [between(low, high, ...(shape.length > 0 ? shape : [3, 4])), between(low, high, 4)],
});
const like = constant(a.zeros([3, 4]));

const checks: Readonly<Record<string, Check>> = {
  add: both(a.add),
  subtract: both(a.subtract),
  multiply: both(a.multiply),
  divide: both(a.divide, 0.5, 2),
  remainder: { f: (x = like) => a.remainder(x, 0.7), points: [tensor([0.3, 0.9, -0.4, 1.8])] },
  power: both(a.power, 0.5, 2),
  hypot: both(a.hypot, 0.5, 2),
  atan2: both(a.atan2, 0.5, 2),
  logAddExp: both(a.logAddExp),
  maximum: both(a.maximum),
  minimum: both(a.minimum),
  where: {
    f: (x = like, y = like) => a.where(a.greater(x, 0.1), a.square(x), a.multiply(x, y)),
    points: [between(-1, 1, 3, 4), between(-1, 1, 4)],
  },
  negate: unary(a.negate),
  reciprocal: unary(a.reciprocal, 0.5, 2),
  square: unary(a.square),
  sqrt: unary(a.sqrt, 0.5, 2),
  rsqrt: unary(a.rsqrt, 0.5, 2),
  exp: unary(a.exp),
  expm1: unary(a.expm1),
  log: unary(a.log, 0.5, 2),
  log1p: unary(a.log1p, -0.5, 2),
  log2: unary(a.log2, 0.5, 2),
  sin: unary(a.sin),
  cos: unary(a.cos),
  tan: unary(a.tan, -1, 1),
  asin: unary(a.asin, -0.8, 0.8),
  acos: unary(a.acos, -0.8, 0.8),
  atan: unary(a.atan),
  sinh: unary(a.sinh),
  cosh: unary(a.cosh),
  tanh: unary(a.tanh),
  asinh: unary(a.asinh),
  acosh: unary(a.acosh, 1.5, 3),
  atanh: unary(a.atanh, -0.8, 0.8),
  erf: unary(a.erf),
  erfc: unary(a.erfc),
  abs: unary(a.abs),
  relu: unary(a.relu),
  leakyRelu: unary((x) => a.leakyRelu(x)),
  elu: unary((x) => a.elu(x, { alpha: 0.7 })),
  sigmoid: unary(a.sigmoid),
  logSigmoid: unary(a.logSigmoid),
  softplus: unary(a.softplus),
  gelu: unary(a.gelu),
  silu: unary(a.silu),
  matmul: {
    f: (x = like, y = like) => a.matmul(x, y),
    points: [between(-1, 1, 2, 1, 3, 4), between(-1, 1, 5, 4, 2)],
  },
  einsum: {
    f: (x = like, w = like, y = like) => a.einsum('ri,ij,rj->r', x, w, y),
    points: [between(-1, 1, 3, 2), between(-1, 1, 2, 4), between(-1, 1, 3, 4)],
  },
  sum: unary((x) => a.sum(x, { axes: [-1] })),
  prod: unary((x) => a.prod(x, { axes: [1] })),
  max: unary((x) => a.max(x, { axes: [0] })),
  min: unary((x) => a.min(x, { axes: [1], keepDims: true })),
  mean: unary((x) => a.mean(x, { axes: [0] })),
  sumLike: {
    f: (x = like, y = like) => a.sumLike(x, a.square(y)),
    points: [between(-1, 1, 3, 4), between(-1, 1, 1, 4)],
  },
  reshape: unary((x) => a.reshape(x, [2, -1])),
  reshapeLike: unary((x) => a.reshapeLike(x, constant(a.zeros([6, 2])))),
  expandDims: unary((x) => a.expandDims(x, [0, -1])),
  squeeze: unary((x) => a.squeeze(a.expandDims(x, [1]), [1])),
  flatten: unary((x) => a.flatten(x)),
  unflatten: unary((x) => a.unflatten(x, 1, [-1, 2])),
  windows: unary((x) => a.windows(x, { size: [2, 2], stride: [1, 2] })),
  addWindows: {
    f: (x = like) => a.addWindows(x, constant(a.zeros([5])), { size: [3], stride: [1], dilation: [1] }),
    points: [between(-1, 1, 3, 3)],
  },
  take: unary((x) =>
    a.take(
      x,
      constant(
        a.tensor(
          [
            [2, 0],
            [-1, 2],
          ],
          'i32',
        ),
      ),
    ),
  ),
  addTaken: unary((x) =>
    a.addTaken(x, constant(a.tensor([1, 3, 1], 'i32')), constant(a.zeros([5, 4])), { axis: 0 }),
  ),
  conv2d: {
    f: (x = like, w = like) => a.conv2d(x, w, { stride: 2, padding: [1, 0], groups: 2 }),
    points: [between(-1, 1, 2, 2, 4, 4), between(-1, 1, 2, 1, 2, 3)],
  },
  maxPool2d: {
    f: (x = like) => a.square(a.maxPool2d(x, { size: 2, stride: 1 })),
    points: [between(-1, 1, 1, 1, 3, 4)],
  },
  averagePool2d: {
    f: (x = like) => a.square(a.averagePool2d(x, { size: [2, 3], stride: 1, padding: 1 })),
    points: [between(-1, 1, 1, 1, 3, 4)],
  },
  permuteDims: unary((x) => a.permuteDims(x, [1, 0])),
  broadcastTo: unary((x) => a.broadcastTo(x, [2, 3, 4])),
  broadcastLike: unary((x) => a.broadcastLike(x, constant(a.zeros([2, 3, 4])))),
  repeatLike: unary((x) => a.repeatLike(x, constant(a.zeros([2, 5])), 1)),
  sumRepeats: unary((x) => a.transposeOf(a.repeatLike)(x, constant(a.zeros([4])), { axis: 0 })),
  concat: {
    f: (x = like, y = like) => a.concat([x, y, x], 1),
    points: [between(-1, 1, 3, 4), between(-1, 1, 3, 2)],
  },
  splitLike: {
    f: (x = like) => {
      const [first = x, second = x] = a.splitLike(x, [constant(a.zeros([3, 1])), constant(a.zeros([3, 3]))], {
        axis: 1,
      });
      return a.multiply(first, second);
    },
    points: [between(-1, 1, 3, 4)],
  },
  slice: unary((x) => a.slice(x, [{ start: -2 }, { start: 1, step: 2 }])),
  unslice: unary((x) => a.unslice(x, constant(a.zeros([5, 4])), { ranges: [{ start: 1, stop: 4 }] })),
  pad: unary((x) =>
    a.pad(
      x,
      [
        [1, 0],
        [0, 2],
      ],
      3,
    ),
  ),
  scan: {
    f: (x = like, w = like) => {
      const [last = x, stacked = x] = a.scan(
        ([carry = x], [each = x], [weight = w]) => {
          const next = a.tanh(a.add(a.multiply(weight, carry), each));
          return { carries: [next], stacked: [a.square(next)] };
        },
        { init: [constant(a.ones([4]))], sequences: [x], constants: [w], reverse: true },
      );
      return a.add(last, a.sum(stacked, { axes: [0] }));
    },
    points: [between(-1, 1, 3, 4), between(-1, 1, 4)],
  },
  cond: {
    f: (x = like, w = like) => {
      const choose = (predicate: Value): Value => {
        const [out = x] = a.cond(
          predicate,
          ([each = x, weight = w]) => [a.multiply(a.sin(each), weight)],
          ([each = x]) => [a.exp(each)],
          [x, w],
        );
        return out;
      };
      // One is always true, the other always false.
      return a.add(choose(a.less(a.sum(a.square(x)), 100)), choose(a.less(a.sum(a.square(x)), 0)));
    },
    points: [between(-1, 1, 3, 4), between(-1, 1, 4)],
  },
  meanSquaredError: both((x, y) => loss('meanSquaredError', x, a.broadcastLike(y, x))),
  binaryCrossEntropy: both((x, y) => loss('binaryCrossEntropy', x, a.broadcastLike(y, x)), 0.2, 0.8),
  binaryCrossEntropyWithLogits: both((x, y) =>
    loss('binaryCrossEntropyWithLogits', x, a.broadcastLike(y, x)),
  ),
  softmaxCrossEntropy: both((x, y) => loss('softmaxCrossEntropy', x, a.broadcastLike(y, x))),
  logSoftmax: unary((x) => loss('softmaxCrossEntropy', x, x)),
};

function loss(name: string, prediction: Value, target: Value): Value {
  const found = learnPlugin.losses?.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no loss ${name}`);
  return found.build(prediction, target);
}

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
    expect([...Object.keys(checks), ...withoutDerivative].sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(checks))('of %s agree with central differences, twice', (_, { f, points }) => {
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
