import { bytesPerElement, type Programs, type StateSlot, type Tensor } from '@adjoint/core';
import { FunctionBody } from './binary/code.js';
import { encodeModule } from './binary/module.js';
import { advance, writeCopy, writeKernels } from './emit/kernels.js';
import type { Memory } from './emit/addresses.js';
import { FunctionTable, partTypes } from './emit/table.js';
import { CONTROL_BYTES } from './emit/threads.js';
import { innerKernels, type Buffer, type Kernel, type Slot } from './loop/kernel.js';
import type { CallTarget, Module } from './lower/places.js';
import { lowerProgram, stateBuffers, type LoweredProgram } from './lower/program.js';
import { aligned, bytesOf, placeTemporaries, type Placement } from './plan/memory.js';

/** A program in the module: what runs it, and where its inputs and outputs are. */
export interface CompiledProgram extends LoweredProgram {
  readonly placements: readonly Placement[];
}

/** What several programs were compiled to: one module, and the plan of its memory. */
export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly programs: ReadonlyMap<string, CompiledProgram>;
  readonly states: ReadonlyMap<string, Buffer>;
  readonly constants: ReadonlyMap<Buffer, Tensor>;
  readonly calls: readonly CallTarget[];
  readonly memory: Memory;
  /** Where threads find their tickets; none where there is nothing to share. */
  readonly control: number | undefined;
  /** How many bytes the plan takes; streamed inputs and records come behind them. */
  readonly size: number;
}

const PAGE = 65_536;
/** The first address that is used: 0 means that there is none. */
const START = 16;
/** What 32-bit addresses reach. */
export const LARGEST_MEMORY = 65_536;

export const pagesFor = (bytes: number): number => Math.ceil(bytes / PAGE);

const slotsOf = (kernels: readonly Kernel[]): readonly Slot[] =>
  kernels.flatMap((kernel) => [
    ...(kernel.kind === 'repeat' ? kernel.moving.map(({ slot }) => slot) : []),
    ...slotsOf(innerKernels(kernel)),
  ]);

const isParallel = (kernel: Kernel): boolean =>
  kernel.kind === 'loops' ? kernel.parallel === true : innerKernels(kernel).some(isParallel);

/** The export that runs a program. */
export const runName = (program: string): string => `run ${program}`;

/** `run <program>(steps)`: the step, then every slot moved on and every wanted output recorded, as often as asked. */
function writeProgram(
  { name, feeds, outputs, kernels }: LoweredProgram,
  memory: Memory,
  table: FunctionTable,
): void {
  const step = new FunctionBody(0);
  writeKernels(kernels, step, memory, table);
  const stepIndex = table.add({ parameters: [], results: [], body: step });

  const run = new FunctionBody(1);
  run.nested('loop', () => {
    run.op('call', stepIndex);
    for (const { buffer, slot } of feeds) {
      if (slot !== undefined) advance(run, memory.slot(slot), buffer.size * bytesPerElement[buffer.dtype]);
    }
    for (const { buffer, record } of outputs) {
      const [slot, bytes] = [memory.slot(record), buffer.size * bytesPerElement[buffer.dtype]];
      const pushRecord = (): void => {
        run.i32(slot);
        run.memory('i32.load', 0);
      };
      pushRecord();
      run.nested('if', () => {
        writeCopy(run, pushRecord, () => run.i32(memory.address(buffer)), bytes);
        advance(run, slot, bytes);
      });
    }
    run.op('local.get', 0);
    run.i32(1);
    run.op('i32.sub');
    run.op('local.tee', 0);
    run.op('br_if', 0);
  });
  table.add({ parameters: ['i32'], results: [], body: run, exported: runName(name) });
}

export interface CompileOptions {
  /** Whether a product and a sum may be rounded together. */
  readonly relaxed: boolean;
  readonly threads: number;
}

/** Lowers, plans and encodes programs that have been checked. */
export function compilePrograms(
  programs: Programs,
  slots: ReadonlyMap<string, StateSlot>,
  { relaxed, threads }: CompileOptions,
): Compiled {
  const module: Module = { constants: new Map(), calls: [], labels: new Map() };
  const states = stateBuffers(slots);
  const lowered = Object.entries(programs).map(([name, program]) =>
    lowerProgram(name, program, states, module),
  );

  const addresses = new Map<Buffer, number>();
  const slotAddresses = new Map<Slot, number>();
  const shares = threads > 1 && lowered.some(({ kernels }) => kernels.some(isParallel));
  const control = shares ? START : undefined;
  let end = shares ? START + CONTROL_BYTES : START;
  for (const { feeds, outputs, kernels } of lowered) {
    const wanted = [
      ...feeds.flatMap(({ slot }) => slot ?? []),
      ...outputs.map(({ record }) => record),
      ...slotsOf(kernels),
    ];
    for (const slot of wanted) {
      slotAddresses.set(slot, end);
      end += 4;
    }
  }
  end = aligned(end);
  const kept = [
    ...states.values(),
    ...module.constants.keys(),
    ...lowered.flatMap(({ feeds, outputs }) => [
      ...feeds.flatMap(({ buffer, slot }) => (slot === undefined ? [buffer] : [])),
      ...outputs.map(({ buffer }) => buffer),
    ]),
  ];
  for (const buffer of kept) {
    addresses.set(buffer, end);
    end += bytesOf(buffer);
  }
  let size = end;
  const planned = lowered.map((program): CompiledProgram => {
    const { placements, end: last } = placeTemporaries(program.kernels, end);
    for (const { buffer, address } of placements) addresses.set(buffer, address);
    size = Math.max(size, last);
    return { ...program, placements };
  });

  const at = <K extends { readonly name: string }>(places: ReadonlyMap<K, number>, key: K): number => {
    const address = places.get(key);
    if (address === undefined) throw new TypeError(`"${key.name}" has no place in memory`);
    return address;
  };
  const memory: Memory = {
    address: (buffer) => at(addresses, buffer),
    slot: (slot) => at(slotAddresses, slot),
  };
  const table = new FunctionTable(relaxed, control);
  for (const program of planned) writeProgram(program, memory, table);
  return {
    bytes: encodeModule({
      imports: table.imports,
      functions: table.functions,
      types: partTypes,
      table: table.parallel,
      memory: { initial: pagesFor(size), maximum: LARGEST_MEMORY, shared: shares },
    }),
    programs: new Map(planned.map((program) => [program.name, program] as const)),
    states,
    constants: module.constants,
    calls: module.calls,
    memory,
    control,
    size,
  };
}
