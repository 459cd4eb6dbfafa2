import { scalar, type DType } from '@adjoint/core';
import { bytesPerElement } from '@adjoint/core/extend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Buffer, Kernel, LoopKernel, View } from '../../src/loop/kernel.js';
import { wholeView } from '../../src/loop/view.js';
import { placeTemporaries } from '../../src/plan/memory.js';

const buffer = (name: string, size = 2, dtype: DType = 'f64'): Buffer => ({
  name,
  dtype,
  size,
  kind: 'temporary',
});
const viewOf = (of: Buffer): View => wholeView(of, [of.size]);

/** A loop that reads some buffers and writes others; what it computes does not matter here. */
const loop = (reads: readonly Buffer[], writes: readonly Buffer[]): LoopKernel => ({
  kind: 'loops',
  name: 'loop',
  extents: [1],
  reduced: 0,
  loads: reads.map((each) => ({ argument: scalar.argument(each.name, each.dtype), view: viewOf(each) })),
  reductions: [],
  stores: writes.map((each) => ({
    view: viewOf(each),
    value: scalar.constant(0, each.dtype),
    level: 'element',
  })),
});

/** How much a buffer takes when every buffer starts at a multiple of 16. */
const roomFor = ({ size, dtype }: Buffer): number => 16 * Math.ceil((size * bytesPerElement[dtype]) / 16);
const total = (buffers: readonly Buffer[]): number => buffers.reduce((sum, each) => sum + roomFor(each), 0);

interface Sample {
  readonly base: number;
  readonly uses: readonly (readonly Buffer[])[];
  readonly kernels: readonly Kernel[];
}

