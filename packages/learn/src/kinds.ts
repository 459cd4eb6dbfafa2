import { functionCheck, optionsCheck, oneOf, thing, type Kind } from '@adjoint/core';
import type { Initializer } from './initializer.js';
import type { Loss } from './loss.js';
import type { OptimizerFactory } from './optimizer.js';

/** What plugins bring for learning, beside the things of core's kinds. */

export const optimizerKind: Kind<'optimizers', OptimizerFactory> = {
  key: 'optimizers',
  singular: 'optimizer',
  check: thing('an optimizer', { options: optionsCheck, create: functionCheck }),
};

export const initializerKind: Kind<'initializers', Initializer> = {
  key: 'initializers',
  singular: 'initializer',
  check: thing('an initializer', { create: functionCheck }),
};

export const lossKind: Kind<'losses', Loss> = {
  key: 'losses',
  singular: 'loss',
  check: thing('a loss', { takes: oneOf('values', 'logits', 'distributions'), build: functionCheck }),
};

export type LearnKind = typeof optimizerKind | typeof initializerKind | typeof lossKind;

/** For `createRegistry`. */
export const learnKinds: readonly LearnKind[] = [optimizerKind, initializerKind, lossKind];
