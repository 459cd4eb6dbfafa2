import { coreVersion, type Plugin } from '@adjoint/core';
import { numpyGeneratorSource, numpySource } from './numpy.js';
import { tensorflowSource } from './tensorflow.js';

/** What this package brings: the random streams by the names of the libraries that draw them. */
export const randomPlugin: Plugin = {
  name: '@adjoint/random',
  version: '0.1.0',
  core: `^${coreVersion}`,
  randomSources: [numpySource, numpyGeneratorSource, tensorflowSource],
};
