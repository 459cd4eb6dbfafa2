import { at } from '@adjoint/core';
import type { Target } from '../target/target.js';

/** The address that a slot holds. Both kinds of machine that there are have the low bytes first. */
export const readSlot = (memory: ArrayBuffer, { addressBytes }: Target, slot: number): number =>
  addressBytes === 8
    ? Number(at(new BigUint64Array(memory, slot, 1), 0))
    : at(new Uint32Array(memory, slot, 1), 0);

/** Puts an address into a slot. */
export function writeSlot(
  memory: ArrayBuffer,
  { addressBytes }: Target,
  slot: number,
  address: number,
): void {
  if (addressBytes === 8) new BigUint64Array(memory, slot, 1)[0] = BigInt(address);
  else new Uint32Array(memory, slot, 1)[0] = address;
}
