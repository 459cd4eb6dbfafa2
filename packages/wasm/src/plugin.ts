import { coreVersion, type Plugin } from '@adjoint/core';
import { wasm } from './backend.js';

/** What this package brings: the backend. */
export const wasmPlugin: Plugin = {
  name: '@adjoint/wasm',
  version: '0.1.0',
  core: `^${coreVersion}`,
  backends: [wasm],
};
