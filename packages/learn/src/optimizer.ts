import {
  add,
  astype,
  constant,
  divide,
  greater,
  multiply,
  power,
  refuse,
  sqrt,
  square,
  state,
  stateOf,
  subtract,
  sum,
  where,
  zeros,
  type Optimizer,
  type OptimizerFactory,
  type Update,
  type Value,
} from '@adjoint/core';
import type { Monoid } from 'fp-ts/lib/Monoid.js';

/** A learning rate, or one that follows from the number of steps taken before, an i32 of rank 0. */
export type Rate = number | ((step: Value) => Value);

export interface RateOptions {
  readonly learningRate: Rate;
}

/** Pairs two lists. */
const zipWith = <A, B, C>(as: readonly A[], bs: readonly B[], combine: (a: A, b: B) => C): readonly C[] =>
  as.flatMap((a, index) => {
    const b = bs[index];
    return b === undefined ? [] : [combine(a, b)];
  });

/** A state of zeros like each parameter, at `path` followed by the parameter's own path. */
const zerosFor = (parameters: readonly Value[], path: string): readonly Value[] =>
  parameters.map((parameter) =>
    state(zeros(parameter.shape, parameter.dtype), `${path}.${stateOf(parameter.node)?.path ?? ''}`),
  );

const counter = (path: string): Value => state(zeros([], 'i32'), `${path}.step`);

const updatesOf = (states: readonly Value[], nexts: readonly Value[]): readonly Update[] =>
  zipWith(states, nexts, (each, next) => ({ state: each, next }));

/** Gradients as they are: the empty chain. */
const identity: Optimizer = {
  name: 'identity',
  init: () => [],
  update: (gradients) => ({ steps: gradients, updates: [] }),
};

/** What `inner` gives, times the learning rate. */
function withRate(name: string, rate: Rate, inner: Optimizer): Optimizer {
  if (typeof rate === 'number') {
    if (!Number.isFinite(rate)) refuse('option', ['learningRate'], `expected a finite number, given ${rate}`);
    return {
      name,
      init: inner.init,
      update(gradients, own, parameters) {
        const { steps, updates } = inner.update(gradients, own, parameters);
        return { steps: steps.map((step) => multiply(rate, step)), updates };
      },
    };
  }
  return {
    name,
    init: (parameters, path) => [counter(`${path}.schedule`), ...inner.init(parameters, path)],
    update(gradients, [count, ...own], parameters) {
      const { steps, updates } = inner.update(gradients, own, parameters);
      if (count === undefined) return { steps, updates };
      const now = rate(count);
      return {
        steps: steps.map((step) => multiply(now.dtype === step.dtype ? now : astype(now, step.dtype), step)),
        updates: [{ state: count, next: add(count, 1) }, ...updates],
      };
    },
  };
}

/** v ← μ v + g; the step is v, or with Nesterov's look-ahead g + μ v. Sutskever et al., 2013. */
const velocity = (momentum: number, nesterov: boolean): Optimizer => ({
  name: 'velocity',
  init: (parameters, path) => zerosFor(parameters, `${path}.velocity`),
  update(gradients, velocities) {
    const nexts = zipWith(velocities, gradients, (v, g) => add(multiply(momentum, v), g));
    const steps = nesterov ? zipWith(gradients, nexts, (g, v) => add(g, multiply(momentum, v))) : nexts;
    return { steps, updates: updatesOf(velocities, nexts) };
  },
});

/** Stochastic gradient descent: θ ← θ − η g. */
export const sgd = ({ learningRate }: RateOptions): Optimizer => withRate('sgd', learningRate, identity);

/** Gradient descent with momentum: v ← μ v + g, θ ← θ − η v. Polyak, 1964, in the form of PyTorch and Keras. */
export const momentum = ({
  learningRate,
  momentum: mu = 0.9,
}: RateOptions & { readonly momentum?: number }): Optimizer =>
  withRate('momentum', learningRate, velocity(mu, false));

