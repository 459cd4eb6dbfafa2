import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdjointError } from '@adjoint/core';
import { errorLine, exitCode, loadRegistry, parseCommand, pluginFiles, run } from '@adjoint/xor-example';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { expect, target, type Target } from '../target.js';
import { words } from './words.js';

/** Command lines of the example: most within this process, some as a user gives them, in a folder of their own. */

interface Line {
  readonly words: readonly string[];
  readonly how: 'here' | 'started';
}

const LONGEST_LINE = 3000;

function expectLine(error: AdjointError): void {
  const line = errorLine(error);
  expect(line.trim() !== '', 'an error says nothing');
  expect(!line.includes('\n'), `an error takes several lines: ${line}`);
  expect(line.length <= LONGEST_LINE, `an error takes ${line.length} characters`);
  expect([1, 2, 3, 130].includes(exitCode(error)), `the exit code is ${exitCode(error)}`);
}

async function runHere(args: readonly string[]): Promise<void> {
  const registry = await loadRegistry(pluginFiles(args));
  if (E.isLeft(registry)) {
    expectLine(registry.left);
    return;
  }
  const request = parseCommand(args, registry.right);
  if (E.isLeft(request)) {
    expectLine(request.left);
    return;
  }
  if (request.right.mode === 'help') {
    expect(request.right.text.length > 100, 'the help is short');
    return;
  }
  const { configuration } = request.right;
  // As it was asked for, but small.
  const small = {
    ...configuration,
    epochs: Math.min(configuration.epochs, 3),
    hidden: Math.min(configuration.hidden, 16),
    grid: Math.min(configuration.grid, 4),
  };
  const result = await run(small, registry.right)();
  if (E.isLeft(result)) expectLine(result.left);
  else expect(result.right.loss.length === small.epochs, 'a run has not a loss for each epoch');
}

const main = fileURLToPath(new URL('./main.js', import.meta.resolve('@adjoint/xor-example')));

function start(args: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'adjoint-fuzz-'));
  try {
    const given = [...args, '--epochs', '2', '--hidden', '3', '--grid', '3'];
    const { status, signal, stderr } = spawnSync(process.execPath, [main, ...given], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect(signal === null, `the command was ended by ${signal ?? 'nobody'}: ${stderr}`);
    expect([0, 2, 3].includes(Number(status)), `the command ends with ${String(status)}: ${stderr}`);
    expect(!/^\s+at .*:\d+:\d+/m.test(stderr), `the command prints a stack: ${stderr}`);
    expect(
      status === 0 || /^[^\n]+\n$/.test(stderr),
      `the command complains in other than one line: ${stderr}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lines: fc.Arbitrary<Line> = fc.record({
  words,
  how: fc.oneof(
    { weight: 60, arbitrary: fc.constant('here' as const) },
    { weight: 1, arbitrary: fc.constant('started' as const) },
  ),
});

export const commands: Target = target(
  'commands',
  t.type({ words: t.readonlyArray(t.string), how: t.keyof({ here: null, started: null }) }),
  lines,
  ({ words: args, how }) => (how === 'here' ? runHere(args) : start(args)),
  3,
);
