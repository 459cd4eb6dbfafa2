import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { isStorage } from '../value/dtype.js';
import { formatType, invalid, type AdjointError } from '../value/error.js';
import { checkGraph, nameOfInput } from '../ir/graph.js';
import { stateOf } from '../ir/source.js';
import type { Value } from '../ir/grammar.js';
import type { Program } from './program.js';
import { sameShape, sizeOf } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';

export type Programs = Readonly<Record<string, Program>>;
export type Tensors = Readonly<Record<string, Tensor>>;

export interface RunOptions {
  /** How many steps; 1 unless given. */
  readonly steps?: number;
  /** The outputs to keep of every step. */
  readonly record?: readonly string[];
}

export interface RunResult {
  /** The outputs of the last step. */
  readonly outputs: Tensors;
  /** The recorded outputs, stacked along a new leading axis, one slice a step. */
  readonly recorded: Tensors;
}

/**
 * Compiled programs over one state. Everything that can wait is a `TaskEither`: a GPU, or a page's main thread, must.
 * A Left leaves the state as it was.
 */
export interface Executable<P extends string = string> {
  /** Runs a program any number of steps. Per-step inputs are fed with a leading axis of that length. */
  readonly run: (name: P, feeds: Tensors, options?: RunOptions) => TaskEither<AdjointError, RunResult>;
  /** The state by path. */
  readonly read: () => TaskEither<AdjointError, Tensors>;
  /** Replaces the states that are named. */
  readonly write: (state: Tensors) => TaskEither<AdjointError, void>;
  /** Gives up the memory at once; whatever is asked for afterwards is a Left. What nobody references is collected anyway. */
  readonly dispose: () => void;
}

/** What backends that never wait offer beside. */
export interface SyncExecutable<P extends string = string> extends Executable<P> {
  readonly runSync: (name: P, feeds: Tensors, options?: RunOptions) => E.Either<AdjointError, RunResult>;
  readonly readSync: () => E.Either<AdjointError, Tensors>;
  readonly writeSync: (state: Tensors) => E.Either<AdjointError, void>;
}

/** Turns programs into something that runs. */
export interface Backend {
  readonly name: string;
  readonly compile: <P extends Programs>(
    programs: P,
  ) => TaskEither<AdjointError, Executable<keyof P & string>>;
}

/** A backend that never waits. */
export interface SyncBackend extends Backend {
  readonly compile: <P extends Programs>(
    programs: P,
  ) => TaskEither<AdjointError, SyncExecutable<keyof P & string>>;
  readonly compileSync: <P extends Programs>(
    programs: P,
  ) => E.Either<AdjointError, SyncExecutable<keyof P & string>>;
}

/** What an executable says after `dispose`. */
export const disposed = (): AdjointError =>
  invalid('program', [], 'the executable was disposed', 'Compile the programs again to go on.');

/** An error of a program's graph, with the program's name. */
const inProgram = (name: string, error: AdjointError): AdjointError =>
  error.tag === 'InvalidError'
    ? { ...error, path: [name, ...error.path] }
    : error.tag === 'OpError'
      ? { ...error, problem: `${error.problem} (in the program "${name}")` }
      : error;

/** A state of compiled programs: its value in their graphs, and what it starts from. */
export interface StateSlot {
  readonly value: Value;
  readonly initial: Tensor;
}

/**
 * Checks what every backend must: the graphs are well typed, and a path names one state.
 * @returns the states by path
 */
