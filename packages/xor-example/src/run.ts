import {
  fromData,
  invalid,
  rebindProgram,
  toNested,
  type AdjointError,
  type FloatDType,
  type Nested,
  type Tensor,
  type Tensors,
} from '@adjoint/core';
import { train } from '@adjoint/learn';
import type { Surface } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { resolve, type Configuration } from './configuration.js';
import { xorData, xorTargets } from './data.js';
import { xorModel } from './model.js';
import type { Registry } from './plugins.js';

export type ParameterName = 'W1' | 'b1' | 'W2' | 'b2';
export type NestedParameters = Readonly<Record<ParameterName, Nested>>;

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

const nested = (tensors: Tensors): NestedParameters => {
  const of = (name: ParameterName): Nested => (tensors[name] === undefined ? [] : toNested(tensors[name]));
  return { W1: of('W1'), b1: of('b1'), W2: of('W2'), b2: of('b2') };
};

/** The points of a square grid, as numpy.linspace and meshgrid give them: [grid², 2] */
function gridPoints(grid: number, dtype: FloatDType): Tensor {
  const step = 1 / (grid - 1);
  const along = (index: number): number => (index === grid - 1 ? 1 : index * step);
  const data = dtype === 'f64' ? new Float64Array(2 * grid * grid) : new Float32Array(2 * grid * grid);
  for (let point = 0; point < grid * grid; point++) {
    data[2 * point] = along(point % grid);
    data[2 * point + 1] = along(Math.floor(point / grid));
  }
  return data instanceof Float64Array
    ? fromData('f64', [grid * grid, 2], data)
    : fromData('f32', [grid * grid, 2], data);
}

/**
 * Trains the network of a configuration and evaluates it.
 * @returns Left where a name is unknown, or training diverges
 */
export const run =
  (
    configuration: Configuration,
    registry: Registry,
    onProgress: (progress: RunProgress) => void = () => undefined,
  ): TaskEither<AdjointError, Run> =>
  async () => {
    const resolved = resolve(configuration, registry);
    if (E.isLeft(resolved)) return resolved;
    const { activation, loss, optimizer, backend, initial } = resolved.right;
    const { dtype, epochs, grid } = configuration;
    const model = xorModel(initial, activation, loss, dtype);
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
      programs: { predict: model.predict, surface: surfaceProgram.right },
      onEvent: (event) => {
        if (event.type === 'progress') onProgress({ epoch: event.step, epochs, loss: event.loss });
      },
    })();
    if (E.isLeft(trained)) return trained;
    const { executable } = trained.right;
    const predicted = await executable.run('predict', { X })();
    if (E.isLeft(predicted)) return predicted;
    const surface = await executable.run('surface', { X: gridPoints(grid, dtype) })();
    if (E.isLeft(surface)) return surface;
    const state = await executable.read()();
    if (E.isLeft(state)) return state;
    const [predictions, heights] = [predicted.right.outputs.A2, surface.right.outputs.A2];
    if (predictions === undefined || heights === undefined)
      return E.left(invalid('program', [], 'no prediction'));
    const hits = xorTargets.filter(
      ([target], index) => Number((predictions.data[index] ?? NaN) > 0.5) === target,
    );
    return E.right({
      configuration,
      initial: nested({ ...initial }),
      loss: Array.from(trained.right.loss),
      predictions: Array.from(predictions.data),
      accuracy: hits.length / xorTargets.length,
      parameters: nested(state.right),
      surface: { grid, values: Array.from(heights.data) },
    });
  };
