import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

/** Odd command lines: each ends soon, with the right exit code and one line on standard error that is no stack. */

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'adjoint-odd-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
let plugins = 0;
/** A plugin's file: what it brings, after imports of what is used. */
const plugin = (brings: string, before = ''): readonly string[] => [
  '--plugin',
  file(
    `plugin-${++plugins}.mjs`,
    `import * as core from '@adjoint/core';\n${before}\nexport default { name: 'mine', version: '1.0.0', core: '*', ${brings} };\n`,
  ),
];
const broken = 'throw new TypeError("broken")';
const flag = (
  option: string,
  ...values: readonly string[]
): (readonly [readonly string[], number, RegExp])[] =>
  values.map((value) => [[`--${option}`, value], 2, new RegExp(`^--${option}: `)]);

mkdirSync(join(folder, 'taken', 'report.html'), { recursive: true });
const occupied = file('occupied', '');

const sgd = 'const sgd = { init: () => ({}), update: ({ gradients }) => ({ steps: gradients, state: {} }) };';
const optimizer = (own: string): readonly string[] => [
  ...plugin(
    `optimizers: [{ name: 'odd', options: core.options({}), create: () => ({ name: 'odd', ...sgd }), ${own} }]`,
    sgd,
  ),
  '--optimizer',
  'odd',
];
const loss = (build: string): readonly string[] => [
  ...plugin(`losses: [{ name: 'odd', takes: 'values', build: ${build} }]`),
  '--loss',
  'odd',
];
const activation = (f: string, more = ''): readonly string[] => [
  ...plugin(`ops: [core.elementwise('odd', ${f})], ${more}`),
  '--activation',
  'odd',
];
const initializer = (create: string): readonly string[] => [
  ...plugin(`initializers: [{ name: 'odd', create: ${create} }]`),
  '--initializer',
  'odd',
];
const stream = (create: string): readonly string[] => [
  ...plugin(`randomSources: [{ name: 'odd', create: ${create} }]`),
  '--rng',
  'odd',
];
const backend = (compile: string): readonly string[] => [
  ...plugin(`backends: [{ name: 'odd', compile: ${compile} }]`),
  '--backend',
  'odd',
];

