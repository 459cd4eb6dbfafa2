import * as a from '@adjoint/core';
import { type DType, type Shape, type Tensor } from '@adjoint/core';
import { at, sizeOf } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { randomNumbers } from './random.js';

/** Tensors that are generated, of ordinary numbers and awkward ones. */

/** Where elements come from; a dtype takes of each number what its storage makes of it. */
export interface Numbers {
  readonly ordinary: (random: () => number) => number;
  readonly awkward: readonly number[];
  /** Which part of a tensor may be awkward; 0, 2 and 40 % unless given: one NaN hides all else in a sum. */
  readonly shares?: readonly number[];
}

/** Every kind of number there is, half of them of any magnitude: for what adds up no elements. */
export const anyNumbers: Numbers = {
  ordinary: (random) => {
    if (random() < 0.5) return 18 * random() - 9;
    const exponent = random() < 0.5 ? 252 * random() - 126 : 2044 * random() - 1022;
    return (random() < 0.5 ? -1 : 1) * (1 + random()) * 2 ** exponent;
  },
  awkward: [
    ...[0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, NaN, Infinity, -Infinity, 0, -0, NaN],
    ...[5e-324, -1e-310, 1e-45, -1e-40, 1e-300, 1e30, -1e30, 3e38, -1e308, 2 ** 31 - 1, -(2 ** 31)],
  ],
  shares: [0.4],
};

/**
 * For sums, also of products. The largest is 1e15: some thousand products of two of them are below 1e34, so that no
 * partial sum overflows in f32, and what is infinite or NaN is so in every order.
 */
export const summable: Numbers = {
  ordinary: (random) => 18 * random() - 9,
  awkward: [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, -1e-310, 1e-40, 1e15, -1e15, 2 ** 31 - 1],
};

/**
 * For products of all elements: 1.02³⁰⁰⁰ is below 2⁸⁶, so that no partial product overflows or vanishes in f32, and
 * what is 0, infinite or NaN is so in every order.
 */
export const factors: Numbers = {
  ordinary: (random) => (random() < 0.5 ? -1 : 1) * 1.02 ** (2 * random() - 1),
  awkward: [0, -0, 1, -1, NaN, Infinity, -Infinity, 1.02, -1.02],
};

export const probabilities: Numbers = { ordinary: (random) => random(), awkward: [0, 1, NaN, 1e-40, 0.5] };

/** What i32 tensors are of: small numbers and any others. */
const integers: Numbers = {
  ordinary: (random) =>
    random() < 0.5 ? Math.floor(19 * random()) - 9 : Math.floor(2 ** 32 * random()) - 2 ** 31,
  awkward: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
};
const truths: Numbers = { ordinary: (random) => Math.round(random()), awkward: [0, 1] };

/** Indices into an axis, from both ends, of which some are outside. */
export const indicesInto = (size: number): Numbers => ({
  ordinary: (random) => Math.floor((2 * size + 2) * random()) - size - 1,
  awkward: [2 ** 31 - 1, -(2 ** 31), size, -size],
});

const storages = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;
export const tensorOf = (dtype: DType, shape: Shape, values: Iterable<number>): Tensor =>
  a.fromData(dtype, shape, storages[dtype].from(values));

export const drawn = (
  dtype: DType,
  shape: Shape,
  { ordinary, awkward, shares = [0, 0.02, 0.4] }: Numbers,
): fc.Arbitrary<Tensor> =>
  fc.tuple(fc.noBias(fc.integer()), fc.constantFrom(...shares)).map(([seed, share]) => {
    const random = randomNumbers(seed);
    const element = (): number =>
      random() < share ? at(awkward, Math.floor(random() * awkward.length)) : ordinary(random);
    const made = tensorOf(dtype, shape, Array.from({ length: sizeOf(shape) }, element));
    // A counterexample shows what fits on a line.
    return { ...made, [fc.toStringMethod]: () => a.formatTensor(made) };
  });

/** A tensor, of these numbers where its dtype is a float. */
export const filled = (dtype: DType, shape: Shape, floats: Numbers = anyNumbers): fc.Arbitrary<Tensor> =>
  drawn(dtype, shape, { f64: floats, f32: floats, i32: integers, bool: truths }[dtype]);

export const indices = (shape: Shape, size: number): fc.Arbitrary<Tensor> =>
  drawn('i32', shape, indicesInto(size));
