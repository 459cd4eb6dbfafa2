import { at } from '@adjoint/core';
import { seedWords } from './seed-sequence.js';

/** 64 bits as two 32-bit words. */
export interface Word64 {
  readonly high: number;
  readonly low: number;
}

export type Uint64Source = () => Word64;

/** The upper 53 bits as a double in [0, 1). */
export const doubleFrom = ({ high, low }: Word64): number => (high * 2 ** 21 + (low >>> 11)) * 2 ** -53;

/** Sixteen bits a limb, lowest first. */
const limbs = 8;

const limbsOf = (value: bigint): Uint16Array =>
  Uint16Array.from({ length: limbs }, (_, i) => Number(BigInt.asUintN(16, value >> BigInt(16 * i))));

const multiplier = limbsOf(0x2360ed051fc65da44385df649fccf645n);

/** Four 32-bit words as one number: two 64-bit halves with the higher half first, each with its lower word first. */
const join = (words: Uint32Array): bigint =>
  [1, 0, 3, 2].reduce((value, index) => (value << 32n) | BigInt(at(words, index)), 0n);

/**
 * PCG64 (128-bit linear congruential state, XSL-RR output) seeded through `SeedSequence`, as NumPy's `default_rng` has
 * it. M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms" (2014).
 */
export function pcg64(seed: bigint): Uint64Source {
  const words = seedWords(seed, 8);
  const start = join(words.subarray(0, 4));
  const oddIncrement = (join(words.subarray(4)) << 1n) | 1n;
  const increment = limbsOf(oddIncrement);
  const state = limbsOf(oddIncrement + start);
  const next = new Uint16Array(limbs);

  /** state ← state · multiplier + increment, modulo 2¹²⁸. */
  const step = (): void => {
    let carry = 0;
    for (let i = 0; i < limbs; i++) {
      let sum = carry + at(increment, i);
      for (let j = 0; j <= i; j++) sum += at(state, j) * at(multiplier, i - j);
      next[i] = sum; // stored modulo 2¹⁶
      carry = Math.floor(sum / 0x10000);
    }
    state.set(next);
  };
  /** Word `i` of the two halves of the state, combined by exclusive or. */
  const folded = (i: number): number =>
    at(state, 2 * i) ^ at(state, 2 * i + 4) ^ ((at(state, 2 * i + 1) ^ at(state, 2 * i + 5)) << 16);

  step();
  return () => {
    step();
    const rotation = at(state, limbs - 1) >>> 10;
    const [low, high] = rotation < 32 ? [folded(0), folded(1)] : [folded(1), folded(0)];
    // `<< 1 << (31 - r)` is a shift by 32 - r that holds for r = 0 too.
    const r = rotation & 31;
    return {
      high: ((high >>> r) | ((low << 1) << (31 - r))) >>> 0,
      low: ((low >>> r) | ((high << 1) << (31 - r))) >>> 0,
    };
  };
}
