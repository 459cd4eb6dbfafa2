import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tensorflowRandom, tensorflowSource } from '../src/tensorflow.js';
import reference from './data/rng-tensorflow.json' with { type: 'json' };

/** A call as the reference data have it. */
interface Call {
  readonly fn: string;
  readonly shape: readonly number[];
  readonly mean?: number;
  readonly stddev?: number;
  readonly minval?: number;
  readonly maxval?: number;
  readonly values: readonly number[];
}

const streams: readonly { readonly seed: number; readonly calls: readonly Call[] }[] = reference.streams;

test.each(streams)('tf.random.set_seed($seed)', ({ seed, calls }) => {
  const stream = tensorflowRandom(seed);
  for (const { fn, shape, mean, stddev, minval, maxval, values } of calls) {
    const result =
      fn === 'normal' ? stream.normal(shape, mean, stddev) : stream.uniform(shape, minval, maxval);
    expect(result.dtype).toBe('f32');
    expect(result.shape).toEqual(shape);
    expect([...result.data]).toEqual(values);
  }
});

test('the example', () => {
  expect([...tensorflowRandom(0).normal([2]).data]).toEqual([1.5110626220703125, 0.4229220449924469]);
});

test('a shorter op draws the beginning of a longer one', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.nat(20), fc.nat(20), (seed, m, n) => {
      const long = tensorflowRandom(seed).normal([m + n]);
      expect([...tensorflowRandom(seed).normal([m]).data]).toEqual([...long.data.slice(0, m)]);
    }),
  );
});

test('every op has a seed of its own, also one without elements', () => {
  const [plain, interleaved] = [tensorflowRandom(5), tensorflowRandom(5)];
  const [first, second] = [plain.uniform([3]), plain.uniform([3])];
  interleaved.normal([0]);
  expect([...first.data]).not.toEqual([...second.data]);
  expect([...interleaved.uniform([3]).data]).toEqual([...second.data]);
});

test('seeds of any sign and size, as Python takes them', () => {
  // Python's Random takes the absolute value, the key of Philox the remainder modulo 2³¹ − 1.
  const draw = (seed: number | bigint): string => tensorflowRandom(seed).uniform([4]).data.join();
  expect(new Set([1, -1, 2 ** 31, -(2 ** 31), 2n ** 64n, 10n ** 30n].map(draw)).size).toBe(6);
  expect(draw(-7n)).toBe(draw(-7));
});

test('refusals', () => {
  expect(() => tensorflowRandom(0.5)).toThrowErrorMatchingInlineSnapshot(
    `[AdjointException: invalid option at $.seed: tensorflow expects a whole number, found 0.5]`,
  );
  expect(() => tensorflowRandom(2 ** 53)).toThrowErrorMatchingInlineSnapshot(`
    [AdjointException: invalid option at $.seed: tensorflow expects a whole number, found 9007199254740992
      write a seed beyond 2^53 as a bigint]
  `);
});

test('source', () => {
  const { name, create } = tensorflowSource;
  expect(name).toBe('tensorflow');
  expect(create(3).normal([5])).toEqual(tensorflowRandom(3).normal([5]));
});
