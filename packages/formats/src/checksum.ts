/** CRC-32 of ISO 3309, as in gzip and PNG: the remainder by x³² + x²⁶ + … + 1, bits reversed. */

/**
 * The remainders of each byte with none, one, two and three bytes behind it, so that four bytes are done at a time.
 * In a view, whose elements engines read as fast as a typed array's, and which are never `undefined`.
 */
const remainders = new DataView(new ArrayBuffer(4 * 256 * 4));
const remainderOf = (byte: number, behind: number): number =>
  remainders.getInt32(4 * (256 * behind + byte), true);

for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ ((remainder & 1) * 0xedb88320);
  remainders.setInt32(4 * byte, remainder, true);
}
for (let behind = 1; behind < 4; behind++) {
  for (let byte = 0; byte < 256; byte++) {
    const one = remainderOf(byte, behind - 1);
    remainders.setInt32(4 * (256 * behind + byte), (one >>> 8) ^ remainderOf(one & 255, 0), true);
  }
}

/**
 * The checksum of some bytes.
 * @param before the checksum of the bytes before them
 * @example crc32(new TextEncoder().encode('123456789')).toString(16) // 'cbf43926'
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let remainder = ~before;
  let place = 0;
  for (; place + 4 <= view.byteLength; place += 4) {
    const four = remainder ^ view.getInt32(place, true);
    remainder =
      remainderOf(four & 255, 3) ^
      remainderOf((four >>> 8) & 255, 2) ^
      remainderOf((four >>> 16) & 255, 1) ^
      remainderOf(four >>> 24, 0);
  }
  for (; place < view.byteLength; place++) {
    remainder = (remainder >>> 8) ^ remainderOf((remainder ^ view.getUint8(place)) & 255, 0);
  }
  return ~remainder >>> 0;
}
