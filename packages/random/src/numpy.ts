import { at, refuse, type RandomSource, type RandomStream, type Shape, type Tensor } from '@adjoint/core';
import { largestOffset, maskedInteger, multipliedInteger } from './bounded-integer.js';
import { generate } from './generate.js';
import { log } from './log.js';
import { mt19937FromSeed } from './mt19937.js';
import { doubleFrom, pcg64 } from './pcg64.js';
import { integerSeed } from './seed.js';
import { standardNormal } from './ziggurat.js';

/** What `np.random.seed` and the functions of `np.random` give. */
export interface NumpyLegacyStream extends RandomStream {
  /** `np.random.rand`: uniform deviates in [0, 1), f64. */
  rand<const S extends Shape>(shape: S): Tensor<'f64', S>;
  /** `np.random.randn`: standard normal deviates, f64. */
  randn<const S extends Shape>(shape: S): Tensor<'f64', S>;
  /**
   * `np.random.uniform`: low + (high − low) · rand, f64.
   * @throws AdjointException where high − low is not finite
   */
  uniform<const S extends Shape>(shape: S, low?: number, high?: number): Tensor<'f64', S>;
  /**
   * `np.random.normal`: mean + standardDeviation · randn, f64.
   * @throws AdjointException where the standard deviation is negative
   */
  normal<const S extends Shape>(shape: S, mean?: number, standardDeviation?: number): Tensor<'f64', S>;
  /**
   * `np.random.randint` with its default dtype: integers in [low, high), stored as i32.
   * @throws AdjointException where i32 cannot hold that range, or it is empty
   */
  randint<const S extends Shape>(low: number, high: number, shape: S): Tensor<'i32', S>;
  /**
   * `np.random.permutation`: the numbers from 0 to n − 1 in random order, i32.
   * @throws AdjointException where n is not a natural number
   */
  permutation<const N extends number>(n: N): Tensor<'i32', readonly [N]>;
}

/** What `np.random.default_rng` gives. */
export interface NumpyGeneratorStream extends RandomStream {
  /** Uniform deviates in [0, 1), f64. */
  random<const S extends Shape>(shape: S): Tensor<'f64', S>;
  /** Standard normal deviates, f64. */
  standardNormal<const S extends Shape>(shape: S): Tensor<'f64', S>;
  /**
   * low + (high − low) · random, f64.
   * @throws AdjointException where high − low is negative or not finite
   */
  uniform<const S extends Shape>(shape: S, low?: number, high?: number): Tensor<'f64', S>;
  /**
   * mean + standardDeviation · standardNormal, f64.
   * @throws AdjointException where the standard deviation is negative
   */
  normal<const S extends Shape>(shape: S, mean?: number, standardDeviation?: number): Tensor<'f64', S>;
  /**
   * `integers` with its default dtype: integers in [low, high), stored as i32.
   * @throws AdjointException where i32 cannot hold that range, or it is empty
   */
  integers<const S extends Shape>(low: number, high: number, shape: S): Tensor<'i32', S>;
}

/** high − low, where it is a length that deviates can be stretched to. */
function rangeOf(low: number, high: number): number {
  const range = high - low;
  if (!Number.isFinite(range)) refuse('option', ['high'], `the range from ${low} to ${high} is not finite`);
  return range;
}

function requireDeviation(standardDeviation: number): void {
  if (standardDeviation < 0) {
    refuse('option', ['standardDeviation'], `expected a number from 0 on, found ${standardDeviation}`);
  }
}

type Pair = readonly [number, number];

/** The numbers of successive pairs one by one; the second of a pair waits for the next call. */
function inPairs(draw: () => Pair): () => number {
  let waiting: number | undefined;
  return () => {
    const second = waiting;
    waiting = undefined;
    if (second !== undefined) return second;
    const [first, later] = draw();
    waiting = later;
    return first;
  };
}

