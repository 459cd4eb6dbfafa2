import {
  abs,
  add,
  divide,
  fromData,
  input,
  matmul,
  max,
  multiply,
  permuteDims,
  prod,
  program,
  remainder,
  renderError,
  square,
  sum,
  type DType,
  type Program,
  type Shape,
  type Tensor,
  type TypedArray,
  type Value,
} from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';
import { compilePrograms, type Plan, type Target } from '@adjoint/compiler';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { evaluatePlan } from '../evaluate.js';
import { target } from '../target.js';

type Float = Extract<DType, 'f64' | 'f32'>;

const right = <A>(either: E.Either<Parameters<typeof renderError>[0], A>): A => {
  if (E.isLeft(either)) throw new Error(renderError(either.left));
  return either.right;
};

/** Numbers whose sums depend on the order in which they are added up. */
function numbers(shape: Shape, dtype: Float, seed: number): Tensor {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return ((state >>> 8) / 2 ** 24 - 0.5) * 2 ** ((state >>> 4) % 12);
  };
  const data = Array.from({ length: sizeOf(shape) }, next);
  return dtype === 'f64'
    ? fromData('f64', shape, Float64Array.from(data))
    : fromData('f32', shape, Float32Array.from(data));
}

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly build: (x: Value, y: Value) => Value;
}

const unary = (name: string, shape: Shape, build: (x: Value) => Value): Case => ({
  name: `${name} of [${shape.join(', ')}]`,
  shapes: [shape],
  build,
});
const binary = (name: string, x: Shape, y: Shape, build: Case['build']): Case => ({
  name: `${name} of [${x.join(', ')}] and [${y.join(', ')}]`,
  shapes: [x, y],
  build,
});
/** Shapes are known only when the test runs. */
const product = (x: Value, y: Value): Value => matmul(x as Value<Float>, y as Value<Float>);
const transposed = (x: Value): Value => permuteDims(x, [1, 0]);

// Only functions that every machine rounds in the same way: what is compared is the order.
const cases: readonly Case[] = [
  ...[[3], [7], [37], [301], [0], [2000]].map((shape) => unary('sum', shape, (x) => sum(x))),
  unary('sum of what is heavy', [301], (x) => sum(remainder(x, 3))),
  unary('prod', [53], (x) => prod(divide(x, add(1, abs(x))))),
  unary('max', [301], (x) => max(x)),
  ...[[0], [1], [0, 1]].map((axes) => unary(`sum over ${axes.join()}`, [9, 301], (x) => sum(x, { axes }))),
  ...[[0, 2], [1, 2], [0, 1], [1]].map((axes) =>
    unary(`sum over ${axes.join()}`, [3, 41, 6], (x) => sum(x, { axes })),
  ),
  // The axis that shares a vector is not the last of the reduced ones.
  unary('transposed sum', [303, 3], (x) =>
    sum(multiply(transposed(square(x)), transposed(x)), { axes: [0, 1] }),
  ),
  binary('a stretched sum', [11, 1], [13], (x, y) => sum(multiply(x, y), { axes: [0] })),
  binary('matmul', [5, 37], [37, 3], product),
  binary('matmul in tiles', [21, 40], [40, 37], product),
  binary('matmul in tiles by a transpose', [21, 40], [37, 40], (x, y) => product(x, transposed(y))),
  binary('sum of products', [3000], [3000], (x, y) => sum(multiply(x, y))),
];

const planOf = (of: Program, on: Target): Plan => right(compilePrograms({ p: of }, on, (plan) => plan)).plan;

const bitsOf = (data: TypedArray | undefined): readonly number[] =>
  data === undefined ? [] : [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe.each(['f64', 'f32'] as const)('the order of sums of %s', (dtype) => {
  it.each(cases)('is what the kernel says, whatever the target: $name', ({ shapes, build }) => {
    const [x, y = x] = shapes.map((shape, index) => input(`x${index}`, shape, dtype));
    if (x === undefined || y === undefined) throw new TypeError('a case has operands');
    const feeds = Object.fromEntries(
      shapes.map((shape, index) => [`x${index}`, numbers(shape, dtype, index + 7)]),
    );
    const compiled = program({ outputs: { out: build(x, y) } });
    const said = bitsOf(evaluatePlan(planOf(compiled, target), 'p', feeds).get('out'));

    const executable = right(wasm.compileSync({ p: compiled }));
    expect(bitsOf(right(executable.runSync('p', feeds)).outputs.out?.data)).toEqual(said);

    const others = [
      { ...target, vectorBytes: 32, tile: { rows: 6, vectors: 2 } },
      { ...target, vectorBytes: 64, tile: { rows: 8, vectors: 3 } },
    ];
    for (const other of others)
      expect(bitsOf(evaluatePlan(planOf(compiled, other), 'p', feeds).get('out'))).toEqual(said);
  });
});
