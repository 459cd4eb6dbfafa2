import { MOST_PARTS } from '@adjoint/compiler';
import { MemoryPool } from './memories.js';
import { cores, startThread } from './thread.js';
import { WorkerPool } from './workers.js';

/** The workers and memories of everything that runs here. */

export const workers: WorkerPool = new WorkerPool({ start: startThread, cores, most: MOST_PARTS - 1 });

export const memories: MemoryPool = new MemoryPool({ memories: 64, bytes: 2 ** 31 }, (memory) =>
  workers.leave(memory),
);

/** What all executables of this package hold together at this moment. */
export interface WasmResources {
  /** How many WebAssembly memories there are, and how many bytes they have. */
  readonly memories: number;
  readonly bytes: number;
  /** How many workers there are. */
  readonly workers: number;
}

/**
 * What all executables of this package hold together. However many there are, they share at most 64 memories and
 * 2 GiB, unless more is in use at the same time: those that did not run for longest keep their states as ordinary
 * arrays until they run again.
 * @example wasmResources().memories <= 64 // true
 */
export const wasmResources = (): WasmResources => ({ ...memories.held, workers: workers.size });
