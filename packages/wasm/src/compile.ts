import { bytesPerElement, type Programs, type StateSlot, type Tensor } from '@adjoint/core';
import { FunctionBody } from './binary/code.js';
import { encodeModule } from './binary/module.js';
import { advance, writeCopy, writeKernels } from './emit/kernels.js';
import { FunctionTable, partTypes } from './emit/table.js';
import { CONTROL_BYTES } from './emit/threads.js';
import { innerKernels, type Buffer, type Kernel } from './loop/kernel.js';
import type { CallTarget, Module } from './lower/places.js';
import { lowerProgram, stateBuffers, type LoweredProgram } from './lower/program.js';
import { layOut, START, type Memory, type PlacedProgram } from './plan/layout.js';
import { MOST_PAGES, pagesFor } from './plan/pages.js';

/** What several programs were compiled to: one module, and the plan of its memory. */
export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly programs: ReadonlyMap<string, PlacedProgram>;
  readonly states: ReadonlyMap<string, Buffer>;
  readonly constants: ReadonlyMap<Buffer, Tensor>;
  readonly calls: readonly CallTarget[];
  readonly memory: Memory;
  /** Where threads find their tickets; none where there is nothing to share. */
  readonly control: number | undefined;
  /** How many bytes the plan takes; streamed inputs and records come behind them. */
  readonly size: number;
}

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

  const shares = threads > 1 && lowered.some(({ kernels }) => kernels.some(isParallel));
  const shared = [...states.values(), ...module.constants.keys()];
  const { memory, programs: placed, size } = layOut(lowered, shared, shares ? CONTROL_BYTES : 0);
  const control = shares ? START : undefined;
  const table = new FunctionTable(relaxed, control);
  for (const program of lowered) writeProgram(program, memory, table);
  return {
    bytes: encodeModule({
      imports: table.imports,
      functions: table.functions,
      types: partTypes,
      table: table.parallel,
      memory: { initial: pagesFor(size), maximum: MOST_PAGES, shared: shares },
    }),
    programs: new Map(placed.map((program) => [program.name, program] as const)),
    states,
    constants: module.constants,
    calls: module.calls,
    memory,
    control,
    size,
  };
}
