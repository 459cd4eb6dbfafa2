import { refuse } from '@adjoint/core';
import { multiplyHigh, type Uint32Source } from './uint32.js';

/** The largest offset from `low` of the integers in [low, high). */
export function largestOffset(low: number, high: number): number {
  const held = Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31;
  if (!held || low >= high) {
    refuse(
      'option',
      ['high'],
      `expected integers low < high from -2147483648 to 2147483648, found ${low} and ${high}`,
    );
  }
  return high - 1 - low;
}

/** A uniform integer from 0 to `most`: bits masked to the length of `most`, drawn again where they exceed it. */
export function maskedInteger(next: Uint32Source, most: number): number {
  if (most === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(most);
  for (;;) {
    const value = (next() & mask) >>> 0;
    if (value <= most) return value;
  }
}

/** A uniform integer from 0 to `most`: D. Lemire, "Fast Random Integer Generation in an Interval" (2019). */
export function multipliedInteger(next: Uint32Source, most: number): number {
  if (most === 0) return 0;
  const count = most + 1;
  const threshold = (0xffffffff - most) % count;
  for (;;) {
    const word = next();
    // Of the words that lead to one integer, the first few may be too many: all integers get equally many.
    if (Math.imul(word, count) >>> 0 >= threshold) return multiplyHigh(word, count);
  }
}
