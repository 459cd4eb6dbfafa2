import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSafetensors } from '@adjoint/formats';
import { readJournal } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A run that is killed, at any moment and any number of times, reaches the bits of one that is not.

const packages = fileURLToPath(new URL('../../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'adjoint-kill-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// From the sources, in one file, as processes of their own cannot read TypeScript.
beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: '@adjoint/core/extend', replacement: `${packages}/core/src/extend.ts` },
        { find: /^@adjoint\/(\w+)$/, replacement: `${packages}/$1/src/index.ts` },
      ],
    },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: scratch,
      target: 'es2023',
      rolldownOptions: {
        input: fileURLToPath(new URL('./child.ts', import.meta.url)),
        output: { entryFileNames: 'child.mjs' },
      },
    },
  });
});

interface Ended {
  readonly wasKilled: boolean;
  /** The last line that it printed. */
  readonly last: string;
}

/** When a run is killed: some milliseconds after it began with its steps and kept a number of checkpoints. */
interface Moment {
  readonly checkpoints: number;
  readonly milliseconds: number;
}

/** Runs the training; kills it, if it is to be. */
function run(args: readonly string[], moment?: Moment): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(scratch, 'child.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    let isDoomed = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const lines = printed.split('\n').length - 1;
      if (moment === undefined || isDoomed || lines <= moment.checkpoints) return;
      isDoomed = true;
      setTimeout(() => child.kill('SIGKILL'), moment.milliseconds);
    });
    child.on('error', reject).on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`the child ended with ${code}`));
      else resolve({ wasKilled: signal === 'SIGKILL', last: printed.trim().split('\n').at(-1) ?? '' });
    });
  });
}

describe.each([
  ['interpreter', '1', 7],
  ['wasm', '1', 6],
  ['wasm', '2', 7],
] as const)('on %s with %s threads', (backend, threads, kills) => {
  it(`killed ${kills} times, it reaches the bits of a run that is not`, async () => {
    const uninterrupted = run(['', backend, threads]);
    const folder = join(scratch, `${backend}-${threads}`);
    mkdirSync(folder);
    for (let times = 0; times < kills; times++) {
      await run([folder, backend, threads], {
        checkpoints: Math.floor(Math.random() * 3),
        milliseconds: Math.random() * 20,
      });
      // Whatever is there is whole; what was being written has another name.
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.safetensors'))) {
        expect(E.isRight(parseSafetensors(readFileSync(join(folder, name))))).toBe(true);
      }
    }
    const resumed = await run([folder, backend, threads]);
    expect(resumed.last).toMatch(/^[0-9a-f]{64}$/);
    expect(resumed.last).toBe((await uninterrupted).last);
    expect(readdirSync(folder).sort()).toEqual([
      'journal.jsonl',
      'step-000000196.safetensors',
      'step-000000200.safetensors',
    ]);
    const journal = readJournal(readFileSync(join(folder, 'journal.jsonl'), 'utf8'));
    expect(E.isRight(journal) && journal.right.map(({ step }) => step)).toEqual([...Array(200).keys()]);
  });
});