/** Two standard normal deviates from uniform ones: G. Marsaglia's polar method (1962). */
function polarPair(double: () => number): Pair {
  for (;;) {
    const x = 2 * double() - 1;
    const y = 2 * double() - 1;
    const square = x * x + y * y;
    if (square < 1 && square !== 0) {
      const factor = Math.sqrt((-2 * log(square)) / square);
      return [factor * y, factor * x];
    }
  }
}

/**
 * The stream of `np.random.seed(seed)`: MT19937, doubles of 53 bits, normal deviates by the polar method in pairs that
 * reach over calls. All are NumPy's bit for bit, but for a few normal deviates in a million whose last place differs.
 * @example numpyLegacy(0).randn([2]).data // [1.764052345967664, 0.4001572083672233]
 * @throws AdjointException where the seed is not an integer from 0 to 2³² − 1
 */
export function numpyLegacy(seed: number | bigint): NumpyLegacyStream {
  const next = mt19937FromSeed(Number(integerSeed('numpy', seed, { least: 0n, most: 0xffffffffn })));
  const double = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) * 2 ** -53;
  const gauss = inPairs(() => polarPair(double));
  return {
    rand: (shape) => generate('f64', shape, double),
    randn: (shape) => generate('f64', shape, gauss),
    uniform: (shape, low = 0, high = 1) => {
      const range = rangeOf(low, high);
      return generate('f64', shape, () => low + range * double());
    },
    normal: (shape, mean = 0, standardDeviation = 1) => {
      requireDeviation(standardDeviation);
      return generate('f64', shape, () => mean + standardDeviation * gauss());
    },
    randint: (low, high, shape) => {
      const most = largestOffset(low, high);
      return generate('i32', shape, () => low + maskedInteger(next, most));
    },
    permutation: (n) => {
      let index = 0;
      const result = generate('i32', [n], () => index++);
      // Fisher and Yates, from the last place down.
      for (let i = n - 1; i > 0; i--) {
        const j = maskedInteger(next, i);
        [result.data[i], result.data[j]] = [at(result.data, j), at(result.data, i)];
      }
      return result;
    },
  };
}

/**
 * The stream of `np.random.default_rng(seed)`: PCG64, doubles of 53 bits, normal deviates by the ziggurat method,
 * integers from the halves of 64-bit words, in pairs that reach over calls. All are NumPy's bit for bit.
 * @example numpyGenerator(0).random([2]).data // [0.6369616873214543, 0.2697867137638703]
 * @throws AdjointException where the seed is not a natural number
 */
export function numpyGenerator(seed: number | bigint): NumpyGeneratorStream {
  const next = pcg64(integerSeed('numpy-generator', seed, { least: 0n }));
  const double = (): number => doubleFrom(next());
  const next32 = inPairs(() => {
    const { high, low } = next();
    return [low, high];
  });
  return {
    random: (shape) => generate('f64', shape, double),
    standardNormal: (shape) => generate('f64', shape, () => standardNormal(next)),
    uniform: (shape, low = 0, high = 1) => {
      const range = rangeOf(low, high);
      if (range < 0) refuse('option', ['high'], `expected low <= high, found ${low} and ${high}`);
      return generate('f64', shape, () => low + range * double());
    },
    normal: (shape, mean = 0, standardDeviation = 1) => {
      requireDeviation(standardDeviation);
      return generate('f64', shape, () => mean + standardDeviation * standardNormal(next));
    },
    integers: (low, high, shape) => {
      const most = largestOffset(low, high);
      return generate('i32', shape, () => low + multipliedInteger(next32, most));
    },
  };
}

/** `np.random.seed(seed)` and what follows it. */
export const numpySource: RandomSource = { name: 'numpy', create: numpyLegacy };

/** `np.random.default_rng(seed)`. */
export const numpyGeneratorSource: RandomSource = { name: 'numpy-generator', create: numpyGenerator };
