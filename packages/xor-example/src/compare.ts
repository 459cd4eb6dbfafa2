import { convert, invalid, lookup, type AdjointError } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import type { Resolved } from './configuration.js';
import { xorInputs, xorTargets } from './data.js';
import { largestDifference } from './difference.js';
import { gradientRows, nudge, type GradientRow } from './gradient-check.js';
import { gradientGraph } from './gradient-graph.js';
import { trainByHand } from './manual.js';
import { xorModel, type InitialParameters } from './model.js';
import { quantityRows, toHand, type QuantityRow } from './quantities.js';
import type { Registry } from './plugins.js';
import type { TrainedNetwork } from './run.js';

export interface Comparison {
  readonly epochs: readonly { readonly epoch: number; readonly rows: readonly QuantityRow[] }[];
  /** The largest difference between the losses of the two trainings, each on its own from the same start. */
  readonly lossDifference: number;
  /** At the start, nudged until every |Z1| is above `margin`. */
  readonly nudged: readonly GradientRow[];
  /** At the start itself, where Z1 of the input [0, 0] is 0: on the kink of relu. */
  readonly onKink: readonly GradientRow[];
}

/** The options for which there is a hand derivation. */
const derived = { activation: 'relu', loss: 'meanSquaredError', optimizer: 'sgd' } as const;

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

/**
 * The hand derivation beside the graph, at the parameters before the first and before the last epoch, and the
 * gradients beside central differences.
 * @returns Left where the network is not the one that was derived by hand
 */
export function compare(
  { resolved, model, run, beforeLast }: TrainedNetwork,
  registry: Registry,
): E.Either<AdjointError, Comparison> {
  const derivable = checkDerived(resolved);
  if (E.isLeft(derivable)) return derivable;
  const { configuration, activation, loss, initial } = resolved;
  const { epochs, learningRate, rng, seed } = configuration;
  const byHand = trainByHand(toHand(initial), xorInputs, xorTargets, { learningRate, epochs });
  const derivative = gradientGraph(model);

  const doubles = inDoubles(initial);
  const reference = xorModel(doubles, activation, loss, 'f64');
  const inReference = gradientGraph(reference);
  const stream = lookup(registry.randomSources, rng).create(seed);
  return E.right({
    epochs: [
      { epoch: 0, rows: quantityRows(model, derivative, initial) },
      ...(epochs === 1 ? [] : [{ epoch: epochs - 1, rows: quantityRows(model, derivative, beforeLast) }]),
    ],
    lossDifference: largestDifference(byHand.loss, run.loss).difference,
    nudged: gradientRows(reference, inReference, nudge(doubles, stream)),
    onKink: gradientRows(reference, inReference, doubles),
  });
}
