import { invalid, type AdjointError, type StateSlot, type Tensor } from '@adjoint/core';
import { isParallel, type Buffer } from '../loop/kernel.js';
import type { Module, OwnKernelCall } from '../lower/module.js';
import type { ScheduledProgram } from '../lower/program.js';
import type { Target } from '../target/target.js';
import { layOut, type Memory, type PlacedProgram } from './layout.js';

/** What several programs are compiled to before a target's code is written: kernels, and a plan of one memory. */
export interface Plan {
  readonly target: Target;
  readonly programs: ReadonlyMap<string, PlacedProgram>;
  readonly slots: ReadonlyMap<string, StateSlot>;
  /** The buffer of each state. */
  readonly states: ReadonlyMap<string, Buffer>;
  readonly constants: ReadonlyMap<Buffer, Tensor>;
  /** The ops that run their own kernels, by the index that their `CallKernel` names. */
  readonly calls: readonly OwnKernelCall[];
  readonly memory: Memory;
  /** The address of the bytes that threads coordinate themselves by; `undefined` where there is nothing to share. */
  readonly control: number | undefined;
  /** How many bytes the plan takes; streamed inputs and records come behind them. */
  readonly size: number;
}

/** What programs share beside their constants and the ops that run their own kernels. */
export interface States {
  readonly slots: ReadonlyMap<string, StateSlot>;
  /** The buffer of each state. */
  readonly states: ReadonlyMap<string, Buffer>;
}

/** Plans one memory for scheduled programs. */
export function plan(programs: readonly ScheduledProgram[], module: Module, { slots, states }: States): Plan {
  const { target, constants, calls } = module;
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
    size: layout.size,
  };
}

/** What is said where programs need more memory than there is. */
export function tooLarge({ target, programs }: Plan, bytes: number): AdjointError {
  const most = target.memory.most / 2 ** 20;
  return invalid(
    'program',
    [[...programs.keys()].join(', ')],
    `needs ${(bytes / 2 ** 20).toFixed(0)} MiB of memory, more than there is`,
    `${target.title} has at most ${most.toFixed(0)} MiB: take smaller batches, or fewer steps a run.`,
  );
}
