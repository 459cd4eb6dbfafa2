import { at, type RandomSource, type RandomStream, type Shape, type Tensor } from '@adjoint/core';
import { logf, sincosf } from './float-math.js';
import { generate } from './generate.js';
import { mt19937FromKey } from './mt19937.js';
import { philox, type Block } from './philox.js';
import { integerSeed } from './seed.js';
import { wordsOf } from './uint32.js';

/** What `tf.random.set_seed` and eager ops give, on a CPU. */
export interface TensorflowStream extends RandomStream {
  /** `tf.random.normal`: z · standardDeviation + mean, each step rounded to f32. */
  normal<const S extends Shape>(shape: S, mean?: number, standardDeviation?: number): Tensor<'f32', S>;
  /** `tf.random.uniform`: u · (high − low) + low, each step rounded to f32. */
  uniform<const S extends Shape>(shape: S, low?: number, high?: number): Tensor<'f32', S>;
}

const { fround } = Math;
const largestSeed = 2 ** 31 - 1;
const leastUniform = fround(1e-7);

/** A uniform deviate in [0, 1): the lower 23 bits as the mantissa of a float in [1, 2), minus 1. */
const unit = (word: number): number => (word & 0x7fffff) * 2 ** -23;

/** Two standard normal deviates from two words: G. Box and M. Muller (1958), in f32. */
function boxMuller(wordA: number, wordB: number): readonly [number, number] {
  const radius = fround(Math.sqrt(-2 * logf(Math.max(unit(wordA), leastUniform))));
  const [sine, cosine] = sincosf(fround(2 * Math.PI * unit(wordB)));
  return [fround(sine * radius), fround(cosine * radius)];
}

const uniforms = (words: Block): readonly number[] => words.map(unit);
const normals = ([a, b, c, d]: Block): readonly number[] => [...boxMuller(a, b), ...boxMuller(c, d)];

/**
 * The stream of `tf.random.set_seed(seed)` followed by eager ops. Each call is one op with a seed of its own, which
 * Python's `random.Random(seed)` draws; the deviates of one op are successive blocks of Philox under the global seed.
 * The numbers are bit for bit those of TensorFlow on a CPU under Linux, whatever their count.
 * Sources: TensorFlow's `random_seed.py`, `context.py`, `philox_random.h`, `random_distributions_utils.h` and
 * `random_op_cpu.h`; CPython's `random.py`.
 * @example tensorflowRandom(0).normal([2]).data // [1.5110626220703125, 0.4229220449924469]
 * @throws AdjointException where the seed is not an integer
 */
export function tensorflowRandom(seed: number | bigint): TensorflowStream {
  const globalSeed = integerSeed('tensorflow', seed);
  const next = mt19937FromKey(wordsOf(globalSeed < 0n ? -globalSeed : globalSeed));
  /** `Random.randint(0, largestSeed)`: 32 bits, drawn again where they exceed it. */
  const operationSeed = (): number => {
    for (;;) {
      const word = next();
      if (word <= largestSeed) return word;
    }
  };
  const modulus = BigInt(largestSeed);
  // Python's modulo: never negative.
  const key = Number(((globalSeed % modulus) + modulus) % modulus);

  const op = (distribution: (words: Block) => readonly number[]): (() => number) => {
    const reduced = operationSeed() % largestSeed;
    // Two zeros would mean a seed from the system's entropy.
    const operation = key === 0 && reduced === 0 ? largestSeed : reduced;
    let count = 0;
    let group: readonly number[] = [];
    return () => {
      const place = count % 4;
      if (place === 0) group = distribution(philox([count / 4, 0, operation, 0], [key, 0]));
      count++;
      return at(group, place);
    };
  };

  return {
    normal: (shape, mean = 0, standardDeviation = 1) => {
      const draw = op(normals);
      const [center, scale] = [fround(mean), fround(standardDeviation)];
      return generate('f32', shape, () => fround(draw() * scale) + center);
    },
    uniform: (shape, low = 0, high = 1) => {
      const draw = op(uniforms);
      const least = fround(low);
      const range = fround(fround(high) - least);
      return generate('f32', shape, () => fround(draw() * range) + least);
    },
  };
}

/** `tf.random.set_seed(seed)` and the eager ops that follow it. */
export const tensorflowSource: RandomSource = { name: 'tensorflow', create: tensorflowRandom };
