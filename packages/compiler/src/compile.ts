import { simplify, type AdjointError, type Programs } from '@adjoint/core';
import { checkPrograms, type StateSlot } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { Module } from './lower/module.js';
import { lower, stateBuffers, type Lowered } from './lower/program.js';
import { rules } from './lower/rules.js';
import { order } from './order/order.js';
import { plan, tooLarge, type Plan } from './plan/plan.js';
import { schedule } from './schedule/schedule.js';
import type { Target } from './target/target.js';

/** Programs with their plan and a target's code. */
export interface Compiled<Code> {
  readonly programs: Programs;
  readonly plan: Plan;
  readonly code: Code;
}

/** What a pass makes of the body of each program. */
const pass = <A, B>(programs: readonly Lowered<A>[], over: (body: A) => B): readonly Lowered<B>[] =>
  programs.map((program) => ({ ...program, body: over(program.body) }));

/** Programs that have been checked, as kernels with a plan of their memory: all that comes before a target's code. */
export function planPrograms(
  programs: Programs,
  slots: ReadonlyMap<string, StateSlot>,
  target: Target,
): Plan {
  const module = new Module(target);
  const states = stateBuffers(slots);
  const simplified = Object.entries(programs).map(
    ([name, program]) => [name, { ...program, graph: simplify(program.graph) }] as const,
  );
  const lowered = simplified.map(([name, program]) => lower(name, program, { module, rules, states }));
  const ordered = pass(lowered, (block) => order(block, module));
  const scheduled = pass(ordered, (kernels) => schedule(kernels, target));
  return plan(scheduled, module, { slots, states });
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
): E.Either<AdjointError, Compiled<Code>> => {
  const slots = checkPrograms(programs);
  if (E.isLeft(slots)) return slots;
  const planned = planPrograms(programs, slots.right, target);
  return planned.size <= target.memory.most
    ? E.right({ programs, plan: planned, code: emit(planned) })
    : E.left(tooLarge(planned, planned.size));
};
