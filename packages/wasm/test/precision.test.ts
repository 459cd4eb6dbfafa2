import * as a from '@adjoint/core';
import { fromData, input, matmul, tensor, type FloatDType, type Tensor, type Value } from '@adjoint/core';
import { allocate } from '@adjoint/core/extend';
import { randomNumbers } from '@adjoint/conformance';
import { describe, expect, it } from 'vitest';
import { interpreted, run } from './running.js';

/** The order and the precision of sums and products, as the docs of the ops state them. */

function numbers(dtype: FloatDType, length: number, at: (index: number) => number): Tensor {
  const data = allocate(dtype, length);
  for (let index = 0; index < length; index++) data[index] = at(index);
  return fromData(dtype, [length], data);
}

const both = (out: Value, feeds: Readonly<Record<string, Tensor>>): readonly [Tensor, Tensor] => [
  run(out, feeds),
  interpreted(out, feeds),
];

/** Of two of them the product is infinite. */
const HUGE = Number.MAX_VALUE;

describe('prod', () => {
  it.each([
    ['overflows after a zero', [2, 0, 3, HUGE, 5, HUGE, HUGE, 7, HUGE]],
    ['overflows before a zero', [HUGE, HUGE, 1, 1, 0, 1, 1, 1, 1]],
    ['comes back from what is subnormal', [1e-300, 1e-20, 1e20, 1e300, 1, 1, 1e-320, 1e300, 1e20]],
  ])('is taken from left to right: one that %s', (_, elements) => {
    const x = input('x', [elements.length]);
    const [found, expected] = both(a.prod(x), { x: tensor(elements) });
    expect(found).toEqual(expected);
  });

  it.each(['f64', 'f32'] as const)('of many numbers of %s has the bits of the interpreter', (dtype) => {
    const random = randomNumbers(3);
    for (const shape of [[37], [5, 41], [300_001], [3, 100_003]]) {
      const x = input('x', shape, dtype);
      const length = shape.reduce((n, size) => n * size, 1);
      const feed = numbers(dtype, length, () => 0.5 + random());
      const feeds = { x: fromData(dtype, shape, feed.data) };
      const axes = [[0], [shape.length - 1]];
      for (const out of [a.prod(x), ...axes.map((each) => a.prod(x, { axes: each }))]) {
        const [found, expected] = both(out, feeds);
        expect(found).toEqual(expected);
      }
    }
  });
});

describe('a sum of f32 is added up in doubles', () => {
  it('where it is that of a matrix product, too', () => {
    // 1 and then what a sum in f32 would never see.
    const [x, y] = [input('x', [1, 1], 'f32'), input('y', [1, 4097], 'f32')];
    const feeds = {
      x: tensor([[1]], 'f32'),
      y: fromData('f32', [1, 4097], numbers('f32', 4097, (i) => (i === 0 ? 1 : 2 ** -25)).data),
    };
    const [found, expected] = both(a.sum(matmul(x, y)), feeds);
    expect(expected.data[0]).toBe(1 + 2 ** -13);
    expect(found).toEqual(expected);

    const [u, w] = [input('u', [2, 2], 'f32'), input('w', [2, 4096], 'f32')];
    const ones = {
      u: tensor(
        [
          [1, 0],
          [0, 1],
        ],
        'f32',
      ),
      w: fromData('f32', [2, 4096], numbers('f32', 8192, (i) => (i === 0 ? 1 : 2 ** -25)).data),
    };
    const [fused, whole] = both(a.sum(matmul(u, w)), ones);
    expect(fused).toEqual(whole);
  });

  it.each([300_000, 262_144])('in parts that overflow by themselves: %i elements', (length) => {
    const x = input('x', [length], 'f32');
    const feeds = { x: numbers('f32', length, (i) => (i < length / 2 ? 3e38 : -3e38)) };
    const [found, expected] = both(a.sum(x), feeds);
    expect(expected.data[0]).toBe(0);
    expect(found).toEqual(expected);
    // With what follows in the same kernel, and what is stored of the elements.
    const scaled = a.multiply(x, 0.5);
    const [after, reference] = both(a.add(a.sum(scaled), a.mean(x)), feeds);
    expect(after).toEqual(reference);
  });
});
