import {
  AdjointException,
  checked,
  convert,
  exact,
  invalid,
  isFloat,
  zeros,
  type AdjointError,
  type Backend,
  type Elementwise,
  type FloatDType,
  type Loss,
  type Optimizer,
  type RandomSource,
  type Registry,
} from '@adjoint/core';
import { distance } from 'fastest-levenshtein';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts/lib/index.js';
import type { InitialParameters } from './model.js';

const within = (least: number, most: number): t.Type<number, unknown> =>
  checked(
    `a whole number from ${least} to ${most}`,
    (u): u is number => Number.isSafeInteger(u) && Number(u) >= least && Number(u) <= most,
  );
const positiveNumber = checked(
  'a number above 0',
  (u): u is number => typeof u === 'number' && Number.isFinite(u) && u > 0,
);
const fraction = checked(
  'a number from 0 up to, but not, 1',
  (u): u is number => typeof u === 'number' && u >= 0 && u < 1,
);
const seedNumber = checked(
  'a whole number from 0 on',
  (u): u is number => Number.isSafeInteger(u) && Number(u) >= 0,
);
const dtypeName = checked('f64 or f32', (u): u is FloatDType => u === 'f64' || u === 'f32');
const text = checked('a name', (u): u is string => typeof u === 'string' && u !== '');

/** Everything that determines a run, as plain data. */
export const configurationCodec: t.Type<Configuration, unknown> = exact({
  hidden: within(1, 10_000),
  activation: text,
  loss: text,
  optimizer: text,
  learningRate: positiveNumber,
  momentum: fraction,
  epochs: within(1, 10_000_000),
  seed: seedNumber,
  rng: text,
  dtype: dtypeName,
  backend: text,
  grid: within(2, 1000),
});

export interface Configuration {
  readonly hidden: number;
  readonly activation: string;
  readonly loss: string;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly momentum: number;
  readonly epochs: number;
  readonly seed: number;
  readonly rng: string;
  readonly dtype: FloatDType;
  readonly backend: string;
  /** The number of points along each axis of the prediction surface. */
  readonly grid: number;
}

/** The notebook's NumPy half. */
export const numpyPreset: Configuration = {
  hidden: 10,
  activation: 'relu',
  loss: 'meanSquaredError',
  optimizer: 'sgd',
  learningRate: 1.5,
  momentum: 0.9,
  epochs: 500,
  seed: 1,
  rng: 'numpy',
  dtype: 'f64',
  backend: 'wasm',
  grid: 50,
};

/** The notebook's TensorFlow half. */
export const tensorflowPreset: Configuration = { ...numpyPreset, rng: 'tensorflow', dtype: 'f32' };

export const presets: Readonly<Record<'numpy' | 'tensorflow', Configuration>> = {
  numpy: numpyPreset,
  tensorflow: tensorflowPreset,
};

/** A configuration with its names looked up. */
export interface Resolved {
  readonly configuration: Configuration;
  readonly activation: Elementwise;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly backend: Backend;
  readonly initial: InitialParameters;
}

/** The name nearest to a misspelt one. */
export const nearest = (name: string, names: readonly string[]): string | undefined =>
  [...names].sort((a, b) => distance(name, a) - distance(name, b))[0];

function lookUp<T>(flag: string, name: string, things: ReadonlyMap<string, T>): E.Either<AdjointError, T> {
  const thing = things.get(name);
  if (thing !== undefined) return E.right(thing);
  const names = [...things.keys()].sort();
  const suggestion = nearest(name, names);
  const remedy = `${suggestion === undefined ? '' : `Did you mean "${suggestion}"? `}There are ${names.join(', ')}.`;
  return E.left(invalid('option', [flag], `unknown name "${name}"`, remedy));
}

/** The elementwise ops of one operand that give numbers for numbers. */
export function activationsOf({ ops }: Registry): ReadonlyMap<string, Elementwise> {
  const isActivation = (op: Elementwise): boolean => {
    if (op.arity !== 1) return false;
    return E.isRight(E.tryCatch(() => op.lambda(['f64']), String)) && isFloat(op.lambda(['f64']).body.dtype);
  };
  return new Map(
    [...ops.values()].flatMap((op) =>
      op.kind === 'elementwise' && isActivation(op) ? [[op.name, op] as const] : [],
    ),
  );
}

/** W1 and W2 drawn from the stream in this order, as the notebook does; biases of zeros. */
function initialize(
  { hidden, seed, dtype }: Configuration,
  source: RandomSource,
): E.Either<AdjointError, InitialParameters> {
  try {
    const stream = source.create(seed);
    const W1 = convert(stream.normal([2, hidden]), dtype);
    const W2 = convert(stream.normal([hidden, 1]), dtype);
    return E.right({ W1, b1: zeros([1, hidden], dtype), W2, b2: zeros([1, 1], dtype) });
  } catch (error) {
    // A stream throws for a seed that it does not take: in code that is a bug, here it is input.
    if (error instanceof AdjointException) return E.left(error.error);
    throw error;
  }
}

/**
 * Looks up the names of a configuration.
 * @returns Left where a name is unknown, with the nearest one, or where the loss does not fit the network
 */
export function resolve(configuration: Configuration, registry: Registry): E.Either<AdjointError, Resolved> {
  const activation = lookUp('activation', configuration.activation, activationsOf(registry));
  if (E.isLeft(activation)) return activation;
  const fitting = new Map([...registry.losses].filter(([, { takes }]) => takes !== 'distributions'));
  const loss = lookUp('loss', configuration.loss, fitting);
  if (E.isLeft(loss)) return loss;
  const factory = lookUp('optimizer', configuration.optimizer, registry.optimizers);
  if (E.isLeft(factory)) return factory;
  const source = lookUp('rng', configuration.rng, registry.randomSources);
  if (E.isLeft(source)) return source;
  const backend = lookUp('backend', configuration.backend, registry.backends);
  if (E.isLeft(backend)) return backend;
  const initial = initialize(configuration, source.right);
  if (E.isLeft(initial)) return initial;
  return E.right({
    configuration,
    activation: activation.right,
    loss: loss.right,
    optimizer: factory.right.create(configuration),
    backend: backend.right,
    initial: initial.right,
  });
}