export function checkPrograms(programs: Programs): E.Either<AdjointError, ReadonlyMap<string, StateSlot>> {
  const slots = new Map<string, StateSlot>();
  for (const [name, { graph, updates }] of Object.entries(programs)) {
    const checked = checkGraph(graph);
    if (E.isLeft(checked)) return E.left(inProgram(name, checked.left));
    // What is only updated is a state too, though nothing in the graph reads it.
    for (const value of [
      ...graph.nodes.flatMap(({ outputs }) => outputs),
      ...updates.map((each) => each.state),
    ]) {
      const state = stateOf(value.node);
      if (state === undefined) continue;
      const known = slots.get(state.path);
      if (known !== undefined && known.value !== value) {
        const remedy =
          "Give each a path of its own, as in state(tree, 'layer1') and state(tree, 'layer2'); where one state is meant, make it once and use its value twice.";
        return E.left(
          invalid('state', [state.path], `two states have this path (program "${name}")`, remedy),
        );
      }
      slots.set(state.path, { value, initial: state.initial });
    }
  }
  return E.right(slots);
}

/** Refuses a tensor that was made by hand and whose data are not what its type says. */
function checkData(subject: 'feed' | 'state', name: string, tensor: Tensor): E.Either<AdjointError, void> {
  const { dtype, shape, data } = tensor;
  if (isStorage(dtype, data) && data.length === sizeOf(shape)) return E.right(undefined);
  const problem = `its data are not the ${sizeOf(shape)} elements of ${formatType(tensor)}`;
  return E.left(invalid(subject, [name], problem, 'Make tensors with tensor or fromData.'));
}

/** Checks the feeds of a run: every input is there, nothing else, and the types fit. */
export function checkFeeds(
  { graph, perStep }: Program,
  feeds: Tensors,
  steps: number,
): E.Either<AdjointError, ReadonlyMap<Value, Tensor>> {
  const fed = new Map<Value, Tensor>();
  const names = graph.inputs.map(nameOfInput);
  const unknown = Object.keys(feeds).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return E.left(invalid('feed', [unknown], `no such input; the program has ${names.join(', ') || 'none'}`));
  }
  for (const input of graph.inputs) {
    const name = nameOfInput(input);
    const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    const shape = perStep.includes(name) ? [steps, ...input.shape] : input.shape;
    const expected = formatType({ dtype: input.dtype, shape });
    if (feed === undefined) return E.left(invalid('feed', [name], `missing; expected ${expected}`));
    if (feed.dtype !== input.dtype || !sameShape(feed.shape, shape)) {
      return E.left(invalid('feed', [name], `expected ${expected}, given ${formatType(feed)}`));
    }
    const whole = checkData('feed', name, feed);
    if (E.isLeft(whole)) return whole;
    fed.set(input, feed);
  }
  return E.right(fed);
}

/** Checks what a run is asked for. */
export function checkRun(
  name: string,
  program: Program | undefined,
  { steps = 1, record = [] }: RunOptions,
): E.Either<AdjointError, Program> {
  if (program === undefined)
    return E.left(invalid('program', [name], 'no program of this name was compiled'));
  if (!Number.isInteger(steps) || steps < 1) {
    return E.left(invalid('option', ['steps'], `expected a whole number from 1 on, given ${steps}`));
  }
  const unknown = record.find((output) => !program.outputs.includes(output));
  if (unknown !== undefined) {
    return E.left(
      invalid('option', ['record', unknown], `no such output; the outputs are ${program.outputs.join(', ')}`),
    );
  }
  return E.right(program);
}

/** Checks a state to be written. */
export function checkState(
  slots: ReadonlyMap<string, StateSlot>,
  state: Tensors,
): E.Either<AdjointError, void> {
  for (const [path, tensor] of Object.entries(state)) {
    const slot = slots.get(path);
    if (slot === undefined) {
      return E.left(invalid('state', [path], `no such state; there are ${[...slots.keys()].join(', ')}`));
    }
    const whole = checkData('state', path, tensor);
    if (E.isLeft(whole)) return whole;
    if (tensor.dtype !== slot.value.dtype || !sameShape(tensor.shape, slot.value.shape)) {
      return E.left(
        invalid('state', [path], `expected ${formatType(slot.value)}, given ${formatType(tensor)}`),
      );
    }
  }
  return E.right(undefined);
}
