import { readFileSync } from 'node:fs';
import * as a from '@adjoint/core';
import {
  constant,
  evaluateNodes,
  fromData,
  input,
  nodesUnder,
  scalar,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { pullback } from '@adjoint/autograd';
import {
  binaryCrossEntropyWithLogits,
  logSoftmax,
  meanSquaredError,
  softmaxCrossEntropy,
} from '@adjoint/learn';
import { describe, expect, it } from 'vitest';

/** Values and vector-Jacobian products beside PyTorch's, in f64. */

interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly expression: string;
  readonly inputs: Readonly<Record<string, Plain>>;
  readonly output: Plain;
  readonly cotangent: Plain;
  readonly gradients: Readonly<Record<string, Plain>>;
}

const { cases } = JSON.parse(readFileSync(new URL('./data/op-gradients.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]; // the form of the file, see its `source`
};

const integers = (rows: readonly number[] | readonly (readonly number[])[]): Value<'i32'> =>
  constant(a.tensor(rows, 'i32'));

type Build = (x: Value, y: Value, z: Value) => Value;

const lift = (body: (x: a.Scalar) => a.Scalar): Build => a.elementwise('case', body);
const s = scalar;
const clamp = (x: Value, low: number, high: number): Value => a.minimum(a.maximum(x, low), high);
const relu6 = (x: Value): Value => clamp(x, 0, 6);
const keep = (...axes: readonly number[]) => ({ axes, keepDims: true }) as const;
const logSumExp = (x: Value, axes: readonly number[], keepDims: boolean): Value => {
  const shift = a.max(x, { axes, keepDims: true });
  const total = a.add(a.log(a.sum(a.exp(a.subtract(x, shift)), { axes, keepDims: true })), shift);
  return keepDims ? total : a.squeeze(total, axes);
};
const variance = (x: Value, axis: number, correction: number): Value => {
  const squares = a.square(a.subtract(x, a.mean(x, keep(axis))));
  return a.divide(a.sum(squares, { axes: [axis] }), a.subtract(a.count(x, [axis]), correction));
};
/** A running total or product along the first axis. */
const running = (x: Value, combine: (total: Value, each: Value) => Value, start: number): Value => {
  const first = a.broadcastLike(constant(start), a.sum(x, { axes: [0] }));
  const [, totals] = a.scan(
    ([total], [each]) => {
      const next = total && each ? combine(total, each) : constant(NaN);
      return { carries: [next], stacked: [next] };
    },
    { init: [first], sequences: [x] },
  );
  return totals ?? x;
};
const transpose = (x: Value): Value => a.permuteDims(x, [1, 0]);
const softmax = (x: Value): Value => a.exp(logSoftmax(x));
const hinge = (x: Value): Value => a.divide(relu6(a.add(x, 3)), 6);

/** The value itself, with a cotangent scaled by `slope`. */
const withSlope = (slope: number, x: Value): Value =>
  a.compositeWithPullback(
    'withSlope',
    (operand = x) => a.broadcastLike(operand, operand),
    ({ cotangent }) => [a.multiply(slope, cotangent)],
  )(x);

const reductions = (
  suffix: string,
  options: { axes?: readonly number[]; keepDims?: boolean },
): Record<string, Build> => ({
  [`sum${suffix}`]: (x) => a.sum(x, options),
  [`mean${suffix}`]: (x) => a.mean(x, options),
  [`max${suffix}`]: (x) => a.max(x, options),
  [`min${suffix}`]: (x) => a.min(x, options),
  [`logsumexp${suffix}`]: (x) => logSumExp(x, options.axes ?? [], options.keepDims ?? false),
});

const binary = (name: string, build: Build): Record<string, Build> =>
  Object.fromEntries(['', '_broadcast', '_rank0'].map((suffix) => [`${name}${suffix}`, build]));

const builds: Readonly<Record<string, Build>> = {
  neg: a.negate,
  exp: a.exp,
  expm1: a.expm1,
  log: a.log,
  log1p: a.log1p,
  log2: a.log2,
  sqrt: a.sqrt,
  rsqrt: a.rsqrt,
  square: a.square,
  reciprocal: a.reciprocal,
  abs: a.abs,
  sign: a.sign,
  sin: a.sin,
  cos: a.cos,
  tan: a.tan,
  asin: a.asin,
  acos: a.acos,
  atan: a.atan,
  sinh: a.sinh,
  cosh: a.cosh,
  tanh: a.tanh,
  asinh: a.asinh,
  atanh: a.atanh,
  erf: a.erf,
  erfc: a.erfc,
  relu: a.relu,
  sigmoid: a.sigmoid,
  softplus: a.softplus,
  silu: a.silu,
  mish: lift((x) => s.multiply(x, s.tanh(s.softplus(x)))),
  gelu: a.gelu,
  gelu_tanh: lift((x) =>
    s.multiply(
      s.multiply(0.5, x),
      s.add(1, s.tanh(s.multiply(Math.sqrt(2 / Math.PI), s.add(x, s.multiply(0.044715, s.power(x, 3)))))),
    ),
  ),
  elu: (x) => a.elu(x),
  selu: (x) => a.multiply(1.0507009873554805, a.elu(x, { alpha: 1.6732632423543772 })),
  leaky_relu: (x) => a.leakyRelu(x),
  // PyTorch takes the sixth of its derivative in f32, 0.16666667163372…, and that of its value in f64.
  hard_sigmoid: (x) => withSlope(Math.fround(1 / 6) * 6, hinge(x)),
  hard_swish: (x) => a.multiply(x, hinge(x)),
  relu6,
  log_sigmoid: a.logSigmoid,
  softsign: (x) => a.divide(x, a.add(1, a.abs(x))),
  tanhshrink: (x) => a.subtract(x, a.tanh(x)),
  ...binary('add', a.add),
  ...binary('sub', a.subtract),
  ...binary('mul', a.multiply),
  ...binary('div', a.divide),
  ...binary('maximum', a.maximum),
  ...binary('minimum', a.minimum),
  ...binary('atan2', a.atan2),
  ...binary('pow', a.power),
  ...binary('hypot', a.hypot),
  ...binary('logaddexp', a.logAddExp),
  where: (x, y) => a.where(a.greater(x, y), a.multiply(x, y), a.add(x, a.multiply(2, y))),
  clip: (x) => clamp(x, -0.75, 0.9),
  sum_: (x) => a.sum(x),
  mean_: (x) => a.mean(x),
  ...reductions('_dim0', { axes: [0] }),
  ...reductions('_dim1', { axes: [1] }),
  ...reductions('_dim0_2', { axes: [0, 2] }),
  ...reductions('_dim-1_keepdimTrue', { axes: [-1], keepDims: true }),
  prod: (x) => a.prod(x),
  prod_axis: (x) => a.prod(x, { axes: [1] }),
  var: (x) => variance(x, 1, 0),
  std: (x) => a.sqrt(variance(x, 0, 1)),
  norm: (x) => a.sqrt(a.sum(a.square(x))),
  cumsum: (x) => transpose(running(transpose(x), a.add, 0)),
  cumprod: (x) => running(x, a.multiply, 1),
  matmul: a.matmul,
  matvec: a.matmul,
  dot: a.matmul,
  batch_matmul: a.matmul,
  batch_matmul_broadcast: a.matmul,
  outer: (x, y) => a.multiply(a.expandDims(x, [1]), y),
  transpose: (x) => a.permuteDims(x, [2, 1, 0]),
  permute: (x) => a.permuteDims(x, [2, 0, 1]),
  conv1d: (x, w) =>
    a.squeeze(a.conv2d(a.expandDims(x, [2]), a.expandDims(w, [2]), { stride: [1, 2], padding: [0, 1] }), [2]),
  conv2d: (x, w) => a.conv2d(x, w),
  conv2d_full: (x, w) => a.conv2d(x, w, { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  max_pool2d: (x) => a.maxPool2d(x, { size: 2 }),
  avg_pool2d: (x) => a.averagePool2d(x, { size: 3, stride: 2, padding: 1 }),
  index_select: (x) => a.take(x, integers([2, 0, 2, 1])),
  embedding: (w) =>
    a.take(
      w,
      integers([
        [0, 2],
        [1, 2],
      ]),
    ),
  cross_entropy: (x) => softmaxCrossEntropy(x, integers([1, 0, 4])),
  bce_logits: (x) => binaryCrossEntropyWithLogits(x, a.constant(a.tensor([[0], [1], [1], [0]]))),
  reshape: (x) => a.reshape(x, [6, 4]),
  expand: (x) => a.broadcastTo(x, [3, 2, 4]),
  concat: (x, y) => a.concat([x, y], 1),
  stack: (x, y) => a.concat([a.expandDims(x, [1]), a.expandDims(y, [1])], 1),
  pad: (x) =>
    a.pad(x, [
      [0, 1],
      [1, 2],
    ]),
  slice: (x) => a.slice(x, [{ start: 1 }, { step: 2 }]),
  softmax,
  log_softmax: logSoftmax,
  layer_norm: (x, w, b) => {
    const centred = a.subtract(x, a.mean(x, keep(-1)));
    const deviation = a.sqrt(a.add(a.mean(a.square(centred), keep(-1)), 1e-5));
    return a.add(a.multiply(a.divide(centred, deviation), w), b);
  },
  mse: meanSquaredError,
  l1: (x, y) => a.mean(a.abs(a.subtract(x, y))),
  huber: (x, y) => {
    const d = a.abs(a.subtract(x, y));
    return a.mean(a.where(a.less(d, 1), a.multiply(0.5, a.square(d)), a.subtract(d, 0.5)));
  },
  attention: (x, y, z) => {
    const size = Math.sqrt(x.shape.at(-1) ?? 1);
    return a.matmul(softmax(a.divide(a.matmul(x, a.matrixTranspose(y)), size)), z);
  },
};

/** Cases of ops that are not there yet: sort and its kin. */
const notYet = [
  'conv_transpose2d',
  'diagonal',
  'einsum_attention',
  'einsum_bilinear',
  'einsum_trace',
  'flip',
  'lgamma',
  'roll',
  'sort',
  'take_along',
  'tile',
  'topk',
  'triu',
];

const toTensor = ({ shape, values }: Plain): Tensor => fromData('f64', shape, Float64Array.from(values));

function expectClose(actual: Tensor | undefined, expected: Plain): void {
  expect(actual?.shape).toEqual(expected.shape);
  const scale = Math.max(1, ...expected.values.map(Math.abs));
  const differences = expected.values.map((value, index) => Math.abs(value - (actual?.data[index] ?? NaN)));
  expect(Math.max(0, ...differences) / scale).toBeLessThan(1e-12);
}

describe('beside PyTorch', () => {
  it('covers every case but those of ops that are not there yet', () => {
    const uncovered = cases.map(({ name }) => name).filter((name) => builds[name] === undefined);
    expect(uncovered.sort()).toEqual(notYet);
  });

  it.each(cases.filter(({ name }) => builds[name] !== undefined))('$name: $expression', (each) => {
    const names = Object.keys(each.inputs);
    const variables = names.map((name) => input(name, each.inputs[name]?.shape ?? []));
    const given = new Map(
      variables.map((variable, index) => [
        variable,
        toTensor(each.inputs[names[index] ?? ''] ?? { shape: [], values: [] }),
      ]),
    );
    const [x = constant(0), y = constant(0), z = constant(0)] = variables as readonly Value[];
    const out = (builds[each.name] ?? a.negate)(x, y, z);
    const cotangents = pullback([[out, constant(toTensor(each.cotangent))]], variables);
    const derivatives = cotangents.map((cotangent, index) => cotangent ?? a.zerosLike(variables[index] ?? x));
    const results = evaluateNodes(nodesUnder([out, ...derivatives]), given);
    expectClose(results.get(out), each.output);
    names.forEach((name, index) => {
      const expected = each.gradients[name];
      const derivative = derivatives[index];
      if (expected !== undefined && derivative !== undefined) expectClose(results.get(derivative), expected);
    });
    expect(Object.keys(each.gradients).length).toBeGreaterThan(0);
  });
});
