import { innerKernels, type Buffer, type Kernel, type Slot } from '../loop/kernel.js';
import type { ScheduledProgram } from '../lower/program.js';
import type { Target } from '../target/target.js';
import { aligned, bytesOf, placeTemporaries, type Placement } from './memory.js';

/** Where the memory plan has put things, as byte addresses. */
export interface Memory {
  readonly address: (buffer: Buffer) => number;
  readonly slot: (slot: Slot) => number;
}

/** A program, and where its temporary buffers are. */
export interface PlacedProgram extends ScheduledProgram {
  readonly placements: readonly Placement[];
}

/** The memory of a module: what threads share, slots, what is kept, then the temporaries of each program. */
export interface Layout {
  readonly memory: Memory;
  /** The temporaries of different programs share memory. */
  readonly programs: readonly PlacedProgram[];
  /** Where the bytes are that threads coordinate themselves by, where there are such. */
  readonly control: number | undefined;
  /** The bytes of what lasts from run to run: states and constants. */
  readonly lasting: Span;
  /** How many bytes all this takes; streamed inputs and records come behind them. */
  readonly size: number;
}

/** Bytes from one address up to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const slotsOf = (kernels: readonly Kernel[]): readonly Slot[] =>
  kernels.flatMap((kernel) => [
    ...(kernel.kind === 'repeat' ? kernel.moving.map(({ slot }) => slot) : []),
    ...slotsOf(innerKernels(kernel)),
  ]);

/** What has memory of its own in a program: its slots, and the feeds and outputs that are not streamed. */
const keptBy = ({
  feeds,
  outputs,
  body,
}: ScheduledProgram): { readonly slots: readonly Slot[]; readonly buffers: readonly Buffer[] } => ({
  slots: [
    ...feeds.flatMap(({ slot }) => slot ?? []),
    ...outputs.map(({ record }) => record),
    ...slotsOf(body),
  ],
  buffers: [
    ...feeds.flatMap(({ buffer, slot }) => (slot === undefined ? [buffer] : [])),
    ...outputs.map(({ buffer }) => buffer),
  ],
});

/**
 * Lays out the memory of programs.
 * @param shared the states and constants of all of them
 */
export function layOut(
  programs: readonly ScheduledProgram[],
  shared: Iterable<Buffer>,
  { alignment, addressBytes, controlBytes }: Pick<Target, 'alignment' | 'addressBytes' | 'controlBytes'>,
): Layout {
  const slots = new Map<Slot, number>();
  const addresses = new Map<Buffer, number>();
  const kept = programs.map(keptBy);
  // No thing has the address 0: in a slot it says that there is none.
  const start = alignment;
  let end = start + controlBytes;
  for (const slot of kept.flatMap((each) => each.slots)) {
    slots.set(slot, end);
    end += addressBytes;
  }
  end = aligned(end, alignment);
  const place = (buffer: Buffer): void => {
    addresses.set(buffer, end);
    end += bytesOf(buffer, alignment);
  };
  const from = end;
  for (const buffer of shared) place(buffer);
  const lasting = { from, to: end };
  kept.flatMap(({ buffers }) => buffers).forEach(place);
  let size = end;
  const placed = programs.map((program): PlacedProgram => {
    const { placements, end: last } = placeTemporaries(program.body, end, alignment);
    for (const { buffer, address } of placements) addresses.set(buffer, address);
    size = Math.max(size, last);
    return { ...program, placements };
  });
  return {
    memory: { address: lookUp(addresses), slot: lookUp(slots) },
    programs: placed,
    control: controlBytes > 0 ? start : undefined,
    lasting,
    size,
  };
}

const lookUp =
  <K extends { readonly name: string }>(addresses: ReadonlyMap<K, number>) =>
  (key: K): number => {
    const address = addresses.get(key);
    if (address === undefined) throw new TypeError(`"${key.name}" has no address`);
    return address;
  };
