import { aboveZero, fraction, options, type Option, type Options } from '@adjoint/core';
import { standards } from './optimizer-options.js';
import type { Optimizer, OptimizerFactory } from './optimizer.js';
import { adam, momentum, nesterov, sgd } from './optimizers.js';

/** The optimizers by name, for configurations and command lines. */

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

const withMomentum = (standard: {
  readonly learningRate: number;
  readonly momentum: number;
}): Options<{ learningRate: number; momentum: number }> =>
  options({
    learningRate: learningRate(standard.learningRate),
    momentum: decay(standard.momentum, 'how much of the velocity stays from one step to the next'),
  });

/** Ties an optimizer to the options that it takes. */
const factory = <O>(name: string, taken: Options<O>, create: (given: O) => Optimizer): OptimizerFactory => {
  const made: OptimizerFactory<O> = { name, options: taken, create };
  return made;
};

export const optimizerFactories: readonly OptimizerFactory[] = [
  factory('sgd', options({ learningRate: learningRate(standards.sgd.learningRate) }), sgd),
  factory('momentum', withMomentum(standards.momentum), momentum),
  factory('nesterov', withMomentum(standards.nesterov), nesterov),
  factory(
    'adam',
    options({
      learningRate: learningRate(standards.adam.learningRate),
      beta1: decay(
        standards.adam.beta1,
        'how much of the mean of the gradients stays from one step to the next',
      ),
      beta2: decay(standards.adam.beta2, 'how much of the mean of their squares stays'),
      epsilon: {
        check: aboveZero,
        standard: standards.adam.epsilon,
        description: 'added to the root of that mean',
      },
    }),
    adam,
  ),
];
