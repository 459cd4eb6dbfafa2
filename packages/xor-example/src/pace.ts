import { setImmediate } from 'node:timers/promises';

/** What is told of work that goes on. */
export type Progress = (done: number, total: number) => void;

/** Milliseconds between two turns of the event loop: what is waiting, such as an interruption, is heard then. */
const TURN = 50;

/** A function to call, and to wait for, after each part of some work: it tells how far the work is, now and then. */
export function pacer(total: number, onProgress: Progress): () => Promise<void> {
  let done = 0;
  let last = performance.now();
  return async () => {
    done++;
    if (performance.now() - last < TURN) return;
    onProgress(done, total);
    await setImmediate();
    last = performance.now();
  };
}