const lines: readonly (readonly [args: readonly string[], status: number, line: RegExp])[] = [
  ...flag('hidden', '1e9', '-1', 'NaN', '1e308', '', '0', '2.5', 'ten', '0x', '9007199254740993'),
  ...flag('epochs', '1e9', '-1', 'NaN', '1e308', '', 'Infinity'),
  ...flag('seed', '-1', 'NaN', '1e308', '', '1.5'),
  ...flag('grid', '1e9', '-1', 'NaN', '1e308', '', '1'),
  ...flag('learning-rate', '0', '-1', 'NaN', '1e309', ''),
  ...flag('momentum', '1', '-0.1', 'NaN', ''),
  ...flag('activation', '', 'rellu', '__proto__', 'constructor', 'add', 'matmul'),
  ...flag('optimizer', 'toString', 'Adam'),
  ...flag('loss', 'softmaxCrossEntropy', ''),
  ...flag('initializer', 'he', 'hasOwnProperty'),
  ...flag('rng', 'numpi'),
  ...flag('backend', 'gpu'),
  ...flag('dtype', 'f16'),
  ...flag('out', '', '/dev/null/x', '/proc/x'),
  ...flag('plugin', '', '/', '/dev/null', 'nowhere.mjs'),
  [['--hidden', '10000', '--grid', '1000'], 2, /^--grid: expected at most 50 for 10000 hidden units/],
  [['--seed', '4294967296'], 2, /^--seed: numpy expects/],
  [['--epochs'], 2, /argument missing/],
  [['--plugin'], 2, /argument missing/],
  [['--nonsense'], 2, /unknown option --nonsense/],
  [['--beta1', '0.5'], 2, /^--beta1: sgd has no such option/],
  [['--json', '--compare'], 2, /exclude each other/],
  [['report', '--preset', 'numpy'], 2, /exclude each other/],
  [['report', 'report'], 2, /too many arguments/],
  [['--compare', '--activation', 'tanh'], 2, /^--activation: the hand derivation is for relu/],
  [['--resume'], 2, /^--resume: /],
  [['--checkpoint', join(occupied, 'in'), '--epochs', '2'], 2, /occupied/],
  [['--out', join(occupied, 'in')], 2, /^--out: /],
  [['--epochs', '2', '--grid', '2', '--out', join(folder, 'taken')], 2, /^--out: .*report.html is a folder/],
  [['--loss', 'binaryCrossEntropy', '--learning-rate', '1e6'], 3, /^training diverged/],
  [plugin('requires: null'), 2, /requires: expected semver ranges by name/],
  [plugin('opps: []'), 2, /is faulty: .*unknown key "opps"/],
  [
    plugin('optimizers: [{ options: core.options({}), create: () => null }]'),
    2,
    /is faulty: .*optimizers\[0\]\.name: expected a name/,
  ],
  [plugin('ops: null'), 2, /ops: expected a list/],
  [plugin('get ops() { throw new Error("got") }'), 2, /got/],
  [['--plugin', file('null.mjs', 'export default null;')], 2, /does not export a plugin/],
  [['--plugin', file('function.mjs', 'export default () => 1;')], 2, /does not export a plugin/],
  [['--plugin', file('nothing.mjs', 'throw null;')], 2, /cannot be loaded/],
  [
    ['--plugin', file('typed.ts', 'export default { name: "typed" } as const;')],
    2,
    /Node v20.* does not run TypeScript\. Node strips types from 22\.18 on|faulty/,
  ],
  [
    ['--plugin', file('exit.mjs', 'process.exit(0);')],
    2,
    /^the plugin ".*exit.mjs" ended the process, or waits/,
  ],
  [
    ['--plugin', file('await.mjs', 'await new Promise(() => undefined);')],
    2,
    /^the plugin ".*await.mjs" .*waits for something that never comes/,
  ],
  [
    [
      '--plugin',
      file(
        'later.mjs',
        'setTimeout(() => { throw new Error("later"); }, 0); await new Promise((r) => setTimeout(r, 500)); export default 1;',
      ),
    ],
    1,
    /^unexpected, during the plugin ".*later.mjs": Error: later\. Please report it/,
  ],
  [
    optimizer(`create: () => { ${broken} }`),
    2,
    /^the optimizer odd of the plugin "mine" threw TypeError: broken/,
  ],
  [
    optimizer(`create: () => ({ name: 'odd', ...sgd, init: () => { ${broken} } })`),
    2,
    /^the optimizer odd of the plugin "mine" threw TypeError: broken/,
  ],
  [
    optimizer(`create: () => ({ name: 'odd', ...sgd, update: () => { ${broken} } })`),
    2,
    /^the optimizer odd of the plugin "mine" threw TypeError: broken/,
  ],
  [optimizer('create: () => null'), 2, /./],
  [optimizer("create: () => ({ name: 'odd', ...sgd, update: () => null })"), 2, /./],
  [loss(`() => { ${broken} }`), 2, /^the loss odd of the plugin "mine" threw TypeError: broken/],
  [loss('() => 5'), 2, /the loss odd/],
  [loss('(p) => p'), 2, /./],
  [activation(`() => { ${broken} }`), 2, /broken/],
  [activation('() => undefined'), 2, /odd|elementwise/],
  [
    initializer(`() => { ${broken} }`),
    2,
    /^the initializer odd of the plugin "mine" threw TypeError: broken/,
  ],
  [initializer('() => null'), 2, /^--initializer: the initializer odd gives no tensor/],
  [
    initializer('() => core.zeros([3])'),
    2,
    /^--initializer: the initializer odd gives f64\[3\], not floats \[2, 10\]/,
  ],
  [stream(`() => { ${broken} }`), 2, /^the random stream odd of the plugin "mine" threw TypeError: broken/],
  [stream('() => ({})'), 2, /./],
  [backend(`() => { ${broken} }`), 2, /^the backend odd of the plugin "mine" threw TypeError: broken/],
  [
    backend('() => () => Promise.reject(new TypeError("broken"))'),
    2,
    /^the backend odd of the plugin "mine" threw TypeError: broken/,
  ],
  [backend('() => async () => 5'), 2, /the backend odd gives no Either/],
  [
    backend('() => () => new Promise(() => undefined)'),
    2,
    /^the training on the backend odd .*waits for something that never comes/,
  ],
  [
    [
      ...plugin(
        `scalarFunctions: [f], ops: [core.elementwise('odd', (x) => core.scalar.apply(f, [x]))]`,
        `const f = core.scalar.defineScalarFunction({ name: 'f', arity: 1, evaluate: () => { ${broken} }, partials: (x) => [x], latex: (x) => 'f' });`,
      ),
      '--activation',
      'odd',
      '--backend',
      'interpreter',
    ],
    2,
    /./,
  ],
];

interface Outcome {
  readonly stderr: string;
  readonly stdout: string;
  readonly status: number | null;
}

const xor = (args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, timeout: 60_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (status) => {
      resolve({ stdout, stderr, status });
    });
  });

describe('an odd command line', () => {
  it('is tried in many forms', () => {
    expect(lines.length).toBeGreaterThan(90);
  });

  it.concurrent.each(lines)('%j ends with %i and one line', async (args, status, line) => {
    const outcome = await xor(args);
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    expect(outcome.stderr.trimEnd()).toMatch(line);
    expect(outcome.stderr).not.toMatch(/\n {4}at /);
    expect(outcome.stdout).not.toMatch(/ {4}at /);
    expect(outcome.status).toBe(status);
  });
});

describe('what a plugin brings', () => {
  it.concurrent.each([
    ['an initializer', [...initializer('(shape, stream) => stream.uniform(shape, -1, 1)')]],
    [
      'a random stream',
      stream('() => ({ normal: (shape) => core.ones(shape), uniform: (shape) => core.ones(shape) })'),
    ],
    ['a backend', backend('core.interpreter.compile')],
    ['an optimizer', optimizer('')],
    ['a loss', loss('(p, y) => core.mean(core.square(core.subtract(p, y)))')],
    [
      'an activation of a scalar function',
      [
        ...plugin(
          `scalarFunctions: [f], ops: [core.elementwise('odd', (x) => core.scalar.apply(f, [x]))]`,
          `const f = core.scalar.defineScalarFunction({ name: 'f', arity: 1, evaluate: (x) => 2 * x, signature: 'float', partials: () => [core.scalar.constant(2)], notation: { precedence: 6, latex: (x) => x(0) } });`,
        ),
        '--activation',
        'odd',
      ],
    ],
  ] as const)('runs: %s', async (_, args) => {
    const { status, stderr, stdout } = await xor([...args, '--epochs', '3', '--grid', '3', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ configuration: { epochs: 3 } });
  });
});
