import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { formatType, refuse, type AdjointError } from '../value/error.js';
import type { Graph, Value } from '../ir/grammar.js';
import { graph, nameOfInput } from '../ir/graph.js';
import { rebind } from '../ir/rebind.js';
import { stateOf } from '../ir/source.js';
import { freshName } from '../support/names.js';
import { sameShape, type TensorType } from '../value/shape.js';
import {
  argumentFault,
  everyOf,
  expectArgument,
  expectOptions,
  isOf,
  isRecord,
  sort,
  strings,
  type Sort,
} from '../value/argument.js';
import { isValue } from '../ir/value.js';
import { aGraph, namedValues, foreignIn } from '../ir/sorts.js';

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

/** The first names of a list, in a line. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  const more = all.length > 20 ? `, … (${all.length} in all)` : '';
  return all.length === 0 ? 'none' : all.slice(0, 20).join(', ') + more;
}

/** The path of a state value. */
function pathOf({ node }: Value): string {
  const state = stateOf(node);
  if (state === undefined)
    refuse('program', ['updates'], `${node.op.name} is not a state, so it cannot be updated`);
  return state.path;
}

const someUpdates: Sort = sort(
  'a list of updates, as in [{ state: w, next: v }]',
  (u): u is readonly Update[] =>
    everyOf(u, (each): each is Update => isRecord(each) && isValue(each.state) && isValue(each.next)),
);

const nextName = (path: string): string => `${path} (next)`;

/**
 * A program from its outputs and updates. All updates happen at once, after the step.
 * @throws AdjointException where two states share a path, a state is updated twice or by a value of another type, or
 *   `perStep` names no input
 * @example program({ outputs: { sum: sum(w) }, updates: [{ state: w, next: subtract(w, multiply(0.1, dw)) }] }).updates[0].path // 'w'
 */
export function program(parts: ProgramParts): Program {
  expectOptions('program', parts, { outputs: namedValues, updates: someUpdates, perStep: strings });
  const { outputs, updates = [], perStep = [] } = parts;
  expectArgument('program', 'outputs', outputs, namedValues);
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
    refuse('program', ['perStep', unknown], `no such input; the program has ${listed(names)}`);
  }
  return {
    graph: made,
    outputs: Object.keys(outputs),
    updates: nexts.map(({ path, output, state }) => ({ path, output, state })),
    perStep,
  };
}

const namesWithin = (u: unknown, names: ReadonlySet<unknown>): boolean =>
  everyOf(u, (name): name is string => names.has(name));

/** What `program` gives, and what is like it in every field. */
export const aProgram: Sort<Program> = sort(
  'a program',
  (u): u is Program => {
    if (!isRecord(u) || !aGraph.is(u.graph)) return false;
    const outputs = new Set<unknown>(Object.keys(u.graph.outputs));
    return (
      namesWithin(u.outputs, outputs) &&
      namesWithin(u.perStep, new Set<unknown>(u.graph.inputs.map(nameOfInput))) &&
      everyOf(
        u.updates,
        (each): each is Program['updates'][number] =>
          isRecord(each) &&
          outputs.has(each.output) &&
          isValue(each.state) &&
          stateOf(each.state.node)?.path === each.path,
      )
    );
  },
  (u) =>
    isOf(aGraph, u)
      ? 'Make a program of its outputs: program({ outputs }).'
      : ((isRecord(u) ? foreignIn(u.graph) : undefined) ?? 'Programs are made by program({ outputs }).'),
);

/** The same program for inputs of other types; a per-step input's type is that of one slice. See `rebind`. */
export function rebindProgram(
  bound: Program,
  types: Readonly<Record<string, TensorType>>,
): E.Either<AdjointError, Program> {
  const fault = argumentFault(['rebindProgram', 'program'], bound, aProgram);
  if (fault !== undefined) return E.left(fault);
  return pipe(
    rebind(bound.graph, types),
    E.map((rebound) => ({ ...bound, graph: rebound })),
  );
}
