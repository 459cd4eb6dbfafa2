import {
  checkPrograms,
  invalid,
  type AdjointError,
  type Programs,
  type StateSlot,
  type Tensor,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { isParallel, type Buffer } from './loop/kernel.js';
import { Module, type OwnKernelCall } from './lower/module.js';
import { lower, stateBuffers, type Lowered } from './lower/program.js';
import { rules } from './lower/rules.js';
import { order } from './order/order.js';
import { layOut, type Memory, type PlacedProgram } from './plan/layout.js';
import { schedule } from './schedule/schedule.js';
import type { Target } from './target.js';

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

/** Programs with their plan and a target's code. */
export interface Compiled<Code> {
  readonly programs: Programs;
  readonly plan: Plan;
  readonly code: Code;
}

/** What a pass makes of the body of each program. */
const pass = <A, B>(programs: readonly Lowered<A>[], over: (body: A) => B): readonly Lowered<B>[] =>
  programs.map((program) => ({ ...program, body: over(program.body) }));

/** Programs that have been checked, as kernels with a plan of their memory. */
export function planPrograms(
  programs: Programs,
  slots: ReadonlyMap<string, StateSlot>,
  target: Target,
): Plan {
  const module = new Module(target);
  const states = stateBuffers(slots);
  const lowered = Object.entries(programs).map(([name, program]) =>
    lower(name, program, { module, rules, states }),
  );
  const ordered = pass(lowered, (block) => order(block, module));
  const scheduled = pass(ordered, (kernels) => schedule(kernels, target));

  const shares = target.controlBytes > 0 && scheduled.some(({ body }) => body.some(isParallel));
  const shared = [...states.values(), ...module.constants.keys()];
  const layout = layOut(scheduled, shared, { ...target, controlBytes: shares ? target.controlBytes : 0 });
  return {
    target,
    programs: new Map(layout.programs.map((program) => [program.name, program] as const)),
    slots,
    states,
    constants: module.constants,
    calls: module.calls,
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

/**
 * Compiles programs for a target.
 * @param emit writes the target's code from the kernels and the plan
 * @returns Left where the programs are not well typed, or too large for the target's memory
 */
export const compilePrograms = <Code>(
  programs: Programs,
  target: Target,
  emit: (plan: Plan) => Code,
): E.Either<AdjointError, Compiled<Code>> =>
  pipe(
    checkPrograms(programs),
    E.map((slots) => planPrograms(programs, slots, target)),
    E.filterOrElse(
      ({ size }) => size <= target.memory.most,
      (plan) => tooLarge(plan, plan.size),
    ),
    E.map((plan) => ({ programs, plan, code: emit(plan) })),
  );