/** Nesterov's accelerated gradient: v ← μ v + g, θ ← θ − η (g + μ v). Sutskever et al., 2013. */
export const nesterov = ({
  learningRate,
  momentum: mu = 0.9,
}: RateOptions & { readonly momentum?: number }): Optimizer =>
  withRate('nesterov', learningRate, velocity(mu, true));

export interface AdamOptions extends RateOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam: moments of the gradient with their bias corrected. Kingma and Ba, 2015, algorithm 1. */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimizer {
  const moments: Optimizer = {
    name: 'moments',
    init: (parameters, path) => [
      counter(path),
      ...zerosFor(parameters, `${path}.mean`),
      ...zerosFor(parameters, `${path}.variance`),
    ],
    update(gradients, [count, ...own], parameters) {
      if (count === undefined) return { steps: gradients, updates: [] };
      const means = own.slice(0, parameters.length);
      const variances = own.slice(parameters.length);
      const next = add(count, 1);
      const nextMeans = zipWith(means, gradients, (m, g) => add(multiply(beta1, m), multiply(1 - beta1, g)));
      const nextVariances = zipWith(variances, gradients, (v, g) =>
        add(multiply(beta2, v), multiply(1 - beta2, square(g))),
      );
      // After t steps from 0 the moments are too small by the factor 1 − βᵗ.
      const corrected = (moment: Value, beta: number): Value =>
        divide(moment, subtract(1, power(constant(beta, moment.dtype), astype(next, moment.dtype))));
      const steps = zipWith(nextMeans, nextVariances, (m, v) =>
        divide(corrected(m, beta1), add(sqrt(corrected(v, beta2)), epsilon)),
      );
      const updates = updatesOf([count, ...own], [next, ...nextMeans, ...nextVariances]);
      return { steps, updates };
    },
  };
  return withRate('adam', learningRate, moments);
}

/** Gradients scaled down together, so that the norm of all of them is at most `maximum`. Pascanu et al., 2013. */
export const clipByNorm = (maximum: number): Optimizer => ({
  name: 'clipByNorm',
  init: () => [],
  update(gradients) {
    const squares = gradients.map((gradient) => sum(square(gradient)));
    const [first, ...rest] = squares;
    if (first === undefined) return { steps: gradients, updates: [] };
    const norm = sqrt(rest.reduce<Value>((total, each) => add(total, each), first));
    const factor = where(greater(norm, maximum), divide(maximum, norm), 1);
    return { steps: gradients.map((gradient) => multiply(factor, gradient)), updates: [] };
  },
});

/**
 * Optimizers one after the other: the steps of each are the gradients of the next.
 * @example chain(clipByNorm(1), momentum({ learningRate: 0.1 })).name // 'clipByNorm → momentum'
 */
export const chain = (...optimizers: readonly Optimizer[]): Optimizer => ({
  name: optimizers.map(({ name }) => name).join(' → ') || identity.name,
  init: (parameters, path) => optimizers.flatMap(({ init }, index) => init(parameters, `${path}.${index}`)),
  update(gradients, own, parameters) {
    let steps = gradients;
    let taken = 0;
    const updates: Update[] = [];
    for (const { init, update } of optimizers) {
      // How many states each one has follows from its `init`; the values made here are not used.
      const count = init(parameters, '').length;
      const result = update(steps, own.slice(taken, taken + count), parameters);
      taken += count;
      steps = result.steps;
      updates.push(...result.updates);
    }
    return { steps, updates };
  },
});

/** Chaining is associative, and gradients as they are change nothing. */
export const optimizerMonoid: Monoid<Optimizer> = {
  concat: (first, second) => chain(first, second),
  empty: identity,
};

export const optimizerFactories: readonly OptimizerFactory[] = [
  { name: 'sgd', create: sgd },
  { name: 'momentum', create: momentum },
  { name: 'nesterov', create: nesterov },
  { name: 'adam', create: adam },
];
