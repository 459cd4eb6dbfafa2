import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { tooLong } from './watch/message.js';
import { secondsSpent, type Watch } from './watch/spent.js';

/**
 * Ends the process when what runs in it has had the processor for too long. It is a thread of its own, since the main
 * thread may hang. The time is the processor's, not the clock's: other programs run too.
 */

const { deadline } = workerData as Watch; // from `child.ts`
const until = new Float64Array(deadline);
setInterval(() => {
  if (secondsSpent() < (until[0] ?? Infinity)) return;
  writeSync(2, tooLong);
  process.kill(process.pid, 'SIGKILL');
}, 100);
