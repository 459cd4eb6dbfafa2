import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { attempt, formatType, invalid, type AdjointError } from '../value/error.js';
import { faultOfName, limits } from '../value/limits.js';
import { checkGraph, nameOfInput } from '../ir/graph.js';
import { stateOf } from '../ir/source.js';
import type { Value } from '../ir/grammar.js';
import { aProgram, listed, type Program } from './program.js';
import { lookup } from '../support/list.js';
import { faultOfShape, sameShape, type TensorType } from '../value/shape.js';
import { aTensor, isTensor, type Tensor } from '../value/tensor.js';
import { aRecord, isOf, isRecord, readRecord, remedyFor, sort, type Sort } from '../value/argument.js';
import { describe, quoted } from '../support/describe.js';

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
      ? { ...error, problem: `${error.problem} (in the program ${quoted(name)})` }
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
  const given = readRecord(programs);
  if (given === undefined) {
    const problem = `expected programs by name, as in { step, predict }; found ${describe(programs)}`;
    return E.left(invalid('program', [], problem));
  }
  for (const [name, program] of Object.entries(given)) {
    if (!isOf(aProgram, program)) {
      const problem = `expected a program, found ${describe(program)}`;
      return E.left(invalid('program', [name], problem, remedyFor(aProgram, program)));
    }
    const { graph, updates } = program;
    const fault = faultOfName(name);
    if (fault !== undefined) return E.left(invalid('program', [name], fault));
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
          invalid('state', [state.path], `two states have this path (program ${quoted(name)})`, remedy),
        );
      }
      slots.set(state.path, { value, initial: state.initial });
    }
  }
  return E.right(slots);
}

type Checked<T> = E.Either<AdjointError, T>;

const likeTensor: Sort<Tensor> = sort('what looks like a tensor', isTensor);

/** Checks something that is to be a tensor: plain JavaScript passes whatever it likes. */
function checkTensor(
  subject: 'feed' | 'state',
  name: string,
  expected: TensorType,
  given: unknown,
): Checked<Tensor> {
  const remedy = 'Make tensors with tensor or fromData.';
  const fault = (problem: string): Checked<never> => E.left(invalid(subject, [name], problem, remedy));
  if (!isOf(aTensor, given)) {
    // What looks like a tensor is told what is wrong with it.
    const odd = isOf(likeTensor, given) ? remedyFor(aTensor, given) : undefined;
    return fault(odd ?? `expected a tensor ${formatType(expected)}, found ${describe(given)}`);
  }
  return given.dtype === expected.dtype && sameShape(given.shape, expected.shape)
    ? E.right(given)
    : E.left(invalid(subject, [name], `expected ${formatType(expected)}, given ${formatType(given)}`));
}

/** The entries of something that is to be a record of tensors. */
const entriesOf = (
  subject: 'feed' | 'state',
  given: unknown,
): Checked<readonly (readonly [string, unknown])[]> => {
  // Getters are their owner's code.
  if (isOf(aRecord, given)) return attempt(`a ${subject}'s getter`, () => Object.entries(given));
  const problem = `expected tensors by name, found ${describe(given)}`;
  return E.left(invalid(subject, [], problem, 'Write { x: tensor([1, 2]) }.'));
};

/** Checks the feeds of a run: every input is there, nothing else, and the types fit. */
export function checkFeeds(
  { graph, perStep }: Program,
  feeds: Tensors,
  steps: number,
): Checked<ReadonlyMap<Value, Tensor>> {
  const entries = entriesOf('feed', feeds);
  if (E.isLeft(entries)) return entries;
  const given = new Map(entries.right);
  const inputs = new Map(graph.inputs.map((input) => [nameOfInput(input), input]));
  const sliced = new Set(perStep);
  const unknown = [...given.keys()].find((name) => !inputs.has(name));
  if (unknown !== undefined) {
    return E.left(invalid('feed', [unknown], `no such input; the program has ${listed(inputs.keys())}`));
  }
  const fed = new Map<Value, Tensor>();
  for (const [name, input] of inputs) {
    const { dtype, shape } = input;
    const expected = { dtype, shape: sliced.has(name) ? [steps, ...shape] : shape };
    if (given.get(name) === undefined) {
      return E.left(invalid('feed', [name], `missing; expected ${formatType(expected)}`));
    }
    const feed = checkTensor('feed', name, expected, given.get(name));
    if (E.isLeft(feed)) return feed;
    fed.set(input, feed.right);
  }
  return E.right(fed);
}

/** Checks what a run is asked for. */
export function checkRun(programs: Programs, name: string, options: RunOptions): Checked<Program> {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) {
    const problem = 'no program of this name was compiled';
    return E.left(invalid('program', [name], problem, `There are: ${listed(Object.keys(programs))}.`));
  }
  const given: unknown = options;
  if (!isRecord(given)) {
    return E.left(invalid('option', [], 'expected options of a run', 'Write { steps: 10 }.'));
  }
  const { steps = 1, record = [] } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > limits.steps) {
    const problem = `expected a whole number from 1 on, at most ${limits.steps}, given ${steps}`;
    return E.left(invalid('option', ['steps'], problem));
  }
  return checkRecord(program, steps, record);
}

/** Checks the outputs that are to be recorded. */
function checkRecord(program: Program, steps: number, record: unknown): Checked<Program> {
  const { graph, outputs } = program;
  const own = new Set<unknown>(outputs);
  const values = new Map(Object.entries(graph.outputs));
  if (!Array.isArray(record)) {
    return E.left(invalid('option', ['record'], 'expected a list of names of outputs'));
  }
  for (const output of record) {
    if (typeof output !== 'string' || !own.has(output)) {
      const problem = `no such output; the outputs are ${listed(outputs)}`;
      return E.left(invalid('option', ['record', String(output)], problem));
    }
    const { shape } = lookup(values, output);
    const fault = faultOfShape([steps, ...shape]);
    if (fault !== undefined) {
      return E.left(invalid('option', ['record', output], fault, 'Run fewer steps at once.'));
    }
  }
  return E.right(program);
}

/** Checks a state to be written. */
export function checkState(slots: ReadonlyMap<string, StateSlot>, state: Tensors): Checked<void> {
  const entries = entriesOf('state', state);
  if (E.isLeft(entries)) return entries;
  for (const [path, given] of entries.right) {
    const slot = slots.get(path);
    if (slot === undefined) {
      return E.left(invalid('state', [path], `no such state; there are ${listed(slots.keys())}`));
    }
    const tensor = checkTensor('state', path, slot.value, given);
    if (E.isLeft(tensor)) return tensor;
  }
  return E.right(undefined);
}
