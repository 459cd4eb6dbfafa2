import { coreVersion, type Plugin } from '@adjoint/core';
import { initializers } from './initializer.js';
import { losses, lossOps } from './loss.js';
import type { LearnKind } from './kinds.js';
import { optimizerFactories } from './optimizer-factories.js';

/** What this package brings: optimizers, losses and initializers. */
export const learnPlugin: Plugin<LearnKind> = {
  name: '@adjoint/learn',
  version: '0.1.0',
  core: `^${coreVersion}`,
  ops: lossOps,
  optimizers: optimizerFactories,
  losses,
  initializers,
};
