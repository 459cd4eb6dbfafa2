import { innerKernels, type Buffer, type Kernel, type Slot } from '../loop/kernel.js';
import type { LoweredProgram } from '../lower/program.js';
import { aligned, bytesOf, placeTemporaries, type Placement } from './memory.js';

/** Where the memory plan has put things, as byte addresses. */
export interface Memory {
  readonly address: (buffer: Buffer) => number;
  readonly slot: (slot: Slot) => number;
}

/** A program, and where its temporary buffers are. */
export interface PlacedProgram extends LoweredProgram {
  readonly placements: readonly Placement[];
}

/** The memory of a module: what threads share, slots, what is kept, then the temporaries of each program. */
export interface Layout {
  readonly memory: Memory;
  /** The temporaries of different programs lie in the same place. */
  readonly programs: readonly PlacedProgram[];
  /** How many bytes all this takes; streamed inputs and records come behind them. */
  readonly size: number;
}

/** The first address that is used, by what threads share where there is such: 0 means that there is none. */
export const START = 16;
const SLOT_BYTES = 4;

const slotsOf = (kernels: readonly Kernel[]): readonly Slot[] =>
  kernels.flatMap((kernel) => [
    ...(kernel.kind === 'repeat' ? kernel.moving.map(({ slot }) => slot) : []),
    ...slotsOf(innerKernels(kernel)),
  ]);

/** What has a place of its own in a program: its slots, and the feeds and outputs that are not streamed. */
const keptBy = ({
  feeds,
  outputs,
  kernels,
}: LoweredProgram): { readonly slots: readonly Slot[]; readonly buffers: readonly Buffer[] } => ({
  slots: [
    ...feeds.flatMap(({ slot }) => slot ?? []),
    ...outputs.map(({ record }) => record),
    ...slotsOf(kernels),
  ],
  buffers: [
    ...feeds.flatMap(({ buffer, slot }) => (slot === undefined ? [buffer] : [])),
    ...outputs.map(({ buffer }) => buffer),
  ],
});

/**
 * Lays out the memory of programs.
 * @param shared the states and constants of all of them
 * @param control how many bytes threads share, from `START` on
 */
export function layOut(
  programs: readonly LoweredProgram[],
  shared: Iterable<Buffer>,
  control: number,
): Layout {
  const slots = new Map<Slot, number>();
  const addresses = new Map<Buffer, number>();
  const kept = programs.map(keptBy);
  let end = START + control;
  for (const slot of kept.flatMap((each) => each.slots)) {
    slots.set(slot, end);
    end += SLOT_BYTES;
  }
  end = aligned(end);
  for (const buffer of [...shared, ...kept.flatMap(({ buffers }) => buffers)]) {
    addresses.set(buffer, end);
    end += bytesOf(buffer);
  }
  let size = end;
  const placed = programs.map((program): PlacedProgram => {
    const { placements, end: last } = placeTemporaries(program.kernels, end);
    for (const { buffer, address } of placements) addresses.set(buffer, address);
    size = Math.max(size, last);
    return { ...program, placements };
  });
  return { memory: { address: lookUp(addresses), slot: lookUp(slots) }, programs: placed, size };
}

const lookUp =
  <K extends { readonly name: string }>(places: ReadonlyMap<K, number>) =>
  (key: K): number => {
    const address = places.get(key);
    if (address === undefined) throw new TypeError(`"${key.name}" has no place in memory`);
    return address;
  };
