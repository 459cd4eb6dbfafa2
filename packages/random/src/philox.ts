import { multiplyHigh } from './uint32.js';

/** Four 32-bit words. */
export type Block = readonly [number, number, number, number];

const rounds = 10;
const multiplierA = 0xd2511f53;
const multiplierB = 0xcd9e8d57;
const keyStepA = 0x9e3779b9;
const keyStepB = 0xbb67ae85;

/**
 * Philox 4×32-10: the block of random words at `counter` under `key`, lowest words first.
 * J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC11).
 */
export function philox(counter: Block, key: readonly [number, number]): Block {
  let [a, b, c, d] = counter;
  let [keyA, keyB] = key;
  for (let round = 0; round < rounds; round++) {
    [a, b, c, d] = [
      (multiplyHigh(c, multiplierB) ^ b ^ keyA) >>> 0,
      Math.imul(c, multiplierB) >>> 0,
      (multiplyHigh(a, multiplierA) ^ d ^ keyB) >>> 0,
      Math.imul(a, multiplierA) >>> 0,
    ];
    keyA = (keyA + keyStepA) >>> 0;
    keyB = (keyB + keyStepB) >>> 0;
  }
  return [a, b, c, d];
}
