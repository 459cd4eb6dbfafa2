import fc from 'fast-check';
import { expect, test } from 'vitest';
import { log } from '../src/log.js';

test("glibc's logarithms of 4096 numbers, by a hash of their bits", () => {
  const bits = new DataView(new ArrayBuffer(8));
  let hash = 0;
  for (let k = 0; k < 4096; k++) {
    bits.setFloat64(0, log((k + 0.5) / 4096));
    for (const half of [4, 0]) hash = (Math.imul(hash, 31) + bits.getUint32(half)) >>> 0;
  }
  expect(hash).toBe(1080912471);
});

test('within two units in the last place of Math.log, for all magnitudes', () => {
  const exponent = fc.integer({ min: -1021, max: 1022 });
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2, noNaN: true }), exponent, (mantissa, power) => {
      const x = mantissa * 2 ** power;
      expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(2 ** -51 * Math.abs(Math.log(x)));
    }),
  );
});
