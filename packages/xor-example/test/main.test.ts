import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The built command line, as a user runs it. */
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const example = fileURLToPath(new URL('../examples/mish.mjs', import.meta.url));

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const xor = (...args: readonly string[]): Outcome =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adjoint-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('output', () => {
  it('is the notebook’s for the NumPy preset', () => {
    const { stdout, stderr, status } = xor('--preset', 'numpy');
    expect(stdout).toMatch(/^Epoch 0, Loss: 0.3051\nEpoch 20, Loss: 0.0828\n/);
    expect(stdout.match(/^Epoch \d+, Loss: \d\.\d{4}$/gm)).toHaveLength(25);
    expect(stdout).toContain(
      'Final XOR preds: [[0.04852618]\n [0.98003239]\n [0.97855588]\n [0.01685806]]\nAccuracy: 1.0\n',
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it('is the notebook’s for the TensorFlow preset', () => {
    const { stdout, stderr, status } = xor('--preset', 'tensorflow');
    expect(stdout).toMatch(/^Epoch 0, Loss: 0.4084\nEpoch 20, Loss: 0.1162\n/);
    expect(stdout).toContain('Epoch 480, Loss: 0.0008\n');
    expect(stdout).toMatch(/Accuracy: 1.0\n$/);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it('is the same on both backends, for floats up to two ulp of what is predicted', () => {
    const printed = (preset: string, backend: string): string =>
      xor('--preset', preset, '--backend', backend).stdout;
    expect(printed('numpy', 'wasm')).toBe(printed('numpy', 'interpreter'));
    const [compiled, interpreted] = [printed('tensorflow', 'wasm'), printed('tensorflow', 'interpreter')];
    expect(compiled.match(/^Epoch \d+, Loss: \d\.\d{4}$/gm)).toHaveLength(25);
    const predicted = /\d\.\d{5,8} */g;
    expect(compiled.replace(predicted, '')).toBe(interpreted.replace(predicted, ''));
    const expected = interpreted.match(predicted) ?? [];
    expect(expected).toHaveLength(4);
    (compiled.match(predicted) ?? []).forEach((digits, index) => {
      expect(Math.abs(Number(digits) - Number(expected[index]))).toBeLessThan(2 ** -23);
    });
  });

  it('is one JSON document with --json', () => {
    const { stdout, stderr, status } = xor('--json', '--epochs', '3', '--grid', '4');
    const parsed: unknown = JSON.parse(stdout);
    expect(typeof parsed === 'object' && parsed !== null && Object.keys(parsed)).toEqual([
      'configuration',
      'initial',
      'loss',
      'predictions',
      'accuracy',
      'parameters',
      'surface',
    ]);
    expect(parsed).toMatchObject({ configuration: { epochs: 3 }, surface: { grid: 4 } });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it('may be cut off by its reader', async () => {
    const child = spawn(process.execPath, [main, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

describe('a plugin’s file', () => {
  it('trains XOR with its activation, from any folder', () => {
    const copied = file(
      'mish.mjs',
      `import { elementwise, scalar } from '@adjoint/core';
const mish = elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x))));
export default { name: 'mish', version: '1.0.0', core: '^0.1.0', ops: [mish] };
`,
    );
    const here = xor('--plugin', example, '--activation', 'mish', '--json');
    const there = xor('--plugin', copied, '--activation', 'mish', '--json');
    expect(here).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(here.stdout)).toMatchObject({ accuracy: 1 });
    expect(there.stdout).toBe(here.stdout);
  });

  it('trains XOR with its optimizer, whose options are flags', () => {
    const plugin = file(
      'signs.mjs',
      `import { aboveZero, mapTree, multiply, options, sign } from '@adjoint/core';
const signs = {
  name: 'signs',
  options: options({ length: { check: aboveZero, standard: 0.01, description: 'the length of each step' } }),
  create: ({ length }) => ({
    name: 'signs',
    init: () => ({}),
    update: ({ gradients }) => ({ steps: mapTree(gradients, (g) => multiply(length, sign(g))), state: {} }),
  }),
};
export default { name: 'signs', version: '1.0.0', core: '^0.1.0', optimizers: [signs] };
`,
    );
    const trained = xor('--plugin', plugin, '--optimizer', 'signs', '--length', '0.02', '--json');
    expect(trained).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(trained.stdout)).toMatchObject({
      configuration: { optimizer: 'signs', optimizerOptions: { length: 0.02 } },
      accuracy: 1,
    });
    expect(xor('--plugin', plugin, '--help').stdout).toMatch(/--length <value> +signs: the length of each/);
    expect(xor('--plugin', plugin, '--optimizer', 'signs', '--length', 'short')).toMatchObject({
      status: 2,
      stderr: '--length: expected a number above 0, given "short" (an option of signs)\n',
    });
  });

  it.each([
    ['missing', () => join(folder, 'nowhere.mjs'), /^--plugin: there is no file ".*nowhere.mjs"$/],
    [
      'throwing',
      () => file('throws.mjs', 'throw new Error("out of order")'),
      /cannot be loaded: out of order$/,
    ],
    ['broken', () => file('broken.mjs', 'export default {'), /cannot be loaded: /],
    [
      'empty',
      () => file('empty.mjs', ''),
      /does not export a plugin: \{ name, version, core, … \} by default$/,
    ],
    [
      'misshapen',
      () => file('misshapen.mjs', 'export default { name: "m", version: "1.0.0", core: "*", ops: 5 }'),
      /is faulty: invalid plugin at \$\.m\.ops: expected a list/,
    ],
    [
      'misspelt',
      () => file('misspelt.mjs', 'export default { name: "m", version: "1.0.0", core: "*", optimisers: [] }'),
      /is faulty: invalid plugin at \$\.m: unknown key "optimisers"; expected name, .*, optimizers, /,
    ],
    [
      'outdated',
      () => file('outdated.mjs', 'export default { name: "old", version: "1.0.0", core: "^7.0.0" }'),
      /^--plugin: .*needs core \^7\.0\.0, installed is 0\.1\.0/,
    ],
    [
      'clashing',
      () =>
        file(
          'clash.mjs',
          `import { elementwise } from '@adjoint/core'; export default { name: 'mine', version: '1.0.0', core: '*', ops: [elementwise('relu', (x) => x)] }`,
        ),
      /^--plugin: .*both "@adjoint\/core" and "mine" bring "relu"\. Rename one, or leave one plugin out\.$/,
    ],
  ])('that is %s is refused in one line', (_, path, line) => {
    const { stdout, stderr, status } = xor('--plugin', path());
    expect(stderr.trimEnd()).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});

describe('exit codes', () => {
  it('is 2 for a flag that is refused', () => {
    expect(xor('--epochs', '0')).toEqual(
      expect.objectContaining({
        status: 2,
        stdout: '',
        stderr: '--epochs: expected a whole number from 1 to 10000000, given "0"\n',
      }),
    );
  });

  it('is 3 for a run that diverges, and leaves no file', () => {
    const out = join(folder, 'diverged');
    const { stdout, stderr, status } = xor(
      '--loss',
      'binaryCrossEntropy',
      '--learning-rate',
      '1e6',
      '--out',
      out,
    );
    expect(stderr).toMatch(/^training diverged at epoch 1: the loss is not finite; .*\n$/);
    expect({ stdout, status }).toEqual({ stdout: '', status: 3 });
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  it('is 2 for a folder that cannot be written', () => {
    const occupied = file('occupied', '');
    const { stdout, stderr, status } = xor('--out', join(occupied, 'inside'));
    expect(stderr).toMatch(/^--out: the folder ".*occupied\/inside" cannot be written: .*\n$/);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});
