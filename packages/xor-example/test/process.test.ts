import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJournal } from '@adjoint/learn';
import { lossChart } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, describe, expect, it } from 'vitest';

/** What happens to the process: closed pipes, full disks, signals, and runs that are kept. */

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'adjoint-process-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const shell = (script: string) => spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
const xor = `"${process.execPath}" "${main}"`;
const small = '--epochs 5 --grid 6';

describe('the output', () => {
  it('may be closed by its reader: the files are written all the same', () => {
    const { stderr, stdout } = shell(
      `${xor} report ${small} --out closed | head -1; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe('numpy\n0\n');
    expect(stderr).toMatch(/^Wrote 17 files; /);
    expect(existsSync(join(folder, 'closed/report.html'))).toBe(true);
  });

  it('onto a full disk is said, and the exit code says it', () => {
    const { stderr, status } = shell(`${xor} ${small} > /dev/full`);
    expect(stderr).toMatch(/^standard output cannot be written: ENOSPC[^\n]*\n$/);
    expect(status).toBe(2);
  });
});

it('writes all files or none', () => {
  // No file may be larger than 200 blocks, and the page is: the disk is as good as full.
  const { stderr, status } = shell(
    `trap '' XFSZ; ulimit -f 200; ${xor} report ${small} --out full > /dev/null`,
  );
  expect(stderr).toMatch(/^--out: the folder "full" cannot be written: EFBIG[^\n]*\n$/);
  expect(status).toBe(2);
  expect(readdirSync(join(folder, 'full'))).toEqual([]);
});

describe('a signal', () => {
  it('ends a run after a chunk, with a checkpoint that it goes on from', async () => {
    const kept = join(folder, 'kept');
    const args = [main, '--epochs', '9000000', '--grid', '2', '--checkpoint', kept];
    const child = spawn(process.execPath, args);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    while (!existsSync(join(kept, 'journal.jsonl'))) await new Promise((turn) => setTimeout(turn, 50));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toMatch(/^training was interrupted after \d+ of 9000000 epochs\. [^\n]*--resume[^\n]*\n$/);
    expect(status).toBe(130);
    expect(readdirSync(kept).filter((name) => name.endsWith('.safetensors'))).toHaveLength(1);
  });

  it('gives the terminal back its line wrap', () => {
    const { stdout } = shell(
      `script -qec 'bash -c "(sleep 3; kill -INT \\$\\$) & exec ${process.execPath} ${main} --epochs 9000000 --grid 2"' /dev/null; echo "code $?"`,
    );
    expect(stdout).toContain('\u001b[?7l');
    expect(stdout.lastIndexOf('\u001b[?7h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?7l'));
    expect(stdout).toContain('code 130');
  });
});

describe('a run that is kept', () => {
  it('goes on to what an uninterrupted run gives, and its journal is a chart', () => {
    const whole = shell(`${xor} --json --grid 3 --epochs 120`);
    const part = shell(`${xor} --json --grid 3 --epochs 70 --checkpoint run --checkpoint-every 20`);
    expect(part.status).toBe(0);
    const rest = shell(`${xor} --json --grid 3 --epochs 120 --checkpoint run --resume`);
    expect(rest.stderr).toBe('Went on from epoch 70.\n');
    expect(rest.stdout).toBe(whole.stdout);
    const entries = readJournal(readFileSync(join(folder, 'run/journal.jsonl'), 'utf8'));
    if (E.isLeft(entries)) throw new Error('no journal');
    const loss = entries.right.map((entry) => entry.loss);
    expect(loss).toHaveLength(120);
    expect(JSON.stringify(lossChart([{ name: 'run', loss }], { scale: 'log' }))).toContain('"x":119');
    // Without --resume what is there is not written over.
    expect(shell(`${xor} ${small} --checkpoint run`)).toMatchObject({ status: 2, stdout: '' });
  });
});
