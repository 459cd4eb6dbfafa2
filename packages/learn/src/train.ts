import {
  all,
  at,
  checkFeeds,
  fromData,
  invalid,
  isFinite,
  logicalAnd,
  program,
  sizeOf,
  type AdjointError,
  type Backend,
  type Executable,
  type Program,
  type Programs,
  type Tensor,
  type Tensors,
  type Value,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { findDivergence, type Watched } from './divergence.js';
import { optimizerStep, type StepParts } from './step.js';

export type TrainEvent =
  | { readonly type: 'compiled' }
  /** After each chunk: how many steps are done, and the loss before the last of them. */
  | { readonly type: 'progress'; readonly step: number; readonly steps: number; readonly loss: number };

export interface TrainOptions<P extends Programs> extends StepParts {
  readonly backend: Backend;
  /** Per-step inputs have a leading axis of length `steps`. */
  readonly feeds: Tensors;
  readonly steps: number;
  /** How many steps run in one call, between two progress events; a hundredth of all unless given. */
  readonly chunk?: number;
  /** Steps, counted from 0, before which the state is kept for a look at it afterwards. */
  readonly snapshots?: readonly number[];
  /** Programs that are compiled beside the step and share its state, such as a prediction. */
  readonly programs?: P;
  readonly onEvent?: (event: TrainEvent) => void;
}

export interface Trained<P extends string> {
  /** The loss before each step. */
  readonly loss: Float64Array;
  /** The state before each step of `snapshots`. */
  readonly snapshots: ReadonlyMap<number, Tensors>;
  /** The step under the name `step`, and the programs beside it, with the trained state. */
  readonly executable: Executable<P | 'step'>;
}

const everyFinite = (value: Value): Value<'bool'> =>
  value.shape.length === 0 ? isFinite(value) : all(isFinite(value));

/** The training step, with an output that tells whether its loss, gradients and next parameters are finite. */
function watchedStep(parts: StepParts): { readonly step: Program; readonly watched: readonly Watched[] } {
  const { gradients, nexts, updates } = optimizerStep(parts);
  const watched: readonly Watched[] = [
    { quantity: 'the loss', value: parts.loss },
    ...[...gradients].map(([path, value]) => ({ quantity: `the gradient by ${path}`, value })),
    ...[...nexts].map(([path, value]) => ({ quantity: `the parameter ${path}`, value })),
  ];
  const finite = watched
    .map(({ value }) => everyFinite(value))
    .reduce((both, each) => logicalAnd(both, each));
  const step = program({
    outputs: { loss: parts.loss, finite },
    updates,
    ...(parts.perStep && { perStep: parts.perStep }),
  });
  return { step, watched };
}

/** The feeds of the steps from `start` on. */
function feedsOf(feeds: Tensors, perStep: readonly string[], start: number, count: number): Tensors {
  const part = ({ dtype, shape: [, ...inner], data }: Tensor): Tensor => {
    const size = sizeOf(inner);
    return fromData(dtype, [count, ...inner], data.subarray(start * size, (start + count) * size));
  };
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, perStep.includes(name) ? part(feed) : feed]),
  );
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;

/**
 * Trains: compiles the step once and runs it in chunks.
 * @returns Left where compiling or a feed fails, or, as a DivergenceError, at the first step whose loss, gradient or
 *   parameter is not finite; it is found by running the chunk again in the interpreter
 * @example
 * const feeds = { X: points, Y: targets };
 * const optimizer = sgd({ learningRate: 1.5 });
 * const trained = await train({ backend: interpreter, loss, parameters, optimizer, feeds, steps: 500 })();
 * trained._tag // 'Right'
 */
export const train =
  <P extends Programs = Record<never, Program>>(
    options: TrainOptions<P>,
  ): TaskEither<AdjointError, Trained<keyof P & string>> =>
  async () => {
    const { backend, feeds, steps, perStep = [], onEvent } = options;
    const { chunk = Math.max(1, Math.ceil(steps / 100)), snapshots = [] } = options;
    if (!isCount(steps) || !isCount(chunk)) {
      return E.left(
        invalid(
          'option',
          ['steps'],
          `expected whole numbers from 1 on, given ${steps} in chunks of ${chunk}`,
        ),
      );
    }
    const missed = snapshots.find((at) => !Number.isSafeInteger(at) || at < 0 || at >= steps);
    if (missed !== undefined) {
      return E.left(
        invalid('option', ['snapshots'], `expected steps from 0 to ${steps - 1}, given ${missed}`),
      );
    }
    if (options.programs !== undefined && 'step' in options.programs) {
      return E.left(
        invalid('option', ['programs', 'step'], 'this is the name of the training step', 'Take another.'),
      );
    }
    const { step, watched } = watchedStep(options);
    // All of them, before anything runs: a chunk sees its own part only.
    const fed = checkFeeds(step, feeds, steps);
    if (E.isLeft(fed)) return fed;
    const compiled = await backend.compile({ ...options.programs, step })();
    if (E.isLeft(compiled)) return compiled;
    // The keys are those of the two records that were compiled.
    const executable = compiled.right as Executable<(keyof P & string) | 'step'>;
    onEvent?.({ type: 'compiled' });

    const losses = new Float64Array(steps);
    const kept = new Map<number, Tensors>();
    let next: number;
    for (let done = 0; done < steps; done = next) {
      // A chunk ends at its size, at a snapshot or with the training.
      next = Math.min(done + chunk, ...[...snapshots, steps].filter((at) => at > done));
      const count = next - done;
      const before = await executable.read()();
      if (E.isLeft(before)) return before;
      if (snapshots.includes(done)) kept.set(done, before.right);
      const part = feedsOf(feeds, perStep, done, count);
      const result = await executable.run('step', part, { steps: count, record: ['loss', 'finite'] })();
      if (E.isLeft(result)) return result;
      const { loss, finite } = result.right.recorded;
      if (loss === undefined || finite === undefined)
        return E.left(invalid('program', ['step'], 'recorded nothing'));
      losses.set(loss.data, done);
      if (finite.data.includes(0)) {
        const slice = (offset: number): Tensors => feedsOf(feeds, perStep, done + offset, 1);
        return E.left(
          findDivergence({ step, watched, state: before.right, first: done, count, feedsAt: slice }),
        );
      }
      onEvent?.({ type: 'progress', step: done + count, steps, loss: at(losses, done + count - 1) });
    }
    return E.right({ loss: losses, snapshots: kept, executable });
  };
