import { at, bytesPerElement } from '@adjoint/core';
import { accessesOf, innerKernels, type Buffer, type Kernel } from '../loop/kernel.js';

/** Where a buffer lies, and for how long: from its first kernel to its last. */
export interface Placement {
  readonly buffer: Buffer;
  readonly address: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** The next multiple of an alignment. */
export const aligned = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment;

/** How many bytes a buffer takes, so that what lies behind it is aligned. */
export const bytesOf = ({ dtype, size }: Buffer, alignment: number): number =>
  aligned(size * bytesPerElement[dtype], alignment);

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
    if (kernel.kind === 'branch') {
      touch(kernel.predicate.buffer, start);
      innerKernels(kernel).forEach(walk);
      return;
    }
    const { reads, writes } = accessesOf(kernel);
    if (kernel.kind === 'repeat') {
      const outside = new Set(
        [...reads, ...writes].map(({ buffer }) => buffer).filter((buffer) => found.has(buffer)),
      );
      for (const { from } of kernel.moving) touch(from.buffer, start);
      for (const inner of kernel.body) walk(inner);
      for (const buffer of outside) touch(buffer, time);
      time++;
      return;
    }
    for (const { buffer } of [...reads, ...writes]) touch(buffer, start);
  };
  kernels.forEach(walk);
  return found;
}

/** A stretch of memory that is not in use. */
interface Gap {
  readonly start: number;
  readonly end: number;
}

/** The gaps below the highest address that was ever in use, in the order of their addresses. */
class Gaps {
  readonly #gaps: Gap[] = [];
  end: number;

  constructor(base: number) {
    this.end = base;
  }

  /** Takes bytes from the smallest gap that has so many, or from the end. */
  take(bytes: number): number {
    let best = -1;
    let least = Infinity;
    for (const [index, { start, end }] of this.#gaps.entries()) {
      const size = end - start;
      if (size < bytes || size >= least) continue;
      best = index;
      least = size;
      if (size === bytes) break;
    }
    const gap = this.#gaps[best];
    if (gap !== undefined) {
      if (least === bytes) this.#gaps.splice(best, 1);
      else this.#gaps[best] = { start: gap.start + bytes, end: gap.end };
      return gap.start;
    }
    // The last gap may reach the end: then it is made longer.
    const last = this.#gaps.at(-1);
    const start = last?.end === this.end ? last.start : this.end;
    if (start !== this.end) this.#gaps.pop();
    this.end = start + bytes;
    return start;
  }

  /** Gives bytes back; what lies beside a gap becomes part of it. */
  give(start: number, end: number): void {
    let low = 0;
    let high = this.#gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(this.#gaps, middle).start < start) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [this.#gaps[low - 1], this.#gaps[low]];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    const joined = {
      start: joinsBefore ? before.start : start,
      end: joinsAfter ? after.end : end,
    };
    this.#gaps.splice(low - (joinsBefore ? 1 : 0), Number(joinsBefore) + Number(joinsAfter), joined);
  }
}

/**
 * Places temporary buffers from `base` on, in the order in which they come into use: each in the smallest gap that is
 * large enough, where the buffers that are no longer in use have left one.
 * @returns the placements, and the first address behind them
 */
export function placeTemporaries(
  kernels: readonly Kernel[],
  base: number,
  alignment: number,
): { readonly placements: readonly Placement[]; readonly end: number } {
  const lives = [...lifetimes(kernels)].map(([buffer, life]) => ({
    buffer,
    ...life,
    bytes: bytesOf(buffer, alignment),
  }));
  const ending = lives.toSorted((a, b) => a.last - b.last);
  // Of those that come into use at once, large ones first.
  const starting = lives.toSorted((a, b) => a.first - b.first || b.bytes - a.bytes);
  const gaps = new Gaps(base);
  const addresses = new Map<Buffer, number>();
  let ended = 0;
  const placements = starting.map((each): Placement => {
    for (let next = ending[ended]; next !== undefined && next.last < each.first; next = ending[++ended]) {
      const start = addresses.get(next.buffer);
      if (start !== undefined) gaps.give(start, start + next.bytes);
    }
    const address = gaps.take(each.bytes);
    addresses.set(each.buffer, address);
    return { ...each, address };
  });
  return { placements, end: gaps.end };
}
