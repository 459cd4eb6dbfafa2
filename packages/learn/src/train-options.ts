import type { AdjointError, Backend, Programs, Tensors } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import type { CheckpointFolder } from './checkpoint/checkpoint.js';
import type { StepParts } from './step.js';

/** What a training is asked for, and what is wrong with it. */

export type TrainEvent =
  | { readonly type: 'compiled' }
  /** A training goes on from a checkpoint; newer ones were damaged, if there are errors. */
  | { readonly type: 'resumed'; readonly step: number; readonly damaged: readonly AdjointError[] }
  /** After each chunk: how many steps are done, and the loss before the last of them. */
  | { readonly type: 'progress'; readonly step: number; readonly steps: number; readonly loss: number }
  /** A checkpoint is kept. */
  | { readonly type: 'checkpoint'; readonly step: number };

export interface CheckpointOptions {
  /** `checkpointFolder('runs/xor')`, or `checkpointsIn` another store. */
  readonly folder: CheckpointFolder;
  /** How many steps are between two checkpoints; a tenth of all unless given. There is one at the end as well. */
  readonly every?: number;
  /** How many of them stay; 3 unless given. */
  readonly keep?: number;
  /** Whether losses and norms of each step are written to `journal.jsonl` beside, for `readJournal`. */
  readonly journal?: boolean;
}

export interface TrainOptions<P extends Programs, B extends Backend = Backend> extends StepParts {
  readonly backend: B;
  /** Per-step inputs have a leading axis of length `steps`. */
  readonly feeds: Tensors;
  readonly steps: number;
  /** How many steps run in one call, between two progress events; a hundredth of all, and at most 10,000, unless given. */
  readonly chunk?: number;
  /** Steps, counted from 0, before which the state is kept for a look at it afterwards. */
  readonly snapshots?: readonly number[];
  /** Programs that are compiled beside the step and share its state, such as a prediction. */
  readonly programs?: P;
  readonly onEvent?: (event: TrainEvent) => void;
  /** Where the run is kept while it goes on, so that one that was ended can go on. */
  readonly checkpoint?: CheckpointOptions;
  /** Whether training goes on from the newest checkpoint, if there is one. */
  readonly resume?: boolean;
  /** Ends the training after a chunk, with a checkpoint: an `AbortSignal`. */
  readonly signal?: { readonly aborted: boolean };
}

/** What a training is asked for, with its defaults. */
export interface Schedule {
  readonly steps: number;
  readonly chunk: number;
  readonly snapshots: readonly number[];
  readonly perStep: readonly string[];
  /** Infinity where no checkpoints are asked for. */
  readonly every: number;
  readonly keep: number;
}

/** The most steps of one training: as many losses as typed arrays hold everywhere. */
const MOST_STEPS = 2 ** 32 - 1;

const isCount = (n: unknown): boolean => Number.isSafeInteger(n) && Number(n) >= 1;

/** What is wrong with options that plain JavaScript passes, before anything else is looked at. */
export function formFault(options: unknown): AdjointError | undefined {
  const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> =>
    typeof u === 'object' && u !== null;
  const wrong = (path: readonly string[], expected: string): AdjointError =>
    invalid('option', path, `expected ${expected}`);
  if (!isRecord(options))
    return wrong([], 'a record with backend, loss, parameters, optimizer, feeds and steps');
  const { backend, optimizer, feeds } = options;
  if (!isRecord(backend) || typeof backend.compile !== 'function') {
    return wrong(['backend'], 'a backend, such as interpreter or wasm');
  }
  if (!isRecord(optimizer) || typeof optimizer.update !== 'function') {
    return wrong(['optimizer'], 'an optimizer, such as sgd({ learningRate: 0.1 })');
  }
  return isRecord(feeds) ? undefined : wrong(['feeds'], 'a record of tensors, {} where there is no input');
}

/** The defaults of what was not given. */
export function scheduleOf<P extends Programs>(options: TrainOptions<P>): Schedule {
  const { steps, perStep = [], snapshots = [], checkpoint } = options;
  const { chunk = Math.min(10_000, Math.max(1, Math.ceil(steps / 100))) } = options;
  const { every = Math.max(1, Math.ceil(steps / 10)), keep = 3 } = checkpoint ?? {};
  return { steps, chunk, snapshots, perStep, every: checkpoint === undefined ? Infinity : every, keep };
}

/** What is wrong with options, if anything is; what the training step is made of is checked with it. */
export function optionsFault<P extends Programs>(
  options: TrainOptions<P>,
  { steps, chunk, snapshots, every, keep }: Schedule,
): AdjointError | undefined {
  if (!isCount(steps) || !isCount(chunk)) {
    return invalid(
      'option',
      ['steps'],
      `expected whole numbers from 1 on, given ${steps} in chunks of ${chunk}`,
    );
  }
  if (steps > MOST_STEPS) {
    const remedy = 'Train in several calls, each from the state that the last one reached.';
    return invalid('option', ['steps'], `expected at most ${MOST_STEPS}, given ${steps}`, remedy);
  }
  const missed = snapshots.find((at) => !Number.isSafeInteger(at) || at < 0 || at >= steps);
  if (missed !== undefined) {
    return invalid('option', ['snapshots'], `expected steps from 0 to ${steps - 1}, given ${missed}`);
  }
  if (options.programs !== undefined && 'step' in options.programs) {
    const problem = 'this is the name of the training step';
    return invalid('option', ['programs', 'step'], problem, 'Take another.');
  }
  if (options.checkpoint === undefined) {
    return options.resume === true
      ? invalid('option', ['resume'], 'there is nothing to go on from', 'Say where: checkpoint: { folder }.')
      : undefined;
  }
  const folder: unknown = options.checkpoint.folder;
  if (typeof folder !== 'object' || folder === null || !('begin' in folder)) {
    const remedy = "Give folder: checkpointFolder('runs/xor').";
    return invalid('option', ['checkpoint', 'folder'], 'expected what checkpointFolder gives', remedy);
  }
  const wrong = Object.entries({ every, keep }).find(([, count]) => !isCount(count));
  return (
    wrong &&
    invalid('option', ['checkpoint', wrong[0]], `expected a whole number from 1 on, given ${wrong[1]}`)
  );
}
