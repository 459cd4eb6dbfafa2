// What every peer in JavaScript does: reads its data, prints what it computed, then a time for each line that it reads.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/** Milliseconds that one sample takes at least. */
const SAMPLE = 40;

/** @returns a function that takes the next `length` numbers of the data file as an array of the given kind */
export function openData(path) {
  const bytes = readFileSync(path);
  let at = bytes.byteOffset;
  return (kind, length) => {
    const taken = new kind(bytes.buffer.slice(at, at + length * kind.BYTES_PER_ELEMENT));
    at += taken.byteLength;
    return taken;
  };
}

export const absoluteSum = (numbers) => numbers.reduce((sum, x) => sum + Math.abs(x), 0);

/** Prints the seconds that one of `steps` steps of a run takes, for each line of standard input. */
export async function serve(check, run, steps) {
  console.log(check.join(' '));
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  while (!(await lines.next()).done) {
    const start = performance.now();
    let calls = 0;
    let now;
    do {
      await run();
      calls++;
      now = performance.now();
    } while (now - start < SAMPLE);
    console.log((now - start) / 1000 / (calls * steps));
  }
}
