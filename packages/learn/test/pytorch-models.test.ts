import { readFileSync } from 'node:fs';
import {
  add,
  constant,
  convert,
  einsum,
  exp,
  fromData,
  gelu,
  interpreter,
  matmul,
  matrixTranspose,
  mean,
  multiply,
  renderError,
  reshape,
  rsqrt,
  scan,
  sigmoid,
  slice,
  square,
  state,
  subtract,
  tanh,
  type FloatDType,
  type StateOf,
  type Tensor,
  type Value,
  zeros,
} from '@adjoint/core';
import { at, lookup } from '@adjoint/core/extend';
import {
  adam,
  logSoftmax,
  meanSquaredError,
  softmaxCrossEntropy,
  train,
  type Optimizer,
} from '@adjoint/learn';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** Whole models beside PyTorch's: the same parameters to begin with, and the losses of every step. */

interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Model {
  readonly steps: number;
  readonly params: Readonly<Record<string, Plain>>;
  readonly X: Plain;
  readonly Y: Plain;
  readonly f64: readonly number[];
  readonly f32: readonly number[];
}

const models = JSON.parse(
  readFileSync(new URL('./data/pytorch-models.json', import.meta.url), 'utf8'),
) as Readonly<
  Record<'lstm' | 'transformer', Model> // the form of the file, see its `source`
>;

/** All numbers are those of f32, written in the fewest digits. */
const tensorOf = ({ shape, values }: Plain, dtype: FloatDType): Tensor =>
  convert(fromData('f32', shape, Float32Array.from(values)), dtype);

type Parameters = ReadonlyMap<string, Value>;

/** Columns `from` to `to` of the last axis. */
const columns = (x: Value, from: number, to: number): Value =>
  slice(x, [...x.shape.slice(0, -1).map(() => ({})), { start: from, stop: to }]);

/** nn.LSTM, its gates in the order i, f, g, o, over [time, batch, feature]. */
function lstm(parameters: Parameters, X: Value, Y: Value): Value {
  const p = (name: string): Value => lookup(parameters, name);
  const hidden = at(p('Wh').shape, 1);
  const start = constant(zeros([at(X.shape, 1), hidden], X.dtype));
  const names = ['Wi', 'Wh', 'bi', 'bh'];
  const results = scan(
    (carries, slices, weights) => {
      const [h, c, x] = [at(carries, 0), at(carries, 1), at(slices, 0)];
      const weight = (name: string): Value => at(weights, names.indexOf(name));
      const gates = add(
        add(matmul(x, matrixTranspose(weight('Wi'))), weight('bi')),
        add(matmul(h, matrixTranspose(weight('Wh'))), weight('bh')),
      );
      const gate = (index: number): Value => columns(gates, index * hidden, (index + 1) * hidden);
      const next = add(multiply(sigmoid(gate(1)), c), multiply(sigmoid(gate(0)), tanh(gate(2))));
      const out = multiply(sigmoid(gate(3)), tanh(next));
      return { carries: [out, next], stacked: [out] };
    },
    { init: [start, start], sequences: [X], constants: names.map(p) },
  );
  const prediction = add(matmul(at(results, 0), p('V')), p('c'));
  return add(meanSquaredError(prediction, Y), multiply(0.01, mean(square(at(results, 2)))));
}

/** (x − mean) / √(variance + ε) over the last axis, times g, plus h. */
function layerNorm(x: Value, g: Value, h: Value): Value {
  const last = { axes: [-1], keepDims: true };
  const centered = subtract(x, mean(x, last));
  return add(multiply(multiply(centered, rsqrt(add(mean(square(centered), last), 1e-5))), g), h);
}

/** nn.TransformerEncoderLayer, norms behind, with gelu and 4 heads, over [batch, position, feature]. */
function transformer(parameters: Parameters, X: Value, Y: Value): Value {
  const p = (name: string): Value => lookup(parameters, name);
  const [batch, length, width, heads] = [at(X.shape, 0), at(X.shape, 1), at(X.shape, 2), 4];
  const linear = (x: Value, W: string, b: string): Value => add(matmul(x, matrixTranspose(p(W))), p(b));
  const qkv = linear(X, 'Wqkv', 'bqkv');
  const part = (index: number): Value =>
    reshape(columns(qkv, index * width, (index + 1) * width), [batch, length, heads, width / heads]);
  const [q, k, v] = [part(0), part(1), part(2)];
  const scores = multiply(einsum('bihd,bjhd->bhij', q, k), 1 / Math.sqrt(width / heads));
  const mixed = einsum('bhij,bjhd->bihd', exp(logSoftmax(scores)), v);
  const attended = linear(reshape(mixed, [batch, length, width]), 'Wo', 'bo');
  const middle = layerNorm(add(X, attended), p('g1'), p('h1'));
  const fed = linear(gelu(linear(middle, 'W1', 'b1')), 'W2', 'b2');
  const out = layerNorm(add(middle, fed), p('g2'), p('h2'));
  return softmaxCrossEntropy(matmul(mean(out, { axes: [1] }), p('V')), Y);
}

async function losses(
  { params, X, Y, steps }: Model,
  dtype: FloatDType,
  build: (parameters: Parameters, X: Value, Y: Value) => Value,
  { optimizer, labels, backend }: { optimizer: Optimizer; labels: boolean; backend: typeof interpreter },
): Promise<readonly number[]> {
  const tree = Object.fromEntries(
    Object.entries(params).map(([name, plain]) => [name, tensorOf(plain, dtype)]),
  );
  const parameters: StateOf<Readonly<Record<string, Tensor>>> = state(tree);
  const target = labels ? fromData('i32', Y.shape, Int32Array.from(Y.values)) : tensorOf(Y, dtype);
  const loss = build(new Map(Object.entries(parameters)), constant(tensorOf(X, dtype)), constant(target));
  const trained = await train({ backend, loss, parameters, optimizer, feeds: {}, steps })();
  if (E.isLeft(trained)) throw new Error(renderError(trained.left));
  return Array.from(trained.right.loss);
}

/** The largest difference; the losses begin near 1. */
const worst = (ours: readonly number[], theirs: readonly number[]): number =>
  Math.max(...ours.map((loss, step) => Math.abs(loss - at(theirs, step))));

const cases = {
  lstm: { build: lstm, optimizer: adam({ learningRate: 0.01 }), labels: false },
  transformer: { build: transformer, optimizer: adam({ learningRate: 0.003, epsilon: 1e-6 }), labels: true },
} as const;

describe.each(['lstm', 'transformer'] as const)('an %s trains as in PyTorch', (name) => {
  const { build, ...options } = cases[name];
  const model = models[name];
  it.each([
    ['f64', 'interpreter', 1e-13],
    ['f64', 'wasm', 1e-13],
    ['f32', 'interpreter', 5e-7],
    ['f32', 'wasm', 5e-7],
  ] as const)('in %s on %s', async (dtype, on, bound) => {
    const backend = { interpreter, wasm }[on];
    const ours = await losses(model, dtype, build, { ...options, backend });
    expect(ours).toHaveLength(model.steps);
    expect(worst(ours, model[dtype])).toBeLessThan(bound);
  });
});
