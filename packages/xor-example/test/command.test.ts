import { createRegistry, fraction, options, renderError, type Option } from '@adjoint/core';
import { learnKinds, sgd, type OptimizerFactory } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorLine, exitCode, parseCommand, pluginFiles } from '../src/command.js';
import { numpyPreset, tensorflowPreset } from '../src/configuration.js';
import { loadRegistry, standardPlugins, type Plugin, type Registry } from '../src/plugins.js';

let registry: Registry;
beforeAll(async () => {
  const loaded = await loadRegistry([]);
  if (E.isLeft(loaded)) throw new Error(errorLine(loaded.left));
  registry = loaded.right;
});

const refusal = (...args: readonly string[]): string => {
  const parsed = parseCommand(args, registry);
  if (E.isRight(parsed)) throw new Error(`${args.join(' ')} was accepted`);
  expect(exitCode(parsed.left)).toBe(2);
  const line = errorLine(parsed.left);
  expect(line).not.toContain('\n');
  expect(renderError(parsed.left)).not.toBe('');
  return line;
};

const request = (...args: readonly string[]): unknown => {
  const parsed = parseCommand(args, registry);
  return E.isRight(parsed) ? parsed.right : errorLine(parsed.left);
};

describe('a command line', () => {
  it('is the NumPy preset where it says nothing', () => {
    expect(request()).toEqual({
      mode: 'run',
      configuration: numpyPreset,
      presets: { numpy: numpyPreset, tensorflow: tensorflowPreset },
      plugins: [],
    });
    expect(request('--preset', 'numpy')).toEqual(request());
    expect(request('--preset', 'tensorflow')).toMatchObject({ configuration: tensorflowPreset });
  });

  it('sets each part of the configuration', () => {
    const flags =
      '--hidden 3 --activation tanh --loss binaryCrossEntropy --optimizer adam --learning-rate 0.01 --momentum 0.5 --epochs 7 --seed 9 --rng tensorflow --dtype f32 --grid 5';
    expect(request(...flags.split(' '))).toMatchObject({
      configuration: {
        hidden: 3,
        activation: 'tanh',
        loss: 'binaryCrossEntropy',
        optimizer: 'adam',
        learningRate: 0.01,
        momentum: 0.5,
        epochs: 7,
        seed: 9,
        rng: 'tensorflow',
        dtype: 'f32',
        grid: 5,
      },
    });
  });

  it('chooses what is printed and written', () => {
    expect(request('--json')).toMatchObject({ mode: 'json' });
    expect(request('--compare')).toMatchObject({ mode: 'compare' });
    expect(request('report')).toMatchObject({ mode: 'report', out: 'out' });
    expect(request('--out', 'charts')).toMatchObject({ mode: 'run', out: 'charts' });
    expect(request('--plugin', 'a.mjs', '--plugin', 'b.mjs')).toMatchObject({ plugins: ['a.mjs', 'b.mjs'] });
    expect(request('--help')).toMatchObject({ mode: 'help' });
  });

  it('changes both presets of a report', () => {
    expect(request('report', '--epochs', '3')).toMatchObject({
      presets: { numpy: { epochs: 3, dtype: 'f64' }, tensorflow: { epochs: 3, dtype: 'f32' } },
    });
  });

  it('says where a run is kept', () => {
    expect(request('--checkpoint', 'runs', '--checkpoint-every', '20', '--resume')).toMatchObject({
      checkpoint: { folder: 'runs', every: 20, resume: true },
    });
    expect(request('--checkpoint', 'runs')).toMatchObject({ checkpoint: { folder: 'runs', resume: false } });
  });

  it('is helped with everything that the registry has, and with the exit codes', () => {
    const help = parseCommand(['--help'], registry);
    const text = E.isRight(help) && help.right.mode === 'help' ? help.right.text.replace(/\s+/g, ' ') : '';
    expect(text).toContain(
      'initializer: zeros, ones, normal, uniform, glorotUniform, glorotNormal, heNormal',
    );
    expect(text).toMatch(/activation of the hidden layer: .*\btanh, .*\brelu, /);
    expect(text).toContain('backend: interpreter, wasm');
    expect(text).toMatch(/Exit codes: 0 .* 3 training diverged 130 interrupted/);
  });
});

