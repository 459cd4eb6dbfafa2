import type { AdjointError } from '@adjoint/core';
import { invalid, type StateSlot } from '@adjoint/core/extend';
import {
  accessesOf,
  innerKernels,
  isParallel,
  viewsBehind,
  type Buffer,
  type Kernel,
  type View,
} from '../loop/kernel.js';
import type { Fill, Module, OwnKernelCall } from '../lower/module.js';
import type { ScheduledProgram } from '../lower/program.js';
import type { Target } from '../target/target.js';
import { layOut, type Memory, type PlacedProgram, type Span } from './layout.js';

/** What several programs are compiled to before a target's code is written: kernels, and a plan of one memory. */
export interface Plan {
  readonly target: Target;
  readonly programs: ReadonlyMap<string, PlacedProgram>;
  readonly slots: ReadonlyMap<string, StateSlot>;
  /** The buffer of each state. */
  readonly states: ReadonlyMap<string, Buffer>;
  /** The constants that are read, each with what writes its elements. */
  readonly constants: ReadonlyMap<Buffer, Fill>;
  /** The ops that run their own kernels, by the index that their `CallKernel` names. */
  readonly calls: readonly OwnKernelCall[];
  readonly memory: Memory;
  /** The address of the bytes that threads coordinate themselves by; `undefined` where there is nothing to share. */
  readonly control: number | undefined;
  /** The bytes of what lasts from run to run: states and constants. */
  readonly lasting: Span;
  /** How many bytes the plan takes; streamed inputs and records come behind them. */
  readonly size: number;
}

/** What programs share beside their constants and the ops that run their own kernels. */
export interface States {
  readonly slots: ReadonlyMap<string, StateSlot>;
  /** The buffer of each state. */
  readonly states: ReadonlyMap<string, Buffer>;
}

/** The views that kernels read or walk along. */
const readBy = (kernels: readonly Kernel[]): readonly View[] =>
  kernels.flatMap((kernel) => [
    ...accessesOf(kernel).reads.flatMap(viewsBehind),
    ...(kernel.kind === 'repeat' ? kernel.moving.map(({ from }) => from) : []),
    ...readBy(innerKernels(kernel)),
  ]);

/** The constants that are read: what was made of one may have no elements, and then there is nothing to do. */
function readConstants(
  constants: ReadonlyMap<Buffer, Fill>,
  programs: readonly ScheduledProgram[],
): ReadonlyMap<Buffer, Fill> {
  const read = new Set(programs.flatMap(({ body }) => readBy(body)).map(({ buffer }) => buffer));
  return new Map([...constants].filter(([buffer]) => read.has(buffer)));
}

/** Plans one memory for scheduled programs. */
export function plan(programs: readonly ScheduledProgram[], module: Module, { slots, states }: States): Plan {
  const { target, calls } = module;
  const constants = readConstants(module.constants, programs);
  const isShared = target.controlBytes > 0 && programs.some(({ body }) => body.some(isParallel));
  const kept = [...states.values(), ...constants.keys()];
  const layout = layOut(programs, kept, { ...target, controlBytes: isShared ? target.controlBytes : 0 });
  return {
    target,
    programs: new Map(layout.programs.map((program) => [program.name, program] as const)),
    slots,
    states,
    constants,
    calls,
    memory: layout.memory,
    control: layout.control,
    lasting: layout.lasting,
    size: layout.size,
  };
}

/** `3 MiB`, rounded up; below that in KiB. */
export const formatBytes = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** What is said where programs need so many bytes of memory and cannot have them. */
export const withoutMemory = (
  { programs }: Pick<Plan, 'programs'>,
  bytes: number,
  why: { readonly problem: string; readonly remedy: string },
): AdjointError =>
  invalid(
    'program',
    [[...programs.keys()].join(', ')],
    `needs ${formatBytes(bytes)} of memory, ${why.problem}`,
    why.remedy,
  );

/** What is said where programs need more memory than their target can have. */
export const tooLarge = (plan: Plan, bytes: number): AdjointError =>
  withoutMemory(plan, bytes, {
    problem: 'more than there is',
    remedy: `${plan.target.title} has at most ${formatBytes(plan.target.memory.most)}: take smaller batches, or fewer steps a run.`,
  });
