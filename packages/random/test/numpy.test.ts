import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  numpyGenerator,
  numpyGeneratorSource,
  numpyLegacy,
  numpySource,
  type NumpyGeneratorStream,
  type NumpyLegacyStream,
} from '../src/numpy.js';
import type { Tensor } from '@adjoint/core';
import long from './data/rng-numpy-long.json' with { type: 'json' };
import short from './data/rng-numpy.json' with { type: 'json' };

/** A call as the reference data have it. */
interface Call {
  readonly fn: string;
  readonly shape?: readonly number[];
  readonly n?: number;
  readonly low?: number;
  readonly high?: number;
  readonly loc?: number;
  readonly scale?: number;
  /** Only the last of so many values is listed. */
  readonly every?: number;
  readonly values: readonly number[];
}

interface Stream {
  readonly seed: number | string;
  readonly calls: readonly Call[];
}

const legacyStreams: readonly Stream[] = [...short.legacy.streams, ...long.legacy.streams];
const generatorStreams: readonly Stream[] = [...short.generator.streams, ...long.generator.streams];

const callLegacy = (
  stream: NumpyLegacyStream,
  { fn, shape = [], n = 0, low = 0, high = 1, loc, scale }: Call,
): Tensor => {
  switch (fn) {
    case 'rand':
      return stream.rand(shape);
    case 'randn':
      return stream.randn(shape);
    case 'uniform':
      return stream.uniform(shape, low, high);
    case 'normal':
      return stream.normal(shape, loc, scale);
    case 'randint':
      return stream.randint(low, high, shape);
    case 'permutation':
      return stream.permutation(n);
    default:
      throw new Error(`no call for ${fn}`);
  }
};

const callGenerator = (
  stream: NumpyGeneratorStream,
  { fn, shape = [], low = 0, high = 1, loc, scale }: Call,
): Tensor => {
  switch (fn) {
    case 'random':
      return stream.random(shape);
    case 'standard_normal':
      return stream.standardNormal(shape);
    case 'uniform':
      return stream.uniform(shape, low, high);
    case 'normal':
      return stream.normal(shape, loc, scale);
    case 'integers':
      return stream.integers(low, high, shape);
    default:
      throw new Error(`no call for ${fn}`);
  }
};

const listed = ({ data }: Tensor, every = 1): number[] =>
  Array.from(data).filter((_, index) => (index + 1) % every === 0);

const relativeError = (value: number, expected: number): number =>
  value === expected ? 0 : Math.abs(value - expected) / Math.abs(expected);

const largestError = (values: readonly number[], expected: readonly number[]): number =>
  Math.max(0, ...values.map((value, index) => relativeError(value, expected[index] ?? NaN)));

describe('np.random.seed', () => {
  test.each(legacyStreams)('seed $seed', ({ seed, calls }) => {
    const stream = numpyLegacy(Number(seed));
    for (const call of calls) {
      const result = callLegacy(stream, call);
      expect(result.shape).toEqual(call.shape ?? [call.n]);
      const values = listed(result, call.every);
      if (call.fn === 'randn' || call.fn === 'normal') {
        expect(values).toHaveLength(call.values.length);
        expect(largestError(values, call.values)).toBeLessThan(4e-16);
      } else {
        expect(values).toEqual(call.values);
      }
    }
  });

  test('the example', () => {
    expect([...numpyLegacy(0).randn([2]).data]).toEqual([1.764052345967664, 0.4001572083672233]);
  });

  test('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(300), (seed, n) => {
        const { data } = numpyLegacy(seed).permutation(n);
        expect([...data].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });
});

describe('np.random.default_rng', () => {
  test.each(generatorStreams)('seed $seed', ({ seed, calls }) => {
    const stream = numpyGenerator(BigInt(seed));
    for (const call of calls) {
      const result = callGenerator(stream, call);
      expect(result.shape).toEqual(call.shape);
      expect(listed(result, call.every)).toEqual(call.values);
    }
  });

  test('the example', () => {
    expect([...numpyGenerator(0).random([2]).data]).toEqual([0.6369616873214543, 0.2697867137638703]);
  });
});

describe.each([
  {
    name: 'numpy',
    create: numpyLegacy,
    integers: (seed: number, low: number, high: number) => numpyLegacy(seed).randint(low, high, [50]),
  },
  {
    name: 'numpy-generator',
    create: numpyGenerator,
    integers: (seed: number, low: number, high: number) => numpyGenerator(seed).integers(low, high, [50]),
  },
])('$name', ({ create, integers }) => {
  const seeds = fc.nat(0xffffffff);

  test('calls go on where the one before stopped', () => {
    fc.assert(
      fc.property(seeds, fc.nat(20), fc.nat(20), (seed, m, n) => {
        const [whole, parts] = [create(seed), create(seed)];
        const joined = [...parts.normal([m]).data, ...parts.normal([n]).data, ...parts.uniform([m]).data];
        expect(joined).toEqual([...whole.normal([m + n]).data, ...whole.uniform([m]).data]);
      }),
    );
  });

  test('integers and uniform deviates are in their range', () => {
    const bound = fc.integer({ min: -(2 ** 31), max: 2 ** 31 });
    fc.assert(
      fc.property(seeds, fc.uniqueArray(bound, { minLength: 2, maxLength: 2 }), (seed, bounds) => {
        const [low = 0, high = 0] = [...bounds].sort((a, b) => a - b);
        const values = [...integers(seed, low, high).data, ...create(seed).uniform([50], low, high).data];
        expect(values.every((value) => value >= low && value < high)).toBe(true);
      }),
    );
  });

  test('types', () => {
    const { dtype, shape } = create(1).normal([2, 3]);
    expect([dtype, shape, integers(1, 0, 2).dtype]).toEqual(['f64', [2, 3], 'i32']);
  });

  test('refusals', () => {
    expect(() => create(-1)).toThrow(/expects a whole number from 0( to 4294967295)?, found -1/);
    expect(() => create(0.5)).toThrow('found 0.5');
    expect(() => create(1).normal([2], 0, -1)).toThrow('expected a number from 0 on, found -1');
    expect(() => create(1).uniform([2], 0, Infinity)).toThrow('the range from 0 to Infinity is not finite');
    expect(() => create(1).normal([-1])).toThrow('a size should be a natural number, and -1 is none');
    expect(() => integers(1, 3, 3)).toThrow('expected integers low < high');
    expect(() => integers(1, 0, 2 ** 31 + 1)).toThrow('found 0 and 2147483649');
  });
});

test('seeds that only one of the two takes', () => {
  expect(() => numpyLegacy(2 ** 32)).toThrowErrorMatchingInlineSnapshot(
    `[AdjointException: invalid option at $.seed: numpy expects a whole number from 0 to 4294967295, found 4294967296]`,
  );
  expect(() => numpyGenerator(2 ** 60)).toThrowErrorMatchingInlineSnapshot(`
    [AdjointException: invalid option at $.seed: numpy-generator expects a whole number from 0, found 1152921504606847000
      write a seed beyond 2^53 as a bigint]
  `);
  expect(() => numpyGenerator(1).uniform([1], 1, 0)).toThrow('expected low <= high, found 1 and 0');
});

test('sources', () => {
  const draw = (source: typeof numpySource): number[] => [...source.create(3n).normal([2]).data];
  expect([numpySource.name, numpyGeneratorSource.name]).toEqual(['numpy', 'numpy-generator']);
  expect(draw(numpySource)).toEqual([...numpyLegacy(3).randn([2]).data]);
  expect(draw(numpyGeneratorSource)).toEqual([...numpyGenerator(3).standardNormal([2]).data]);
});
