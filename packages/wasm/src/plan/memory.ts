import { bytesPerElement } from '@adjoint/core';
import { accessesOf, type Buffer, type Kernel } from '../loop/kernel.js';

/** Where a buffer lies, and for how long: from its first kernel to its last. */
export interface Placement {
  readonly buffer: Buffer;
  readonly address: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

const ALIGNMENT = 16;
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export const bytesOf = ({ dtype, size }: Buffer): number => aligned(size * bytesPerElement[dtype]);

interface Lifetime {
  first: number;
  last: number;
}

/**
 * When each temporary buffer is in use, in kernels counted through. What a loop uses from outside lives as long as
 * the loop.
 */
function lifetimes(kernels: readonly Kernel[]): ReadonlyMap<Buffer, Lifetime> {
  const found = new Map<Buffer, Lifetime>();
  let time = 0;
  const touch = (buffer: Buffer, at: number): void => {
    if (buffer.kind !== 'temporary') return;
    const known = found.get(buffer);
    if (known === undefined) found.set(buffer, { first: at, last: at });
    else known.last = at;
  };
  const walk = (kernel: Kernel): void => {
    const start = time++;
    const { reads, writes } = accessesOf(kernel);
    if (kernel.kind === 'repeat') {
      const outside = new Set(
        [...reads, ...writes].map(({ buffer }) => buffer).filter((buffer) => found.has(buffer)),
      );
      for (const { from } of kernel.moving) touch(from.buffer, start);
      for (const inner of kernel.body) walk(inner);
      for (const { from } of kernel.moving) outside.add(from.buffer);
      for (const buffer of outside) touch(buffer, time);
      time++;
      return;
    }
    for (const { buffer } of [...reads, ...writes]) touch(buffer, start);
  };
  kernels.forEach(walk);
  return found;
}

/**
 * Places temporary buffers from `base` on, each where no other one that is in use at the same time lies: largest
 * first, at the lowest address that is free (greedy by size; Pisarchyk and Lee, 2020).
 * @returns the placements, and the first address behind them
 */
export function placeTemporaries(
  kernels: readonly Kernel[],
  base: number,
): { readonly placements: readonly Placement[]; readonly end: number } {
  const wanted = [...lifetimes(kernels)]
    .map(([buffer, { first, last }]) => ({ buffer, first, last, bytes: bytesOf(buffer) }))
    .sort((a, b) => b.bytes - a.bytes);
  const placements: Placement[] = [];
  let end = base;
  for (const each of wanted) {
    const neighbours = placements
      .filter(({ first, last }) => first <= each.last && each.first <= last)
      .sort((a, b) => a.address - b.address);
    let address = base;
    for (const { address: start, bytes } of neighbours) {
      if (address + each.bytes <= start) break;
      address = Math.max(address, start + bytes);
    }
    placements.push({ ...each, address });
    end = Math.max(end, address + each.bytes);
  }
  return { placements, end };
}
