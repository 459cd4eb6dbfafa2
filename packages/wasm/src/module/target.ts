import { scalar } from '@adjoint/core';
import type { Target } from '@adjoint/compiler';
import { CONTROL_BYTES } from './threads.js';

/** The unit in which WebAssembly's memory grows, in bytes. */
export const PAGE = 65_536;
/** How many pages 32-bit addresses reach. */
export const MOST_PAGES = 65_536;

/** How many pages so many bytes take. */
export const pagesFor = (bytes: number): number => Math.ceil(bytes / PAGE);

/** WebAssembly with vectors of 128 bits, run by one thread or by several. */
export const wasmTarget = (threads: number): Target => ({
  title: 'WebAssembly',
  // For the functions of plugins there is only an evaluator.
  hasCode: scalar.isStandard,
  vectorBytes: 16,
  // With these every accumulator has one of the sixteen registers that engines have on x86-64.
  tile: { rows: 4, vectors: 2 },
  alignment: 16,
  addressBytes: 4,
  memory: { most: MOST_PAGES * PAGE, page: PAGE },
  controlBytes: threads > 1 ? CONTROL_BYTES : 0,
});
