import { AdjointException, averagePool2d, conv2d, input, maxPool2d } from '@adjoint/core';
import { describe, expect, it } from 'vitest';

/** Operands that do not fit are an error of the op that was called, with the shapes under each other. */

const x = input('x', [8, 3, 6, 6]);
const filters = input('w', [4, 3, 3, 3]);

describe('conv2d', () => {
  it('shows both shapes', () => {
    expect(() => conv2d(x, input('w', [4, 2, 3, 3]))).toThrow(
      [
        'conv2d: 4 filters of 2 channels in 1 groups do not fit images of 3 channels',
        '  operand 0: f64  [8 3 6 6]',
        '  operand 1: f64  [4 2 3 3]',
        '  The filters have channels / groups each, and their number is a multiple of the groups.',
      ].join('\n'),
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'images of another rank',
      () => conv2d(input('x', [3, 6, 6]), filters),
      'conv2d: operand 0 should be [batch, channels, height, width], and has 3 axes\n  operand 0: f64  [  3 6 6]',
    ],
    [
      'filters of another rank',
      () => conv2d(x, input('w', [3, 3])),
      'conv2d: operand 1 should be [channels out, channels / groups, height, width], and has 2 axes',
    ],
    [
      'filters that are too large',
      () => conv2d(x, input('w', [4, 3, 9, 3]), { padding: 1 }),
      'conv2d: windows of [9, 3] do not fit into images of [8, 8], with the padding\n  operand 0: f64  [8 3 6 6]',
    ],
    [
      'filters that are too far apart',
      () => conv2d(x, filters, { dilation: [3, 1] }),
      'conv2d: windows of [3, 3], dilated by [3, 1], do not fit into images of [6, 6]\n',
    ],
    [
      'two dtypes',
      () => conv2d(x, input('w', [4, 3, 3, 3], 'f32')),
      'conv2d: the operands differ in dtype\n  operand 0: f64  [8 3 6 6]\n  operand 1: f32  [4 3 3 3]',
    ],
    [
      'a stride of 0',
      () => conv2d(x, filters, { stride: [1, 0] }),
      'the argument stride of conv2d: expected a whole number from 1 on, or one for each of two axes, found the list [1, 0]',
    ],
    [
      'a padding that is no integer',
      () => conv2d(x, filters, { padding: 0.5 }),
      'the argument padding of conv2d: expected a natural number, or one for each of two axes, found 0.5',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(AdjointException);
    expect(build).toThrow(message);
  });
});

describe('pooling', () => {
  it.each([maxPool2d, averagePool2d])('$name names itself', (pool) => {
    expect(() => pool(x, { size: 7 })).toThrow(
      `${pool.name}: windows of [7, 7] do not fit into images of [6, 6]\n  operand 0: f64  [8 3 6 6]`,
    );
    expect(() => pool(input('x', [6, 6]), { size: 2 })).toThrow(
      `${pool.name}: operand 0 should be [batch, channels, height, width], and has 2 axes`,
    );
    expect(() => pool(x, { size: [2, 0] })).toThrow(`the argument size of ${pool.name}`);
  });
});
