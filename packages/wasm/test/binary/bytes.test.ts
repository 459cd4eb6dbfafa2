import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bytes } from '../../src/binary/bytes.js';

const written = (write: (bytes: Bytes) => void): readonly number[] => {
  const bytes = new Bytes();
  write(bytes);
  return [...bytes.view()];
};

/** What LEB128 bytes stand for: digits of base 128, the lowest first; the highest bit of the last is the sign. */
function decode(bytes: readonly number[], signed: boolean): bigint {
  const digits = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte % 128), 0n);
  return signed ? BigInt.asIntN(7 * bytes.length, digits) : digits;
}

/** The bytes decode to the value, end where their marks say, and could not be one byte fewer. */
function expectEncoded(bytes: readonly number[], value: bigint, signed: boolean): void {
  expect(decode(bytes, signed)).toBe(value);
  expect(bytes.map((byte) => byte >= 128)).toEqual(bytes.map((_, index) => index < bytes.length - 1));
  const fewer = 7 * (bytes.length - 1);
  const shorter = signed ? BigInt.asIntN(fewer, value) : BigInt.asUintN(fewer, value);
  expect(bytes.length === 1 || shorter !== value).toBe(true);
}

/** Numbers of every length, not only the longest. */
const bits = (most: number): fc.Arbitrary<bigint> =>
  fc
    .record({ value: fc.bigInt({ min: 0n, max: 2n ** BigInt(most) - 1n }), dropped: fc.nat({ max: most }) })
    .map(({ value, dropped }) => value >> BigInt(dropped));
const signedBits = (most: number): fc.Arbitrary<bigint> =>
  fc
    .record({ size: bits(most - 1), negative: fc.boolean() })
    .map(({ size, negative }) => (negative ? -size - 1n : size));

describe('LEB128', () => {
  it('of unsigned 32-bit integers', () => {
    fc.assert(
      fc.property(bits(32), (value) => {
        expectEncoded(
          written((to) => to.unsigned(Number(value))),
          value,
          false,
        );
      }),
    );
  });

  it('of signed 32-bit integers', () => {
    fc.assert(
      fc.property(signedBits(32), (value) => {
        expectEncoded(
          written((to) => to.signed(Number(value))),
          value,
          true,
        );
      }),
    );
  });

  it('of signed 64-bit integers', () => {
    fc.assert(
      fc.property(signedBits(64), (value) => {
        expectEncoded(
          written((to) => to.signed64(value)),
          value,
          true,
        );
      }),
    );
  });

  // 624485 and −123456 are the examples in the DWARF and the WebAssembly literature.
  it.each<readonly [number, readonly number[]]>([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('of %d, unsigned', (value, bytes) => {
    expect(written((to) => to.unsigned(value))).toEqual(bytes);
  });

  it.each<readonly [number, readonly number[]]>([
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123_456, [0xc0, 0xbb, 0x78]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('of %d, signed, in 32 bits and in 64', (value, bytes) => {
    expect(written((to) => to.signed(value))).toEqual(bytes);
    expect(written((to) => to.signed64(BigInt(value)))).toEqual(bytes);
  });

  it.each<readonly [bigint, readonly number[]]>([
    [2n ** 31n, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [2n ** 63n - 1n, [...Array<number>(9).fill(0xff), 0x00]],
    [-(2n ** 63n), [...Array<number>(9).fill(0x80), 0x7f]],
  ])('of %d, which needs more than 32 bits', (value, bytes) => {
    expect(written((to) => to.signed64(value))).toEqual(bytes);
  });
});

describe('storage', () => {
  it('grows, and keeps what is in it', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.uint8Array({ minLength: 200, maxLength: 700 }),
    );
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const bytes = new Bytes();
        for (const each of chunks) {
          const [first, ...rest] = each;
          if (first === undefined) continue;
          bytes.byte(first);
          bytes.append(rest);
        }
        const expected = chunks.flatMap((each) => [...each]);
        expect(bytes.length).toBe(expected.length);
        expect([...bytes.view()]).toEqual(expected);
      }),
    );
  });

  it('takes bytes and names with their lengths in front', () => {
    const inner = new Bytes();
    inner.append(Array<number>(130).fill(7));
    expect(written((to) => to.sized(inner))).toEqual([0x82, 0x01, ...inner.view()]);
    // Lengths are counted in bytes, not in letters.
    expect(written((to) => to.text('d²'))).toEqual([3, 0x64, 0xc2, 0xb2]);
  });
});
