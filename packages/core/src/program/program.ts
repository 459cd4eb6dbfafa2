import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { formatType, refuse, type AdjointError } from '../value/error.js';
import type { Graph, Value } from '../ir/grammar.js';
import { graph, nameOfInput } from '../ir/graph.js';
import { rebind } from '../ir/rebind.js';
import { stateOf } from '../ir/source.js';
import { freshName } from '../support/names.js';
import { sameShape, type TensorType } from '../value/shape.js';

/** A state and the value that it has after the step. */
export interface Update {
  readonly state: Value;
  readonly next: Value;
}

/** What one step computes: inputs and state to named outputs and the state's next values. */
export interface Program {
  /** Its outputs are the program's own and, under names of their own, the next values. */
  readonly graph: Graph;
  /** The names of the program's own outputs. */
  readonly outputs: readonly string[];
  readonly updates: readonly { readonly path: string; readonly output: string; readonly state: Value }[];
  /** The inputs that are fed one slice a step, along a new leading axis. */
  readonly perStep: readonly string[];
}

export interface ProgramParts {
  readonly outputs: Readonly<Record<string, Value>>;
  readonly updates?: readonly Update[];
  readonly perStep?: readonly string[];
}

/** The path of a state value. */
function pathOf({ node }: Value): string {
  const state = stateOf(node);
  if (state === undefined)
    refuse('program', ['updates'], `${node.op.name} is not a state, so it cannot be updated`);
  return state.path;
}

const nextName = (path: string): string => `${path} (next)`;

/**
 * A program from its outputs and updates. All updates happen at once, after the step.
 * @throws AdjointException where two states share a path, a state is updated twice or by a value of another type, or
 *   `perStep` names no input
 * @example program({ outputs: { sum: sum(w) }, updates: [{ state: w, next: subtract(w, multiply(0.1, dw)) }] }).updates[0].path // 'w'
 */
export function program({ outputs, updates = [], perStep = [] }: ProgramParts): Program {
  const updated = new Set<Value>();
  const taken = new Set(Object.keys(outputs));
  const nexts = updates.map(({ state, next }) => {
    const path = pathOf(state);
    if (state.dtype !== next.dtype || !sameShape(state.shape, next.shape)) {
      refuse(
        'program',
        ['updates', path],
        `the state is ${formatType(state)}, its next value ${formatType(next)}`,
      );
    }
    if (updated.has(state)) refuse('program', ['updates', path], 'the state is updated twice');
    updated.add(state);
    return { path, next, state, output: freshName(nextName(path), taken) };
  });
  const made = graph({
    ...outputs,
    ...Object.fromEntries(nexts.map(({ output, next }) => [output, next])),
  });
  const names = new Set(made.inputs.map(nameOfInput));
  const unknown = perStep.find((name) => !names.has(name));
  if (unknown !== undefined) {
    const known = [...names].slice(0, 20).join(', ') || 'none';
    refuse('program', ['perStep', unknown], `no such input; the program has ${known}`);
  }
  return {
    graph: made,
    outputs: Object.keys(outputs),
    updates: nexts.map(({ path, output, state }) => ({ path, output, state })),
    perStep,
  };
}

/** The same program for inputs of other types; a per-step input's type is that of one slice. See `rebind`. */
export const rebindProgram = (
  bound: Program,
  types: Readonly<Record<string, TensorType>>,
): E.Either<AdjointError, Program> =>
  pipe(
    rebind(bound.graph, types),
    E.map((rebound) => ({ ...bound, graph: rebound })),
  );
