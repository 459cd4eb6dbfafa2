import { coreVersion, type Plugin } from '@adjoint/core';
import { initializers } from './learn/initializer.js';
import { losses, lossOps } from './learn/loss.js';
import { optimizerFactories } from './learn/optimizer.js';

/** What this package brings: optimizers, losses and initializers. */
export const autogradPlugin: Plugin = {
  name: '@adjoint/autograd',
  version: '0.1.0',
  core: `^${coreVersion}`,
  ops: lossOps,
  optimizers: optimizerFactories,
  losses,
  initializers,
};
