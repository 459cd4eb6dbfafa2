import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { targets } from './targets.js';
import type { Fault, Reply, Request } from './watch/message.js';
import { secondsSpent, type Watch } from './watch/spent.js';

/** The process that runs inputs, one after the other, as `watch/runner.ts` asks it to. */

const faultOf = (thrown: unknown): Fault => {
  try {
    const error = thrown instanceof Error ? thrown : new Error(`${typeof thrown} was thrown`);
    return { message: error.message, stack: error.stack ?? '' };
  } catch {
    return { message: 'something was thrown that throws as it is looked at', stack: '' };
  }
};

/** What nobody waits for, and is rejected. */
let stray: Fault | undefined;
process.on('unhandledRejection', (reason) => {
  const { message, stack } = faultOf(reason);
  stray = { message: `a promise was rejected that nobody waits for: ${message}`, stack };
});

async function run({ target, input }: Request): Promise<Fault | undefined> {
  const found = targets.find(({ name }) => name === target);
  if (found === undefined) return { message: `there is no target "${target}"`, stack: '' };
  try {
    await found.run(input);
  } catch (thrown) {
    return faultOf(thrown);
  }
  // Node tells of a rejection once all that was due is done.
  await new Promise((resolve) => setImmediate(resolve));
  return stray;
}

/** So many times what an input may take ends the process. */
const PATIENCE = 2;

const watch: Watch = { deadline: new SharedArrayBuffer(8) };
const until = new Float64Array(watch.deadline).fill(Infinity);
new Worker(fileURLToPath(import.meta.resolve('./watchdog.js')), { workerData: watch }).unref();

process.on('message', (message) => {
  // The protocol's.
  const request = message as Request;
  const begun = secondsSpent();
  until[0] = begun + PATIENCE * request.seconds;
  stray = undefined;
  void run(request).then((fault) => {
    const reply: Reply = {
      ...(fault && { fault }),
      seconds: secondsSpent() - begun,
      megabytes: process.resourceUsage().maxRSS / 1024,
    };
    until[0] = Infinity;
    process.send?.(reply);
  });
});
process.on('disconnect', () => process.exit());
