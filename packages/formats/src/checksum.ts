/** CRC-32 of ISO 3309, as in gzip and PNG: the remainder by x³² + x²⁶ + … + 1, bits reversed. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ ((remainder & 1) * 0xedb88320);
  return remainder;
});

/**
 * The checksum of some bytes.
 * @param before the checksum of the bytes before them
 * @example crc32(new TextEncoder().encode('123456789')).toString(16) // 'cbf43926'
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let remainder = ~before;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ Number(table[(remainder ^ byte) & 255]);
  return ~remainder >>> 0;
}
