import type {
  AdjointError,
  Backend,
  Executable,
  Program,
  Programs,
  SyncBackend,
  SyncExecutable,
  Tensors,
} from '@adjoint/core';
import { attempt, checkFeeds, invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { attemptTask } from './attempt-task.js';
import type { Checkpoint } from './checkpoint/checkpoint.js';
import {
  readState,
  runSteps,
  tell,
  writeState,
  type Outcome,
  type Position,
  type Training,
} from './run-steps.js';
import { formFault, optionsFault, scheduleOf, type TrainOptions } from './train-options.js';
import { watchedStep } from './watch.js';

/** What a backend compiles to: one that never waits gives `runSync` and its like. */
export type ExecutableOf<B extends Backend, N extends string> = B extends SyncBackend
  ? SyncExecutable<N>
  : Executable<N>;

export interface Trained<P extends string, B extends Backend = Backend> {
  /** The loss before each step. */
  readonly loss: Float64Array;
  /** The state before each step of `snapshots`. */
  readonly snapshots: ReadonlyMap<number, Tensors>;
  /** The step under the name `step`, and the programs beside it, with the trained state. */
  readonly executable: ExecutableOf<B, P | 'step'>;
}

/** Compiles what is to run, and finds where checkpoints of it are. */
async function prepare(options: TrainOptions<Programs>): Outcome<Training> {
  const misformed = formFault(options);
  if (misformed !== undefined) return E.left(misformed);
  const schedule = attempt('reading the options', () => scheduleOf(options));
  if (E.isLeft(schedule)) return schedule;
  const fault = optionsFault(options, schedule.right);
  if (fault !== undefined) return E.left(fault);
  const { backend, feeds, steps, checkpoint, resume = false } = options;
  const watched = attempt('building the training step', () =>
    watchedStep(options, checkpoint?.journal === true),
  );
  if (E.isLeft(watched)) return watched;
  const { step, plain } = watched.right;
  // All of them, before anything runs: a chunk sees its own part only.
  const fed = checkFeeds(step, feeds, steps);
  if (E.isLeft(fed)) return fed;
  const losses = attempt('allocating the losses', () => new Float64Array(steps));
  if (E.isLeft(losses)) return losses;
  const compiled = await attemptTask(`the backend ${backend.name}`, () =>
    backend.compile({ ...options.programs, step })(),
  )();
  if (E.isLeft(compiled)) return compiled;
  const told = tell(options, { type: 'compiled' });
  if (E.isLeft(told)) return told;
  const training = {
    options,
    schedule: schedule.right,
    watched: watched.right,
    executable: compiled.right,
    losses: losses.right,
    snapshots: new Map<number, Tensors>(),
  };
  if (checkpoint === undefined) return E.right({ ...training, kept: undefined });
  const { folder } = checkpoint;
  const kept = await attemptTask(`the checkpoints in "${folder.name}"`, () =>
    folder.begin({ step: plain, resume, keep: schedule.right.keep })(),
  )();
  return E.isLeft(kept) ? kept : E.right({ ...training, kept: kept.right });
}

/** Puts a training where a checkpoint of it is. */
async function goOn(training: Training, { step, state, loss, snapshots }: Checkpoint): Outcome<Position> {
  const { options, schedule, losses, kept } = training;
  if (step > schedule.steps) {
    const problem = `the checkpoint has done ${step}, and ${schedule.steps} are asked for`;
    return E.left(invalid('option', ['steps'], problem, `Ask for ${step} or more.`));
  }
  // Programs beside the step may have states of their own, and may be others than they were.
  const initial = await readState(training);
  if (E.isLeft(initial)) return initial;
  const known = Object.entries(state).filter(([path]) => Object.hasOwn(initial.right, path));
  const written = await writeState(training, Object.fromEntries(known));
  if (E.isLeft(written)) return written;
  losses.set(loss);
  for (const [at, snapshot] of snapshots) {
    if (schedule.snapshots.includes(at)) training.snapshots.set(at, snapshot);
  }
  const told = tell(options, { type: 'resumed', step, damaged: kept?.damaged ?? [] });
  if (E.isLeft(told)) return told;
  return E.right({ done: step, state: { ...initial.right, ...Object.fromEntries(known) } });
}

async function trainSteps(options: TrainOptions<Programs>): Outcome<Omit<Training, 'options'>> {
  const training = await prepare(options);
  if (E.isLeft(training)) return training;
  const { kept } = training.right;
  let start: E.Either<AdjointError, Position>;
  if (kept?.from === undefined) {
    const initial = await readState(training.right);
    start = E.isLeft(initial) ? initial : E.right({ done: 0, state: initial.right });
  } else start = await goOn(training.right, kept.from);
  if (E.isLeft(start)) return start;
  const ran = await runSteps(training.right, start.right);
  return E.isLeft(ran) ? ran : training;
}

/**
 * Trains: compiles the step once and runs it in chunks.
 * With `checkpoint` the run is kept while it goes on, and `resume` goes on from the newest checkpoint, to the same bits
 * as a run that was never ended, on the same backend.
 * @returns Left where compiling or a feed fails; as a DivergenceError, at the first step whose loss, gradient or
 *   parameter is not finite, with the losses and the state before it; as an InterruptedError, with the same, once
 *   `signal` is aborted; and where code of others fails, named by whose it is. It never rejects
 * @example
 * const feeds = { X: points, Y: targets };
 * const optimizer = sgd({ learningRate: 1.5 });
 * const trained = await train({ backend: interpreter, loss, parameters, optimizer, feeds, steps: 500 })();
 * trained._tag // 'Right'
 */
export const train =
  <P extends Programs = Record<never, Program>, B extends Backend = Backend>(
    options: TrainOptions<P, B>,
  ): TaskEither<AdjointError, Trained<keyof P & string, B>> =>
  async () => {
    const trained = await attemptTask('train', () => trainSteps(options))();
    if (E.isLeft(trained)) return trained;
    const { losses, snapshots, executable } = trained.right;
    // The backend compiled it, and the keys are those of the records that were compiled.
    return E.right({
      loss: losses,
      snapshots,
      executable: executable as ExecutableOf<B, (keyof P & string) | 'step'>,
    });
  };
