export { wasm, wasmBackend, type WasmOptions } from './backend.js';
export { wasmPlugin } from './plugin.js';
export { hasRelaxedArithmetic } from './relaxed.js';
export { wasmResources, type WasmResources } from './pool/pools.js';
export { explainPlan } from './explain.js';
