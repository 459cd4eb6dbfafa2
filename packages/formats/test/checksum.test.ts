import { crc32 as zlib } from 'node:zlib';
import { crc32 } from '@adjoint/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('crc32', () => {
  it('is that of gzip', () => {
    expect(crc32(encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(encode(''))).toBe(0);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => crc32(bytes) === zlib(bytes)));
  });

  it('goes on from the checksum of what comes before', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        expect(crc32(second, crc32(first))).toBe(crc32(Uint8Array.of(...first, ...second)));
      }),
    );
  });
});
