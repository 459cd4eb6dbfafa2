import { expect, test } from 'vitest';
import { mt19937FromKey, mt19937FromSeed } from '../src/mt19937.js';
import type { Uint32Source } from '../src/uint32.js';

const take = (count: number, source: Uint32Source): number[] => Array.from({ length: count }, source);

test("one seed: the C++ standard's default, and its 10 000th number", () => {
  const words = take(10_000, mt19937FromSeed(5489));
  expect(words.slice(0, 3)).toEqual([3499211612, 581869302, 3890346734]);
  expect(words.at(-1)).toBe(4123659995);
});

test("a key: the beginning of the authors' mt19937ar.out", () => {
  const key = Uint32Array.of(0x123, 0x234, 0x345, 0x456);
  expect(take(5, mt19937FromKey(key))).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476]);
});
