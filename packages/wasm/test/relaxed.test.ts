import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Relaxed arithmetic, in a process of its own: Node 20 has it behind a flag, which must not reach other tests. */

const script = `
import { setFlagsFromString } from 'node:v8';
import * as a from '@adjoint/core';
import { hasRelaxedArithmetic, wasmBackend } from '@adjoint/wasm';
const before = hasRelaxedArithmetic();
if (!before) setFlagsFromString('--experimental-wasm-relaxed-simd');
const numbers = (seed) => a.fromData('f32', [70, 70], Float32Array.from({ length: 4900 }, (_, i) => Math.sin(seed * i)));
const [x, y] = ['x', 'y'].map((name) => a.input(name, [70, 70], 'f32'));
const program = a.program({ outputs: { out: a.tanh(a.matmul(x, y)) } });
const run = (arithmetic) => {
  const executable = wasmBackend({ arithmetic }).compileSync({ program });
  return executable.right.runSync('program', { x: numbers(1), y: numbers(2) }).right.outputs.out.data;
};
const [strict, relaxed] = [run('strict'), run('relaxed')];
const apart = Array.from(strict, (each, i) => Math.abs(each - relaxed[i]));
console.log(JSON.stringify({
  before,
  after: hasRelaxedArithmetic(),
  most: Math.max(...apart),
}));
`;

interface Report {
  readonly before: boolean;
  readonly after: boolean;
  readonly most: number;
}

describe('relaxed arithmetic', () => {
  // Whether a processor without fused multiply-add rounds twice is its own affair.
  it('is there, and near to the strict one', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../../../', import.meta.url)),
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const { before, after, most } = JSON.parse(stdout) as Report; // as the script writes it
    expect(before).toBe(!process.version.startsWith('v20.'));
    expect(after).toBe(true);
    expect(most).toBeLessThan(1e-5);
  });
});