/** Kernels that read and write some of a few buffers, most of them temporary. */
const samples: fc.Arbitrary<Sample> = fc
  .array(
    fc.record({
      size: fc.nat({ max: 12 }),
      dtype: fc.constantFrom<DType>('f64', 'f32', 'i32', 'bool'),
      kind: fc.constantFrom<Buffer['kind']>('temporary', 'temporary', 'temporary', 'kept', 'streamed'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((types) => types.map((type, index): Buffer => ({ name: `b${index}`, ...type })))
  .chain((buffers) => {
    // Neighbours in the list, so that lifetimes are short enough for memory to be used again.
    const some = fc
      .record({ from: fc.nat({ max: buffers.length - 1 }), count: fc.integer({ min: 1, max: 3 }) })
      .map(({ from, count }) => buffers.slice(from, from + count));
    return fc.record({
      base: fc.nat({ max: 9 }).map((count) => 16 * count),
      accesses: fc.array(fc.record({ reads: some, writes: some }), { maxLength: 12 }),
    });
  })
  .map(({ base, accesses }) => ({
    base,
    uses: accesses.map(({ reads, writes }) =>
      [...reads, ...writes].filter(({ kind }) => kind === 'temporary'),
    ),
    kernels: accesses.map(({ reads, writes }) => loop(reads, writes)),
  }));

/** The buffers that hold something while a kernel runs: used by it, or both before and after it. */
const liveAt = (uses: Sample['uses'], time: number): readonly Buffer[] => {
  const [before, after] = [uses.slice(0, time + 1), uses.slice(time)].map((list) => new Set(list.flat()));
  return [...(before ?? [])].filter((each) => after?.has(each));
};

describe('placeTemporaries', () => {
  it('places every temporary buffer once, aligned, from the base to the end', () => {
    fc.assert(
      fc.property(samples, ({ base, uses, kernels }) => {
        const { placements, end } = placeTemporaries(kernels, base, 16);
        expect(new Set(placements.map((each) => each.buffer))).toEqual(new Set(uses.flat()));
        expect(placements).toHaveLength(new Set(uses.flat()).size);
        for (const { buffer: placed, address, bytes } of placements) {
          expect(address % 16).toBe(0);
          expect(address).toBeGreaterThanOrEqual(base);
          expect(bytes).toBe(roomFor(placed));
          expect(address + bytes).toBeLessThanOrEqual(end);
        }
      }),
    );
  });

  it('gives no two buffers that are in use at once the same memory', () => {
    fc.assert(
      fc.property(samples, ({ base, uses, kernels }) => {
        const { placements } = placeTemporaries(kernels, base, 16);
        for (const time of uses.keys()) {
          const live = liveAt(uses, time);
          const taken = placements
            .filter((each) => each.bytes > 0 && live.includes(each.buffer))
            .toSorted((a, b) => a.address - b.address);
          taken.slice(1).forEach(({ address }, index) => {
            const below = taken[index];
            expect(address).toBeGreaterThanOrEqual((below?.address ?? 0) + (below?.bytes ?? 0));
          });
        }
      }),
    );
  });

  it('takes no less than is in use at once, and no more than all', () => {
    fc.assert(
      fc.property(samples, ({ base, uses, kernels }) => {
        const taken = placeTemporaries(kernels, base, 16).end - base;
        const most = Math.max(0, ...Array.from(uses.keys(), (time) => total(liveAt(uses, time))));
        expect(taken).toBeGreaterThanOrEqual(most);
        expect(taken).toBeLessThanOrEqual(total([...new Set(uses.flat())]));
      }),
    );
  });

  it('needs room for two in a chain of buffers of one size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 99 }), (length, size) => {
        const chain = Array.from({ length }, (_, index) => buffer(`x${index}`, size));
        const kernels = chain.map((each, index) => loop(chain.slice(Math.max(index - 1, 0), index), [each]));
        expect(placeTemporaries(kernels, 64, 16).end).toBe(64 + total(chain.slice(0, 2)));
      }),
    );
  });

  it('joins memory that is given back to what is free beside it, and makes it longer at the end', () => {
    const [a, b, c] = [buffer('a', 4), buffer('b', 6), buffer('c', 2)] as const;
    const wide = buffer('wide', 14);
    for (const last of [a, b, c]) {
      const others = [a, b, c].filter((each) => each !== last);
      const kernels = [loop([], [a, b, c]), loop(others, []), loop([last], []), loop([], [wide])];
      expect(placeTemporaries(kernels, 0, 16).end).toBe(total([wide]));
    }
  });

  it('takes the smallest gap that is large enough', () => {
    const [large, small] = [buffer('large', 8), buffer('small', 4)] as const;
    const [wall, fitting] = [buffer('wall'), buffer('fitting')] as const;
    for (const [low, high] of [
      [large, small],
      [small, large],
    ] as const) {
      const kernels = [loop([], [low]), loop([low], [wall]), loop([low], [high]), loop([wall], [fitting])];
      const { placements } = placeTemporaries(kernels, 0, 16);
      const addresses = new Map(placements.map((each) => [each.buffer, each.address]));
      expect(addresses.get(fitting)).toBe(addresses.get(small));
    }
  });

  it('places the large ones first of those that come into use at once', () => {
    const [old, wall] = [buffer('old', 8), buffer('wall')] as const;
    const [small, large] = [buffer('small'), buffer('large', 8)] as const;
    const kernels = [loop([], [old]), loop([old], [wall]), loop([wall], [small, large])];
    expect(placeTemporaries(kernels, 0, 16).end).toBe(total([large, wall, small]));
  });

  it('keeps what a loop uses from outside, or fills slice by slice, until its last step', () => {
    const [outside, stacked] = [buffer('outside'), buffer('stacked')] as const;
    const [made, inside] = [buffer('made'), buffer('inside')] as const;
    const body = [loop([outside], [made]), loop([made], [inside]), loop([inside], [stacked])];
    const moving = [{ slot: { name: 'slice' }, from: viewOf(stacked), stride: 1 }];
    const kernels: readonly Kernel[] = [
      loop([], [outside]),
      { kind: 'repeat', name: 'scan', steps: 2, moving, body },
      loop([stacked], [buffer('after')]),
    ];
    // In the second step `outside` is read after `inside` was written, `made` written after a slice of `stacked`.
    expect(placeTemporaries(kernels, 0, 16).end).toBe(total([outside, stacked, made, inside]));
  });
});
