import * as a from '@adjoint/core';
import { constant, tensor, type Tensor, type Value } from '@adjoint/core';
import { repeatLike, transposeOf } from '@adjoint/core/extend';
import { numpyLegacy } from '@adjoint/random';
import type { Differentiable } from '@adjoint/autograd';
import { learnPlugin } from '@adjoint/learn';

/** A function of values, and points at which it is tried. */
export interface Case {
  readonly f: Differentiable;
  readonly points: readonly Tensor[];
}

const stream = numpyLegacy(7);
/** Random numbers between two bounds. */
const between = (low: number, high: number, ...shape: readonly number[]): Tensor =>
  stream.uniform(shape, low, high);

const unary = (f: (x: Value) => Value, low = -2, high = 2): Case => ({
  f: (x = constant(0)) => f(x),
  points: [between(low, high, 3, 4)],
});
const both = (f: (x: Value, y: Value) => Value, low = -2, high = 2, ...shape: readonly number[]): Case => ({
  f: (x = constant(0), y = constant(0)) => f(x, y),
  points: [between(low, high, ...(shape.length > 0 ? shape : [3, 4])), between(low, high, 4)],
});
const like = constant(a.zeros([3, 4]));

/** For every op with a derivative a function that applies it. */
export const cases: Readonly<Record<string, Case>> = {
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
    f: (x = like, w = like, y = like) => {
      // Along j its axis is stretched.
      const stretched = a.permuteDims(a.sum(x, { axes: [1], keepDims: true }), [1, 0]);
      return a.add(a.einsum('ri,ij,rj->r', x, w, y), a.einsum('rj,jr->r', y, stretched));
    },
    points: [between(-1, 1, 3, 2), between(-1, 1, 2, 4), between(-1, 1, 3, 4)],
  },
  sum: unary((x) => a.sum(x, { axes: [-1] })),
  prod: unary((x) => a.prod(x, { axes: [1] })),
  max: unary((x) => a.max(x, { axes: [0] })),
  min: unary((x) => a.min(x, { axes: [1], keepDims: true })),
  mean: unary((x) => a.mean(x, { axes: [0] })),
  sumLike: {
    f: (x = like, y = like) => a.add(a.sumLike(x, a.square(y)), a.sumLike(x, a.sum(y))),
    points: [between(-1, 1, 2, 3, 4), between(-1, 1, 1, 4)],
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
  repeatLike: unary((x) => repeatLike(x, constant(a.zeros([2, 5])), 1)),
  sumRepeats: unary((x) => transposeOf(repeatLike)(x, constant(a.zeros([4])), { axis: 0 })),
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
