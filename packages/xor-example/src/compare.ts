import { convert, type AdjointError } from '@adjoint/core';
import { attempt, errorOf, invalid, lookup } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Resolved } from './configuration.js';
import { xorInputs, xorTargets } from './data.js';
import { largestDifference } from './difference.js';
import { comparedElements, gradientRows, nudge, type GradientRow } from './gradient-check.js';
import { gradientGraph } from './gradient-graph.js';
import { epoch } from './manual.js';
import { xorModel, type InitialParameters } from './model.js';
import type { Registry } from './plugins.js';
import { quantityRows, toHand, type QuantityRow } from './quantities.js';
import type { TrainedNetwork } from './run.js';
import { pacer, type Progress } from './pace.js';

export interface Comparison {
  readonly epochs: readonly { readonly epoch: number; readonly rows: readonly QuantityRow[] }[];
  /** The largest difference between the losses of the two trainings, each on its own from the same start. */
  readonly lossDifference: number;
  /** How many epochs these trainings have: not more than a person waits for. */
  readonly comparedEpochs: number;
  /** At the start, nudged until every |Z1| is above `margin`. */
  readonly nudged: readonly GradientRow[];
  /** At the start itself, where Z1 of the input [0, 0] is 0: on the kink of relu. */
  readonly onKink: readonly GradientRow[];
}

/** The options for which there is a hand derivation. */
const derived = { activation: 'relu', loss: 'meanSquaredError', optimizer: 'sgd' } as const;

/** The most products of a unit and an epoch that are trained by hand, which takes some seconds. */
const mostWork = 20_000_000;

/** Left, naming the option, where a configuration is not the one network that was derived by hand. */
export function checkDerived({ configuration }: Resolved): E.Either<AdjointError, void> {
  for (const option of ['activation', 'loss', 'optimizer'] as const) {
    const [given, wanted] = [configuration[option], derived[option]];
    if (given !== wanted)
      return E.left(invalid('option', [option], `the hand derivation is for ${wanted}, given ${given}`));
  }
  return E.right(undefined);
}

const inDoubles = ({ W1, b1, W2, b2 }: InitialParameters): InitialParameters => ({
  W1: convert(W1, 'f64'),
  b1: convert(b1, 'f64'),
  W2: convert(W2, 'f64'),
  b2: convert(b2, 'f64'),
});

const manualFile = 'the hand derivation, packages/xor-example/src/manual.ts,';

/**
 * The hand derivation beside the graph, at the parameters before the first and before the last epoch, and the
 * gradients beside central differences.
 * @param onProgress how much of the work is done
 * @param signal ends the work: what is done of it by then is given up
 * @returns Left where the network is not the one that was derived by hand, or where the hand derivation throws
 */
export const compare =
  (
    network: TrainedNetwork,
    registry: Registry,
    onProgress: Progress = () => undefined,
    signal?: AbortSignal,
  ): TaskEither<AdjointError, Comparison> =>
  () =>
    comparing(network, registry, onProgress, signal).catch((thrown: unknown) =>
      E.left(errorOf(thrown, 'the comparison')),
    );

async function comparing(
  { resolved, model, run, beforeLast }: TrainedNetwork,
  registry: Registry,
  onProgress: Progress,
  signal: AbortSignal | undefined,
): Promise<E.Either<AdjointError, Comparison>> {
  const derivable = checkDerived(resolved);
  if (E.isLeft(derivable)) return derivable;
  const { configuration, activation, loss, initial } = resolved;
  const { epochs, hidden, learningRate, rng, seed } = configuration;
  const derivative = gradientGraph(model);
  const rows = attempt(manualFile, () => [
    { epoch: 0, rows: quantityRows(model, derivative, initial) },
    ...(epochs === 1 ? [] : [{ epoch: epochs - 1, rows: quantityRows(model, derivative, beforeLast) }]),
  ]);
  if (E.isLeft(rows)) return rows;

  const doubles = inDoubles(initial);
  const comparedEpochs = Math.max(1, Math.min(epochs, Math.floor(mostWork / hidden)));
  const pace = pacer(signal, comparedEpochs + 2 * comparedElements(doubles), onProgress);
  const byHand: number[] = [];
  let parameters = toHand(initial);
  // A gradient of the wrong shape cannot be descended: the rows say which it is.
  const isShaped = rows.right.every((each) => each.rows.every(({ compared }) => compared !== undefined));
  while (isShaped && byHand.length < comparedEpochs) {
    const step = attempt(manualFile, () => epoch(parameters, xorInputs, xorTargets, learningRate));
    if (E.isLeft(step)) return step;
    byHand.push(step.right.loss);
    parameters = step.right.next;
    await pace();
  }

  const reference = xorModel(doubles, activation, loss, 'f64');
  const inReference = gradientGraph(reference);
  const stream = lookup(registry.randomSources, rng).create(seed);
  return E.right({
    epochs: rows.right,
    lossDifference: isShaped ? largestDifference(byHand, run.loss).difference : NaN,
    comparedEpochs,
    nudged: await gradientRows(reference, inReference, nudge(reference, doubles, stream), pace),
    onKink: await gradientRows(reference, inReference, doubles, pace),
  });
}
