import type {
  AdjointError,
  Executable,
  Programs,
  RunOptions,
  RunResult,
  Tensor,
  Tensors,
} from '@adjoint/core';
import { at, attempt, lookup } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { attemptTask } from './attempt-task.js';
import type { CheckpointRun } from './checkpoint/checkpoint.js';
import { explainDivergence } from './divergence.js';
import { feedsOf } from './feeds.js';
import type { Schedule, TrainEvent, TrainOptions } from './train-options.js';
import { FINITE, GRADIENT_NORM, LOSS, PARAMETER_NORM, type WatchedStep } from './watch.js';

/** The chunks of a training, one after the other. */

/** A training under way. */
export interface Training {
  readonly options: TrainOptions<Programs>;
  readonly schedule: Schedule;
  readonly watched: WatchedStep;
  readonly executable: Executable<'step'>;
  /** Where checkpoints go, if there are any. */
  readonly kept: CheckpointRun | undefined;
  /** Filled as steps are done. */
  readonly losses: Float64Array;
  readonly snapshots: Map<number, Tensors>;
}

/** Where a training is. */
export interface Position {
  /** How many steps are done. */
  readonly done: number;
  readonly state: Tensors;
}

export type Outcome<A> = Promise<E.Either<AdjointError, A>>;

/** Calls a user's callback. */
export const tell = (
  { onEvent }: Pick<TrainOptions<Programs>, 'onEvent'>,
  event: TrainEvent,
): E.Either<AdjointError, void> => attempt('onEvent', () => onEvent?.(event));

/** Lets whatever else waits have its turn, such as what aborts the signal: a backend may never wait. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const backendOf = ({ options }: Training): string => `the backend ${options.backend.name}`;

/** Runs some steps; Left, too, where the backend throws. */
function run(
  training: Training,
  first: number,
  given: RunOptions & { readonly steps: number },
): Outcome<RunResult> {
  const { options, schedule, executable } = training;
  const feeds = feedsOf(options.feeds, schedule.perStep, first, given.steps);
  return attemptTask(backendOf(training), () => executable.run('step', feeds, given)())();
}

export const readState = (training: Training): Outcome<Tensors> =>
  attemptTask(backendOf(training), () => training.executable.read()())();

export const writeState = (training: Training, state: Tensors): Outcome<void> =>
  attemptTask(backendOf(training), () => training.executable.write(state)())();

/** The error of a step that was not finite. The steps before it are run again as they ran, to have the state before it. */
async function divergence(training: Training, { done, state }: Position, offset: number): Outcome<never> {
  const { options, schedule, watched, losses } = training;
  let before = state;
  if (offset > 0) {
    const written = await writeState(training, state);
    if (E.isLeft(written)) return written;
    const ran = await run(training, done, { steps: offset });
    if (E.isLeft(ran)) return ran;
    const read = await readState(training);
    if (E.isLeft(read)) return read;
    before = read.right;
  }
  const step = done + offset;
  return E.left(
    explainDivergence({
      program: watched.step,
      watched: watched.watched,
      step,
      loss: losses.slice(0, step + 1),
      state: before,
      feeds: feedsOf(options.feeds, schedule.perStep, step, 1),
    }),
  );
}

/** Adds what a chunk recorded to the journal. */
async function log({ kept }: Training, first: number, recorded: ReadonlyMap<string, Tensor>): Outcome<void> {
  const [loss, parameters, gradients] = [LOSS, PARAMETER_NORM, GRADIENT_NORM].map((name) =>
    recorded.get(name),
  );
  // Only a step with norms has them: the journal was not asked for.
  if (kept === undefined || loss === undefined || parameters === undefined || gradients === undefined) {
    return E.right(undefined);
  }
  return kept.log(
    Array.from(loss.data, (each, index) => ({
      step: first + index,
      loss: each,
      parameterNorm: at(parameters.data, index),
      gradientNorm: at(gradients.data, index),
    })),
  )();
}

/** Where the chunk ends that begins here: at its size, at a checkpoint, at a snapshot or with the training. */
function endOfChunk({ steps, chunk, every, snapshots }: Schedule, done: number): number {
  const checkpoint = (Math.floor(done / every) + 1) * every;
  let end = Math.min(done + chunk, checkpoint, steps);
  for (const snapshot of snapshots) if (snapshot > done) end = Math.min(end, snapshot);
  return end;
}

async function runChunk(training: Training, position: Position): Outcome<Position> {
  const { schedule, watched, losses, snapshots } = training;
  const { done, state } = position;
  if (schedule.snapshots.includes(done)) snapshots.set(done, state);
  const steps = endOfChunk(schedule, done) - done;
  const result = await run(training, done, { steps, record: watched.step.outputs });
  if (E.isLeft(result)) return result;
  const recorded = new Map(Object.entries(result.right.recorded));
  losses.set(lookup(recorded, LOSS).data, done);
  const logged = await log(training, done, recorded);
  if (E.isLeft(logged)) return logged;
  const failed = lookup(recorded, FINITE).data.indexOf(0);
  if (failed >= 0) return divergence(training, position, failed);
  const read = await readState(training);
  return E.isLeft(read) ? read : E.right({ done: done + steps, state: read.right });
}

/** Keeps a checkpoint. */
async function save(
  { options, kept, losses, snapshots }: Training,
  { done, state }: Position,
): Outcome<void> {
  if (kept === undefined) return E.right(undefined);
  const saved = await kept.save({ step: done, state, loss: losses.slice(0, done), snapshots })();
  return E.isLeft(saved) ? saved : tell(options, { type: 'checkpoint', step: done });
}

/** The error of a training that was told to stop. */
async function interrupted(training: Training, position: Position, lastSaved: number): Outcome<never> {
  const { schedule, losses, kept } = training;
  const { done, state } = position;
  if (done !== lastSaved) {
    const saved = await save(training, position);
    if (E.isLeft(saved)) return saved;
  }
  const remedy =
    kept === undefined
      ? 'This error has the losses and the state that were reached.'
      : 'Train again with resume: true to go on from here.';
  const loss = losses.slice(0, done);
  return E.left({ tag: 'InterruptedError', step: done, steps: schedule.steps, remedy, loss, state });
}

/**
 * Runs the steps that are left.
 * @returns Left where a backend, a callback or the store of checkpoints fails, at the first step that is not finite, or
 *   once the signal is aborted
 */
export async function runSteps(training: Training, from: Position): Outcome<void> {
  const { options, schedule, losses } = training;
  const { steps, every } = schedule;
  let position = from;
  let lastSaved = from.done;
  while (position.done < steps) {
    if (options.signal?.aborted === true) return interrupted(training, position, lastSaved);
    const next = await runChunk(training, position);
    if (E.isLeft(next)) return next;
    position = next.right;
    const { done } = position;
    const told = tell(options, { type: 'progress', step: done, steps, loss: at(losses, done - 1) });
    if (E.isLeft(told)) return told;
    if (done % every === 0 || done === steps) {
      const saved = await save(training, position);
      if (E.isLeft(saved)) return saved;
      lastSaved = done;
    }
    if (options.signal !== undefined) await turn();
  }
  return E.right(undefined);
}
