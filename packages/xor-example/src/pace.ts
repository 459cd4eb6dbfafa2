import { AdjointException, type AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import { setImmediate } from 'node:timers/promises';

/** What is told of work that goes on. */
export type Progress = (done: number, total: number) => void;

const interruptedAt = (done: number, total: number): AdjointError =>
  invalid('option', [], `interrupted after ${done} of ${total} parts of the comparison`);

/** Milliseconds between two turns of the event loop: what is waiting, such as an interruption, is heard then. */
const TURN = 50;

/**
 * A function to call, and to wait for, after each part of some work: it tells how far the work is, now and then.
 * It throws once the signal is aborted.
 */
export function pacer(
  signal: AbortSignal | undefined,
  total: number,
  onProgress: Progress,
): () => Promise<void> {
  let done = 0;
  let last = performance.now();
  return async () => {
    done++;
    if (performance.now() - last < TURN) return;
    onProgress(done, total);
    await setImmediate();
    if (signal?.aborted === true) throw new AdjointException(interruptedAt(done, total));
    last = performance.now();
  };
}
