import {
  add,
  broadcastTo,
  fromData,
  input,
  interpreter,
  matmul,
  permuteDims,
  program,
  relu,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';
import { wasm } from '@adjoint/wasm';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '@adjoint/conformance';
import { right } from './running.js';

type Dtype = 'f64' | 'f32';

const random = randomNumbers(5);
const feed = (shape: Shape, dtype: Dtype): Tensor => {
  const data = Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1);
  return dtype === 'f64'
    ? fromData('f64', shape, Float64Array.from(data))
    : fromData('f32', shape, Float32Array.from(data));
};

interface Case {
  readonly name: string;
  readonly x: Shape;
  readonly y: Shape;
  readonly build: (x: Value, y: Value) => Value;
}

const product = (x: Value, y: Value): Value => matmul(x as Value<Dtype>, y as Value<Dtype>);
const cases: readonly Case[] = [
  { name: 'of tiles only', x: [32, 48], y: [48, 64], build: product },
  { name: 'with rows and columns left over', x: [37, 51], y: [51, 45], build: product },
  { name: 'with few columns', x: [130, 70], y: [70, 3], build: product },
  { name: 'with one row', x: [1, 300], y: [300, 70], build: product },
  {
    name: 'of a transposed left factor',
    x: [60, 33],
    y: [60, 41],
    build: (x, y) => product(permuteDims(x, [1, 0]), y),
  },
  {
    name: 'of a transposed right factor',
    x: [33, 60],
    y: [41, 60],
    build: (x, y) => product(x, permuteDims(y, [1, 0])),
  },
  { name: 'in batches', x: [3, 33, 20], y: [3, 20, 29], build: product },
  { name: 'in batches of one right factor', x: [4, 31, 20], y: [20, 29], build: product },
  { name: 'in batches of one left factor', x: [31, 20], y: [4, 20, 29], build: product },
  { name: 'in batches both ways', x: [2, 1, 31, 20], y: [3, 20, 29], build: product },
  {
    name: 'of a repeated factor',
    x: [1, 40],
    y: [40, 50],
    build: (x, y) => product(broadcastTo(x as Value<Dtype>, [35, 40]), y),
  },
  {
    name: 'with a bias and an activation',
    x: [33, 40],
    y: [40, 50],
    build: (x, y) => relu(add(product(x, y), 0.25)),
  },
  {
    name: 'transposed itself',
    x: [33, 40],
    y: [40, 50],
    build: (x, y) => permuteDims(product(x, y), [1, 0]),
  },
];

describe('large matrix products', () => {
  for (const dtype of ['f64', 'f32'] as const) {
    // Sums of so many rounded products, in another order.
    const bound = dtype === 'f64' ? 300 * 2 ** -53 : 300 * 2 ** -24;
    it.each(cases)(`$name, of ${dtype}`, ({ x, y, build }) => {
      const out = build(input('x', x, dtype), input('y', y, dtype));
      const programs = { p: program({ outputs: { out } }) };
      const feeds = { x: feed(x, dtype), y: feed(y, dtype) };
      const expected = right(right(interpreter.compileSync(programs)).runSync('p', feeds)).outputs.out;
      const found = right(right(wasm.compileSync(programs)).runSync('p', feeds)).outputs.out;
      const errors = Array.from(expected?.data ?? [], (value, index) =>
        Math.abs(value - (found?.data[index] ?? NaN)),
      );
      expect(errors.length).toBe(sizeOf(out.shape));
      expect(Math.max(...errors)).toBeLessThan(bound);
    });
  }
});
