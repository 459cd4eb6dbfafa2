import { aboveZero, fraction, options, type Option, type Options } from '@adjoint/core';
import type { Optimizer, OptimizerFactory } from './optimizer.js';
import { adam, momentum, nesterov, sgd } from './optimizers.js';

/** Optimizers by name, with the checks of their options, which training in code does not need. */

const learningRate = (standard: number): Option<number> => ({
  check: aboveZero,
  standard,
  description: 'the length of a step',
});

const decay = (standard: number, description: string): Option<number> => ({
  check: fraction,
  standard,
  description,
});

const withMomentum: Options<{ learningRate: number; momentum: number }> = options({
  learningRate: learningRate(0.01),
  momentum: decay(0.9, 'how much of the velocity stays from one step to the next'),
});

/** Ties an optimizer to the options that it takes. */
const factory = <O>(name: string, taken: Options<O>, create: (given: O) => Optimizer): OptimizerFactory => {
  const made: OptimizerFactory<O> = { name, options: taken, create };
  return made;
};

export const optimizerFactories: readonly OptimizerFactory[] = [
  factory('sgd', options({ learningRate: learningRate(0.01) }), sgd),
  factory('momentum', withMomentum, momentum),
  factory('nesterov', withMomentum, nesterov),
  factory(
    'adam',
    options({
      learningRate: learningRate(0.001),
      beta1: decay(0.9, 'how much of the mean of the gradients stays from one step to the next'),
      beta2: decay(0.999, 'how much of the mean of their squares stays'),
      epsilon: { check: aboveZero, standard: 1e-8, description: 'added to the root of that mean' },
    }),
    adam,
  ),
];
