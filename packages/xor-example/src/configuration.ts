import {
  aboveZero,
  convert,
  formatShape,
  formatType,
  fraction,
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
  type Shape,
  type Tensor,
} from '@adjoint/core';
import { attempt, exact, invalid, quoted, sameShape } from '@adjoint/core/extend';
import { createOptimizer, type Initializer, type Loss, type Optimizer } from '@adjoint/learn';
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
    initializer: nameCheck,
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
  /** Where W1 and W2 start; the biases start at zero. */
  readonly initializer: string;
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
  initializer: 'normal',
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
  return E.left(invalid('option', [flag], `unknown name ${quoted(name)}`, remedy));
}

/** What code of a plugin does, or whose code it was that could not: an error of an argument says so as well. */
export const attemptFor = <A>(by: string, run: () => A): E.Either<AdjointError, A> =>
  pipe(
    attempt(by, run),
    E.mapLeft((error) =>
      error.tag === 'InvalidError' && error.subject !== 'option'
        ? { ...error, problem: `${by}: ${error.problem}` }
        : error,
    ),
  );

/** The derivatives and values of an activation are those of its expression for one float. */
function activationBody(op: Elementwise): E.Either<AdjointError, void> {
  return pipe(
    attemptFor(`the op ${op.name}`, () => op.arity === 1 && isFloat(op.lambda(['f64']).body.dtype)),
    E.filterOrElse(
      (isActivation) => isActivation,
      () => invalid('option', ['activation'], `${op.name} does not give a float for one float`),
    ),
    E.map(() => undefined),
  );
}

/** The elementwise ops of one operand that give numbers for numbers. */
export const activationsOf = ({ ops }: Registry): ReadonlyMap<string, Elementwise> =>
  new Map(
    [...ops.values()].flatMap((op) =>
      op.kind === 'elementwise' && E.isRight(activationBody(op)) ? [[op.name, op] as const] : [],
    ),
  );

/** An activation by its name; one that cannot be one says why. */
function activationOf(name: string, registry: Registry): E.Either<AdjointError, Elementwise> {
  const op = registry.ops.get(name);
  const fault = op?.kind === 'elementwise' ? activationBody(op) : E.right(undefined);
  return E.isLeft(fault) ? fault : lookUp('activation', name, activationsOf(registry));
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
  initializer: Initializer,
): E.Either<AdjointError, InitialParameters> {
  const stream = attempt(`the random stream ${source.name}`, () => source.create(seed));
  if (E.isLeft(stream)) return stream;
  const weight = (shape: Shape): E.Either<AdjointError, Tensor> => {
    const by = `the initializer ${initializer.name}`;
    const created = attemptFor(by, () => initializer.create(shape, stream.right));
    if (E.isLeft(created)) return created;
    const given = attempt(by, () => formatType(created.right));
    const isOne = E.isRight(given) && isFloat(created.right.dtype) && sameShape(created.right.shape, shape);
    const found = E.isRight(given) ? given.right : 'no tensor';
    return isOne
      ? attempt(by, () => convert(created.right, dtype))
      : E.left(invalid('option', ['initializer'], `${by} gives ${found}, not floats ${formatShape(shape)}`));
  };
  return pipe(
    E.Do,
    E.bind('W1', () => weight([2, hidden])),
    E.bind('W2', () => weight([hidden, 1])),
    E.map(({ W1, W2 }) => ({ W1, b1: zeros([1, hidden], dtype), W2, b2: zeros([1, 1], dtype) })),
  );
}

/** The most numbers of the hidden layer over all points of the surface: 200 MB of them. */
const mostOnSurface = 25_000_000;

function checkSize({ hidden, grid }: Configuration): E.Either<AdjointError, void> {
  if (hidden * grid * grid <= mostOnSurface) return E.right(undefined);
  const most = Math.floor(Math.sqrt(mostOnSurface / hidden));
  return E.left(
    invalid('option', ['grid'], `expected at most ${most} for ${hidden} hidden units, given ${grid}`),
  );
}

/**
 * Looks up the names of a configuration.
 * @returns Left where a name is unknown, with the nearest one, where the loss does not fit the network, or where the
 *   optimizer does not take its options
 */
export const resolve = (configuration: Configuration, registry: Registry): E.Either<AdjointError, Resolved> =>
  pipe(
    checkSize(configuration),
    E.bind('activation', () => activationOf(configuration.activation, registry)),
    E.bind('loss', () => lookUp('loss', configuration.loss, lossesOf(registry))),
    E.bind('optimizer', () => optimizerOf(configuration, registry)),
    E.bind('source', () => lookUp('rng', configuration.rng, registry.randomSources)),
    E.bind('backend', () => lookUp('backend', configuration.backend, registry.backends)),
    E.bind('initializer', () => lookUp('initializer', configuration.initializer, registry.initializers)),
    E.bind('initial', ({ source, initializer }) => initialize(configuration, source, initializer)),
    E.map(({ activation, loss, optimizer, backend, initial }) => ({
      configuration,
      activation,
      loss,
      optimizer,
      backend,
      initial,
    })),
  );
