import { expect, test } from 'vitest';
import { generate } from '../src/generate.js';

test('successive draws fill a tensor in row-major order', () => {
  let count = 0;
  expect(generate('i32', [2, 3], () => count++)).toEqual({
    dtype: 'i32',
    shape: [2, 3],
    data: Int32Array.of(0, 1, 2, 3, 4, 5),
  });
});

test.each([[[2, -1]], [[0.5]], [[NaN]]])('nothing is drawn for the shape %j', (shape) => {
  const draw = (): never => {
    throw new Error('drawn');
  };
  expect(() => generate('f64', shape, draw)).toThrow('a size should be a natural number');
});
