import { interpreter, renderError, type Tensors } from '@adjoint/core';
import { checkpointFolder, train } from '@adjoint/learn';
import { wasmBackend } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { createHash } from 'node:crypto';
import { problem } from './problem.js';

/** A training in a process of its own, which `kill.test.ts` ends. Its last line is the checksum of what it reached. */

const [folder = '', on = 'interpreter', threads = '1'] = process.argv.slice(2);
const isCompiled = on === 'wasm';
const given = problem(
  isCompiled ? { steps: 200, batch: 32, hidden: 128 } : { steps: 200, batch: 8, hidden: 8 },
);

const trained = await train({
  ...given,
  backend: isCompiled ? wasmBackend({ threads: Number(threads) }) : interpreter,
  chunk: 3,
  ...(folder !== '' && {
    checkpoint: { folder: checkpointFolder(folder), every: 7, keep: 2, journal: true },
    resume: true,
  }),
  onEvent: ({ type }) => {
    if (type === 'compiled' || type === 'checkpoint') process.stdout.write(`${type}\n`);
  },
})();
if (E.isLeft(trained)) throw new Error(renderError(trained.left));
const state = trained.right.executable.readSync();
if (E.isLeft(state)) throw new Error(renderError(state.left));

const hash = createHash('sha256').update(trained.right.loss);
const states: Tensors = state.right;
for (const path of Object.keys(states).sort()) hash.update(path).update(states[path]?.data ?? '');
process.stdout.write(`${hash.digest('hex')}\n`);
