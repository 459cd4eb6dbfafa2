import { at } from '@adjoint/core';
import { wordsOf } from './uint32.js';

/**
 * NumPy's `SeedSequence` without a spawn key, after Melissa O'Neill's `seed_seq` alternative
 * (https://www.pcg-random.org/posts/developing-a-seed_seq-alternative.html); constants from NumPy's `bit_generator.pyx`.
 */

const poolSize = 4;

const folded = (word: number): number => (word ^ (word >>> 16)) >>> 0;

/** A hash whose constant moves on with every call. */
function hasher(start: number, multiplier: number): (word: number) => number {
  let constant = start;
  return (word) => {
    const keyed = word ^ constant;
    constant = Math.imul(constant, multiplier);
    return folded(Math.imul(keyed, constant));
  };
}

const mix = (x: number, y: number): number => folded(Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y));

/** `count` 32-bit words that seed a generator, for a natural number of any size. */
export function seedWords(entropy: bigint, count: number): Uint32Array {
  const words = wordsOf(entropy);
  const absorb = hasher(0x43b0d7e5, 0x931e8875);
  // A seed of fewer words is filled up with zeros.
  const pool = Uint32Array.from({ length: poolSize }, (_, i) => absorb(words[i] ?? 0));
  const stir = (target: number, word: number): void => {
    pool[target] = mix(at(pool, target), absorb(word));
  };
  for (let source = 0; source < poolSize; source++) {
    for (let target = 0; target < poolSize; target++) if (source !== target) stir(target, at(pool, source));
  }
  for (const word of words.subarray(poolSize)) {
    for (let target = 0; target < poolSize; target++) stir(target, word);
  }
  const emit = hasher(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: count }, (_, i) => emit(at(pool, i % poolSize)));
}
