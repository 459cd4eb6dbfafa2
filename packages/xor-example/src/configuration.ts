import {
  aboveZero,
  AdjointException,
  convert,
  exact,
  fraction,
  invalid,
  isFloat,
  nameCheck,
  oneOf,
  wholeNumber,
  zeros,
  type AdjointError,
  type Backend,
  type Elementwise,
  type FloatDType,
  type RandomSource,
} from '@adjoint/core';
import { createOptimizer, type Loss, type Optimizer } from '@adjoint/learn';
import { distance } from 'fastest-levenshtein';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts/lib/index.js';
import type { InitialParameters } from './model.js';
import type { Registry } from './plugins.js';

/** Everything that determines a run, as plain data. */
export const configurationCodec: t.Type<Configuration, unknown> = exact(
  {
    hidden: wholeNumber(1, 10_000),
    activation: nameCheck,
    loss: nameCheck,
    optimizer: nameCheck,
    learningRate: aboveZero,
    momentum: fraction,
    epochs: wholeNumber(1, 10_000_000),
    seed: wholeNumber(0, Infinity),
    rng: nameCheck,
    dtype: oneOf('f64', 'f32'),
    backend: nameCheck,
    grid: wholeNumber(2, 1000),
  },
  { optimizerOptions: t.UnknownRecord },
);

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
  /** Further options of the optimizer, such as Adam's `beta1`. */
  readonly optimizerOptions?: Readonly<Record<string, unknown>>;
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

/** The losses of values or logits: the network has one output. */
export const lossesOf = ({ losses }: Registry): ReadonlyMap<string, Loss> =>
  new Map([...losses].filter(([, { takes }]) => takes !== 'distributions'));

/** The options of optimizers that are a part of every configuration, and go to the optimizers that have them. */
export const commonOptions = ['learningRate', 'momentum'] as const;

function optimizerOf(
  configuration: Configuration,
  { optimizers }: Registry,
): E.Either<AdjointError, Optimizer> {
  const factory = lookUp('optimizer', configuration.optimizer, optimizers);
  if (E.isLeft(factory)) return factory;
  const common = commonOptions.flatMap((name) =>
    Object.hasOwn(factory.right.options.fields, name) ? [[name, configuration[name]] as const] : [],
  );
  return createOptimizer(factory.right, { ...Object.fromEntries(common), ...configuration.optimizerOptions });
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
 * @returns Left where a name is unknown, with the nearest one, where the loss does not fit the network, or where the
 *   optimizer does not take its options
 */
export const resolve = (configuration: Configuration, registry: Registry): E.Either<AdjointError, Resolved> =>
  pipe(
    E.Do,
    E.bind('activation', () => lookUp('activation', configuration.activation, activationsOf(registry))),
    E.bind('loss', () => lookUp('loss', configuration.loss, lossesOf(registry))),
    E.bind('optimizer', () => optimizerOf(configuration, registry)),
    E.bind('source', () => lookUp('rng', configuration.rng, registry.randomSources)),
    E.bind('backend', () => lookUp('backend', configuration.backend, registry.backends)),
    E.bind('initial', ({ source }) => initialize(configuration, source)),
    E.map(({ activation, loss, optimizer, backend, initial }) => ({
      configuration,
      activation,
      loss,
      optimizer,
      backend,
      initial,
    })),
  );
