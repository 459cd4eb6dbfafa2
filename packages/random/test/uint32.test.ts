import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multiplyHigh, wordsOf } from '../src/uint32.js';

const word = fc.integer({ min: 0, max: 2 ** 32 });

test('the upper word of a product', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(BigInt(multiplyHigh(a, b))).toBe((BigInt(a) * BigInt(b)) >> 32n);
    }),
  );
});

test('the words of a number make it up, without a leading zero', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n }), (value) => {
      const words = wordsOf(value);
      expect(words.reduceRight((sum, part) => (sum << 32n) | BigInt(part), 0n)).toBe(value);
      expect(words.length === 1 || words.at(-1) !== 0).toBe(true);
    }),
  );
});
