export { wasm, wasmBackend, type WasmOptions } from './backend.js';
export { wasmPlugin } from './plugin.js';
export { hasRelaxedArithmetic } from './relaxed.js';
export { explainPlan } from './explain.js';