describe('the options of optimizers', () => {
  const given = (...args: readonly string[]): unknown => {
    const parsed = parseCommand(args, registry);
    return E.isRight(parsed) && parsed.right.mode !== 'help'
      ? parsed.right.configuration.optimizerOptions
      : 'refused';
  };

  it('are flags that follow from the optimizers', () => {
    expect(given('--optimizer', 'adam', '--beta1', '0.8', '--epsilon', '1e-6')).toEqual({
      beta1: 0.8,
      epsilon: 1e-6,
    });
    expect(given('--optimizer', 'adam')).toBeUndefined();
  });

  it('are a plugin’s too, beside whatever flags there are', () => {
    const decay: Option<number> = { check: fraction, standard: 0.5, description: 'how much stays' };
    const lion: OptimizerFactory = {
      name: 'lion',
      options: options({ seed: decay, lookAhead: { ...decay, check: t.boolean, standard: false } }),
      create: () => sgd({ learningRate: 1 }),
    };
    const plugin: Plugin = { name: 'mine', version: '1.0.0', core: '*', optimizers: [lion] };
    const extended = createRegistry([...standardPlugins, plugin], learnKinds);
    if (E.isLeft(extended)) throw new Error('refused');
    const args = '--optimizer lion --optimizer-seed 0.2 --look-ahead true --seed 4'.split(' ');
    expect(parseCommand(args, extended.right)).toMatchObject({
      right: { configuration: { seed: 4, optimizerOptions: { seed: 0.2, lookAhead: true } } },
    });
    const help = parseCommand(['--help'], extended.right);
    const text = E.isRight(help) && help.right.mode === 'help' ? help.right.text : '';
    expect(text.replace(/\s+/g, ' ')).toContain(
      'optimizer: sgd, momentum, nesterov, adam, lion (default: sgd)',
    );
    expect(text).toMatch(/--optimizer-seed <value> +lion: how much stays \(default: 0.5\)/);
  });

  it('are listed in the help with their defaults', () => {
    const help = parseCommand(['--help'], registry);
    const text = E.isRight(help) && help.right.mode === 'help' ? help.right.text.replace(/\s+/g, ' ') : '';
    expect(text).toContain('--beta1 <value> adam: ');
    expect(text).toContain('(default: 0.999)');
    expect(text).toContain('random stream: numpy, numpy-generator, tensorflow');
  });
});

it('names the files of plugins before anything else is known', () => {
  expect(pluginFiles(['--beta9', '1', '--plugin', 'a.mjs', '--plugin=b.mjs', '--help'])).toEqual([
    'a.mjs',
    'b.mjs',
  ]);
  expect(pluginFiles([])).toEqual([]);
  expect(pluginFiles(['--plugin'])).toEqual([]);
});

describe('a refused command line', () => {
  it.each([
    [['--epochs', '0'], '--epochs: expected a whole number from 1 to 10000000, given "0"'],
    [['--epochs', '2.5'], '--epochs: expected a whole number from 1 to 10000000, given "2.5"'],
    [['--hidden', '-3'], '--hidden: expected a whole number from 1 to 10000, given "-3"'],
    [['--hidden', 'many'], '--hidden: expected a whole number from 1 to 10000, given "many"'],
    [['--hidden', ''], '--hidden: expected a whole number from 1 to 10000, given ""'],
    [['--learning-rate', 'NaN'], '--learning-rate: expected a number above 0, given "NaN"'],
    [['--learning-rate', 'Infinity'], '--learning-rate: expected a number above 0, given "Infinity"'],
    [['--momentum', '1'], '--momentum: expected a number from 0 up to, but not, 1, given "1"'],
    [['--seed', '-1'], '--seed: expected a whole number from 0 on, given "-1"'],
    [['--dtype', 'f16'], '--dtype: expected f64 or f32, given "f16"'],
    [['--grid', '1'], '--grid: expected a whole number from 2 to 1000, given "1"'],
    [['--epoch', '5'], 'unknown option --epoch. Did you mean --epochs?'],
    [['--epochs'], "option '--epochs <value>' argument missing"],
    [
      ['--preset', 'jax'],
      "option '--preset <name>' argument 'jax' is invalid. Allowed choices are numpy, tensorflow.",
    ],
    [['reports'], 'unknown command "reports". There is "report".'],
    [['--json', '--compare'], '--json and --compare exclude each other'],
    [
      ['report', '--json'],
      'report and --json exclude each other. A report is of both presets and has a comparison.',
    ],
    [['--resume'], '--resume: there is no folder of checkpoints. Say where: --checkpoint FOLDER.'],
    [
      ['--checkpoint', 'x', '--checkpoint-every', '0'],
      '--checkpoint-every: expected a whole number from 1 on, given "0"',
    ],
    [['--out', ''], '--out: expected a folder, given ""'],
  ])('%j', (args, line) => {
    expect(refusal(...args)).toBe(line);
  });
});
