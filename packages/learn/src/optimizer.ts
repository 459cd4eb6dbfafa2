import {
  decodeOptions,
  type AdjointError,
  type Options,
  type StateOf,
  type Tensor,
  type Tree,
  type Value,
} from '@adjoint/core';
import { attempt, lookup } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Monoid } from 'fp-ts/lib/Monoid.js';

/** What an optimizer sees of one step. The trees of gradients and parameters have one form. */
export interface UpdateCall<S> {
  readonly gradients: Tree<Value>;
  /** What `init` gave, as it is before this step. */
  readonly state: StateOf<S>;
  readonly parameters: Tree<Value>;
}

/** What an optimizer makes of a step. */
export interface UpdateResult<S> {
  /** What is subtracted from the parameters, in their form. */
  readonly steps: Tree<Value>;
  /** The state after the step, in the form of the one before. */
  readonly state: StateOf<S>;
}

/**
 * How parameters follow from gradients: builds nodes, so that a training step is one program.
 * Its functions are methods, not function-valued fields, so that an optimizer with a state of its own form is an
 * optimizer among others.
 */
export interface Optimizer<S = Tree<Tensor>> {
  readonly name: string;
  /**
   * What it remembers, before the first step. In the program the path of each tensor is `optimizer` and its path here;
   * the parameters stand at the paths of their states, so that a tree in their form has paths such as
   * `optimizer.velocity.hidden.weight`.
   */
  init(parameters: Tree<Value>): S;
  update(call: UpdateCall<S>): UpdateResult<S>;
}

/** A state that others can stand beside. */
export type Branch = Readonly<Record<string, Tree<Tensor>>>;
/** The state of an optimizer that remembers nothing. */
export type Stateless = Readonly<Record<never, never>>;

/** Gradients as they are: the empty chain. */
export const identity: Optimizer<Stateless> = {
  name: 'identity',
  init: () => ({}),
  update: ({ gradients }) => ({ steps: gradients, state: {} }),
};

/**
 * Optimizers one after the other: the steps of each are the gradients of the next. The state of each stands below its
 * index: `optimizer.0.velocity.W1`.
 * @example chain(clipByNorm(1), momentum({ learningRate: 0.1 })).name // 'clipByNorm → momentum'
 */
export const chain = (...optimizers: readonly Optimizer[]): Optimizer<Branch> => ({
  name: optimizers.map(({ name }) => name).join(' → ') || identity.name,
  init: (parameters) =>
    Object.fromEntries(optimizers.map((optimizer, index) => [index, optimizer.init(parameters)])),
  update({ gradients, state, parameters }) {
    const before = new Map(Object.entries(state));
    const after = new Map<string, StateOf<Tree<Tensor>>>();
    let steps = gradients;
    optimizers.forEach((optimizer, index) => {
      const own = lookup(before, String(index));
      const result = optimizer.update({ gradients: steps, state: own, parameters });
      steps = result.steps;
      after.set(String(index), result.state);
    });
    return { steps, state: Object.fromEntries(after) };
  },
});

/**
 * Steps are the same however optimizers are nested in chains, and with `identity` among them. Paths of the state are
 * not: `0.0.velocity.W1` in a chain of a chain.
 */
export const optimizerMonoid: Monoid<Optimizer> = {
  concat: (first, second) => chain(first, second),
  empty: identity,
};

/** An optimizer by name, for configurations. */
export interface OptimizerFactory<O = unknown> {
  readonly name: string;
  /** What a configuration may say of it, with the defaults of what it does not say. */
  readonly options: Options<O>;
  create(options: O): Optimizer;
}

/**
 * An optimizer from what a configuration says of it.
 * @returns Left that names the option, what was expected and the optimizer; or what `create` threw
 * @example createOptimizer(optimizerFactories[3], { beta1: 0.8 }).right.name // 'adam'
 */
export function createOptimizer(
  factory: OptimizerFactory,
  given: Readonly<Record<string, unknown>>,
): E.Either<AdjointError, Optimizer> {
  return pipe(
    decodeOptions(factory, given),
    E.chain((options) => attempt(`the optimizer ${factory.name}`, () => factory.create(options))),
  );
}
