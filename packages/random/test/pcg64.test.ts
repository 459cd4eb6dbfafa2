import { expect, test } from 'vitest';
import { doubleFrom, pcg64 } from '../src/pcg64.js';

test.each([
  { seed: 0xdeadbeafn, words: ['60d24054e17a0698', 'd5e79d89856e4f12', 'd254972fe64bd782'] },
  { seed: 0n, words: ['a30febcfd9c2825f', '4510bdf882d9d721', '0a7d3da94ecde8b8'] },
])("NumPy's test set for the seed $seed", ({ seed, words }) => {
  const next = pcg64(seed);
  const hexadecimal = (word: number): string => word.toString(16).padStart(8, '0');
  const drawn = words.map(() => {
    const { high, low } = next();
    return hexadecimal(high) + hexadecimal(low);
  });
  expect(drawn).toEqual(words);
});

test('doubles of 53 bits', () => {
  expect(doubleFrom({ high: 0, low: 0x7ff })).toBe(0);
  expect(doubleFrom({ high: 0xffffffff, low: 0xffffffff })).toBe(1 - 2 ** -53);
});
