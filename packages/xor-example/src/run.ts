import {
  convert,
  fromData,
  isValue,
  rebindProgram,
  toNested,
  type AdjointError,
  type FloatDType,
  type Nested,
  type Tensor,
  type Tensors,
} from '@adjoint/core';
import { at, invalid, lookup } from '@adjoint/core/extend';
import { train, type CheckpointOptions } from '@adjoint/learn';
import type { Surface } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { attemptFor, resolve, type Configuration, type Resolved } from './configuration.js';
import { xorData, xorTargets } from './data.js';
import { xorModel, type InitialParameters, type XorModel } from './model.js';
import type { Registry } from './plugins.js';
import { entry } from './record.js';

type NestedParameters = Readonly<Record<keyof InitialParameters, Nested>>;

/** What a run gives, as plain data. */
export interface Run {
  readonly configuration: Configuration;
  /** The parameters before the first epoch. */
  readonly initial: NestedParameters;
  /** The loss of every epoch, before its update. */
  readonly loss: readonly number[];
  /** For [0, 0], [0, 1], [1, 0] and [1, 1]. */
  readonly predictions: readonly number[];
  /** The part of the predictions that are on their target's side of 0.5. */
  readonly accuracy: number;
  /** The parameters after the last epoch. */
  readonly parameters: NestedParameters;
  /** The prediction at the points (j, i)/(grid − 1), row by row. */
  readonly surface: Surface;
}

export interface RunProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
}

/** A run with what it was made of: all that the report and the comparison need, so that neither trains again. */
export interface TrainedNetwork {
  readonly resolved: Resolved;
  readonly model: XorModel;
  readonly run: Run;
  /** The parameters before the last epoch, where its loss and gradients were taken. */
  readonly beforeLast: InitialParameters;
}

const parametersIn = (state: Tensors): InitialParameters => ({
  W1: entry(state, 'W1'),
  b1: entry(state, 'b1'),
  W2: entry(state, 'W2'),
  b2: entry(state, 'b2'),
});

const nested = ({ W1, b1, W2, b2 }: InitialParameters): NestedParameters => ({
  W1: toNested(W1),
  b1: toNested(b1),
  W2: toNested(W2),
  b2: toNested(b2),
});

/** The points of a square grid, as numpy.linspace and meshgrid give them: [grid², 2] */
function gridPoints(grid: number, dtype: FloatDType): Tensor {
  const step = 1 / (grid - 1);
  const along = (index: number): number => (index === grid - 1 ? 1 : index * step);
  const data = new Float64Array(2 * grid * grid);
  for (let point = 0; point < grid * grid; point++) {
    data[2 * point] = along(point % grid);
    data[2 * point + 1] = along(Math.floor(point / grid));
  }
  return convert(fromData('f64', [grid * grid, 2], data), dtype);
}

/** The part of the predictions that are on their target's side of 0.5. */
function accuracyOf({ data }: Tensor): number {
  const hits = xorTargets.filter(([target], index) => Number(at(data, index) > 0.5) === target);
  return hits.length / xorTargets.length;
}

/** How a training is watched, kept and ended. */
export interface TrainingControl {
  readonly onProgress?: (progress: RunProgress) => void;
  readonly checkpoint?: CheckpointOptions;
  readonly resume?: boolean;
  /** Called where a run goes on from a checkpoint. */
  readonly onResumed?: (epoch: number, damaged: readonly AdjointError[]) => void;
  readonly signal?: AbortSignal;
}

/** The network of a configuration as a graph; what an activation or a loss throws says whose it was. */
export function buildModel(resolved: Resolved): E.Either<AdjointError, XorModel> {
  const { configuration, activation, initial, loss } = resolved;
  const lossBy = `the loss ${loss.name}`;
  return pipe(
    attemptFor(`the activation ${activation.name}`, () => activation.lambda([configuration.dtype])),
    E.chain(() => attemptFor(lossBy, () => xorModel(initial, activation, loss, configuration.dtype))),
    E.filterOrElse(
      (model) => isValue(model.loss),
      () => invalid('option', ['loss'], `${lossBy} gives no value of a graph`),
    ),
  );
}

/**
 * Trains the network of a configuration and evaluates it.
 * @returns Left where training diverges or is interrupted, and where code of a plugin throws
 */
export const trainNetwork =
  (
    resolved: Resolved,
    { onProgress = () => undefined, onResumed, ...control }: TrainingControl = {},
  ): TE.TaskEither<AdjointError, TrainedNetwork> =>
  async () => {
    const { configuration, optimizer, backend, initial } = resolved;
    const { dtype, epochs, grid } = configuration;
    const built = buildModel(resolved);
    if (E.isLeft(built)) return built;
    const model = built.right;
    const surfaceProgram = rebindProgram(model.predict, { X: { dtype, shape: [grid * grid, 2] } });
    if (E.isLeft(surfaceProgram)) return surfaceProgram;

    const { X, Y } = xorData(dtype);
    const trained = await train({
      backend,
      loss: model.loss,
      parameters: model.parameters,
      optimizer,
      feeds: { X, Y },
      steps: epochs,
      snapshots: [epochs - 1],
      programs: { predict: model.predict, surface: surfaceProgram.right },
      onEvent: (event) => {
        if (event.type === 'progress') onProgress({ epoch: event.step, epochs, loss: event.loss });
        if (event.type === 'resumed') onResumed?.(event.step, event.damaged);
      },
      ...control,
    })();
    if (E.isLeft(trained)) return trained;
    const { executable, snapshots } = trained.right;
    const predicted = await executable.run('predict', { X })();
    if (E.isLeft(predicted)) return predicted;
    const surface = await executable.run('surface', { X: gridPoints(grid, dtype) })();
    if (E.isLeft(surface)) return surface;
    const state = await executable.read()();
    if (E.isLeft(state)) return state;
    const predictions = entry(predicted.right.outputs, 'A2');
    return E.right({
      resolved,
      model,
      run: {
        configuration,
        initial: nested(initial),
        loss: Array.from(trained.right.loss),
        predictions: Array.from(predictions.data),
        accuracy: accuracyOf(predictions),
        parameters: nested(parametersIn(state.right)),
        surface: { grid, values: Array.from(entry(surface.right.outputs, 'A2').data) },
      },
      beforeLast: parametersIn(lookup(snapshots, epochs - 1)),
    });
  };

/**
 * Trains the network of a configuration and evaluates it.
 * @returns Left where a name is unknown, or training diverges
 */
export const run = (
  configuration: Configuration,
  registry: Registry,
  onProgress?: (progress: RunProgress) => void,
): TE.TaskEither<AdjointError, Run> =>
  pipe(
    TE.fromEither(resolve(configuration, registry)),
    TE.chain((resolved) => trainNetwork(resolved, onProgress && { onProgress })),
    TE.map((network) => network.run),
  );
