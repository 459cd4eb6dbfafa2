export { wasm, type SyncBackend } from './backend.js';
export { WasmExecutable } from './executable.js';
export { wasmPlugin } from './plugin.js';
