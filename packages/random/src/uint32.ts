/** A source of uniform 32-bit words, as numbers from 0 to 2³² − 1. */
export type Uint32Source = () => number;

/** The upper 32 bits of a · b, for whole numbers from 0 to 2³²; `Math.imul` has the lower ones. */
export const multiplyHigh = (a: number, b: number): number =>
  // a · b = 2¹⁶ · a · ⌊b / 2¹⁶⌋ + a · (b mod 2¹⁶): both products are below 2⁴⁹, thus exact.
  Math.floor((a * Math.floor(b / 0x10000) + Math.floor((a * (b % 0x10000)) / 0x10000)) / 0x10000);

/** The 32-bit words of a natural number, lowest first; one word for 0. */
export function wordsOf(value: bigint): Uint32Array {
  const words = [Number(BigInt.asUintN(32, value))];
  for (let rest = value >> 32n; rest > 0n; rest >>= 32n) words.push(Number(BigInt.asUintN(32, rest)));
  return Uint32Array.from(words);
}
