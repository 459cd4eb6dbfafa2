import {
  add,
  astype,
  divide,
  expm1,
  greater,
  leaves,
  mapTree,
  multiply,
  negate,
  sqrt,
  square,
  sum,
  where,
  zeros,
  zipTrees,
  type Tensor,
  type Tree,
  type Value,
} from '@adjoint/core';
import { refuse } from '@adjoint/core/extend';
import {
  checkedOptions,
  type AdamOptions,
  type MomentumOptions,
  type Rate,
  type RateOptions,
} from './optimizer-options.js';
import { identity, type Branch, type Optimizer, type Stateless, type UpdateCall } from './optimizer.js';

/** How many steps were taken. */
type Counter = Tensor<'i32', readonly []>;
const counter: Counter = zeros([], 'i32');

/** A tree of zeros in the form of another. */
const zerosFor = (tree: Tree<Value>): Tree<Tensor> =>
  mapTree(tree, ({ shape, dtype }) => zeros(shape, dtype));

/** Gradients times a number. */
const scaled = (factor: number): Optimizer<Stateless> => ({
  name: 'scaled',
  init: () => ({}),
  update: ({ gradients }) => ({ steps: mapTree(gradients, (g) => multiply(factor, g)), state: {} }),
});

/** Gradients times what follows from the number of steps taken before. */
const scheduled = (
  rate: Exclude<Rate, number>,
): Optimizer<{ readonly schedule: { readonly step: Counter } }> => ({
  name: 'scheduled',
  init: () => ({ schedule: { step: counter } }),
  update({ gradients, state: { schedule } }) {
    const now = rate(schedule.step);
    return {
      steps: mapTree(gradients, (g) => multiply(now.dtype === g.dtype ? now : astype(now, g.dtype), g)),
      state: { schedule: { step: add(schedule.step, 1) } },
    };
  },
});

/** What `direction` gives, times the learning rate. Their states stand side by side, and each reads its own. */
function withRate(name: string, rate: Rate, direction: Optimizer<Branch>): Optimizer {
  const length: Optimizer<Branch> = typeof rate === 'number' ? scaled(rate) : scheduled(rate);
  return {
    name,
    init: (parameters) => ({ ...length.init(parameters), ...direction.init(parameters) }),
    update(call: UpdateCall<Branch>) {
      const directed = direction.update(call);
      const { steps, state } = length.update({ ...call, gradients: directed.steps });
      return { steps, state: { ...state, ...directed.state } };
    },
  };
}

/** v ← μ v + g; the step is v, or with Nesterov's look-ahead g + μ v. Sutskever et al., 2013. */
const velocity = (momentum: number, nesterov: boolean): Optimizer<{ readonly velocity: Tree<Tensor> }> => ({
  name: 'velocity',
  init: (parameters) => ({ velocity: zerosFor(parameters) }),
  update({ gradients, state }) {
    const next = zipTrees(state.velocity, gradients, (v, g) => add(multiply(momentum, v), g));
    const ahead = (): Tree<Value> => zipTrees(gradients, next, (g, v) => add(g, multiply(momentum, v)));
    return { steps: nesterov ? ahead() : next, state: { velocity: next } };
  },
});

/** Stochastic gradient descent: θ ← θ − η g. */
export function sgd(given: RateOptions): Optimizer {
  const { learningRate } = checkedOptions('sgd', given);
  return withRate('sgd', learningRate, identity);
}

/** Gradient descent with momentum: v ← μ v + g, θ ← θ − η v. Polyak, 1964, in the form of PyTorch and Keras. */
export function momentum(given: MomentumOptions): Optimizer {
  const { learningRate, momentum: mu } = checkedOptions('momentum', given);
  return withRate('momentum', learningRate, velocity(mu, false));
}

/** Nesterov's accelerated gradient: v ← μ v + g, θ ← θ − η (g + μ v). Sutskever et al., 2013. */
export function nesterov(given: MomentumOptions): Optimizer {
  const { learningRate, momentum: mu } = checkedOptions('nesterov', given);
  return withRate('nesterov', learningRate, velocity(mu, true));
}

type Moments = Readonly<{ step: Counter; mean: Tree<Tensor>; variance: Tree<Tensor> }>;

/** Adam: moments of the gradient with their bias corrected. Kingma and Ba, 2015, algorithm 1. */
export function adam(given: AdamOptions): Optimizer {
  const { learningRate, beta1, beta2, epsilon } = checkedOptions('adam', given);
  /** β m + (1 − β) g */
  const average = (beta: number, m: Value, g: Value): Value => add(multiply(beta, m), multiply(1 - beta, g));
  const moments: Optimizer<Moments> = {
    name: 'moments',
    init: (parameters) => ({
      step: counter,
      mean: zerosFor(parameters),
      variance: zerosFor(parameters),
    }),
    update({ gradients, state }) {
      const step = add(state.step, 1);
      const mean = zipTrees(state.mean, gradients, (m, g) => average(beta1, m, g));
      const variance = zipTrees(state.variance, gradients, (v, g) => average(beta2, v, square(g)));
      // After t steps from 0 the moments are too small by the factor 1 − βᵗ = −expm1(t ln β): in f32 a β that is
      // rounded is off by so much that its difference from 1 is wrong in the fifth digit, and ln β is not.
      const corrected = (moment: Value, beta: number): Value =>
        divide(moment, negate(expm1(multiply(Math.log(beta), astype(step, moment.dtype)))));
      const steps = zipTrees(mean, variance, (m, v) =>
        divide(corrected(m, beta1), add(sqrt(corrected(v, beta2)), epsilon)),
      );
      return { steps, state: { step, mean, variance } };
    },
  };
  return withRate('adam', learningRate, moments);
}

/** Gradients scaled down together, so that the norm of all of them is at most `maximum`. Pascanu et al., 2013. */
export function clipByNorm(maximum: number): Optimizer<Stateless> {
  if (typeof maximum !== 'number' || !(maximum > 0)) {
    refuse('argument', ['clipByNorm', 'maximum'], `expected a number above 0, given ${String(maximum)}`);
  }
  return {
    name: 'clipByNorm',
    init: () => ({}),
    update({ gradients }) {
      const [first, ...rest] = leaves(gradients).map(([, gradient]) => sum(square(gradient)));
      if (first === undefined) return { steps: gradients, state: {} };
      const norm = sqrt(rest.reduce<Value>((total, each) => add(total, each), first));
      const factor = where(greater(norm, maximum), divide(maximum, norm), 1);
      return { steps: mapTree(gradients, (gradient) => multiply(factor, gradient)), state: {} };
    },
  };
}
