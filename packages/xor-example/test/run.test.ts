import { readFileSync } from 'node:fs';
import { convert, fromData, type FloatDType, type Tensor } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { presets, type Configuration } from '../src/configuration.js';
import { loadRegistry } from '../src/plugins.js';
import { run, type Run } from '../src/run.js';

interface Fixture {
  readonly loss: readonly number[];
  readonly predictions: readonly number[];
  readonly initial: Readonly<Record<'W1' | 'W2', readonly number[]>>;
  readonly surface?: { readonly values: readonly number[] };
}

const fixture = (name: string): Fixture =>
  // Reference data in the form that its file has.
  JSON.parse(readFileSync(new URL(`./data/${name}.json`, import.meta.url), 'utf8')) as Fixture;

async function runWith(changes: Partial<Configuration>): Promise<Run> {
  const registry = await loadRegistry([]);
  if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
  const result = await run({ ...presets.numpy, ...changes }, registry.right)();
  if (E.isLeft(result)) throw new Error(errorLine(result.left));
  return result.right;
}

const largestRelative = (actual: readonly number[], expected: readonly number[]): number => {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((x, i) => Math.abs(x - (expected[i] ?? NaN)) / Math.abs(expected[i] ?? NaN)));
};

const flat = (nested: unknown): number[] => (Array.isArray(nested) ? nested.flatMap(flat) : [Number(nested)]);

describe('the NumPy preset', () => {
  const reference = fixture('xor-numpy-seed1');
  let result: Run;
  beforeAll(async () => {
    result = await runWith({});
  });

  it('starts where NumPy starts', () => {
    expect(largestRelative(flat(result.initial.W1), reference.initial.W1)).toBeLessThanOrEqual(4e-16);
    expect(largestRelative(flat(result.initial.W2), reference.initial.W2)).toBeLessThanOrEqual(4e-16);
  });

  it('has the loss of all 500 epochs, the predictions and the surface', () => {
    expect(largestRelative(result.loss, reference.loss)).toBeLessThan(1e-12);
    expect(largestRelative(result.predictions, reference.predictions)).toBeLessThan(1e-12);
    expect(largestRelative(result.surface.values, reference.surface?.values ?? [])).toBeLessThan(1e-12);
    expect(result.accuracy).toBe(1);
  });
});

describe('the TensorFlow preset', () => {
  const reference = fixture('xor-tensorflow-seed1');

  it('has the loss of all 500 epochs and the predictions', async () => {
    const result = await runWith(presets.tensorflow);
    expect(largestRelative(flat(result.initial.W1), reference.initial.W1)).toBeLessThan(2.4e-7);
    expect(largestRelative(result.loss, reference.loss)).toBeLessThan(1e-5);
    result.predictions.forEach((p, i) =>
      expect(Math.abs(p - (reference.predictions[i] ?? NaN))).toBeLessThan(1e-6),
    );
  });
});

describe('a run', () => {
  it('is determined by its configuration', async () => {
    const small = { epochs: 5, grid: 3, hidden: 4 };
    expect(await runWith(small)).toEqual(await runWith(small));
    expect((await runWith({ ...small, seed: 2 })).loss).not.toEqual((await runWith(small)).loss);
  });

  it.each(['sgd', 'momentum', 'nesterov', 'adam'])('learns XOR with %s', async (optimizer) => {
    const rates: Readonly<Record<string, number>> = { sgd: 1, momentum: 0.2, nesterov: 0.2, adam: 0.05 };
    const learningRate = rates[optimizer] ?? NaN;
    const result = await runWith({ optimizer, learningRate, activation: 'tanh', epochs: 400, grid: 2 });
    expect(result.accuracy).toBe(1);
    expect(result.loss[399]).toBeLessThan(0.05);
  });

  it('hands its options to the optimizer', async () => {
    const small = { optimizer: 'adam', learningRate: 0.05, epochs: 5, grid: 2 };
    const standard = await runWith(small);
    expect((await runWith({ ...small, optimizerOptions: { beta1: 0.9 } })).loss).toEqual(standard.loss);
    expect((await runWith({ ...small, optimizerOptions: { beta1: 0.5 } })).loss).not.toEqual(standard.loss);
    expect((await runWith({ ...small, momentum: 0.5 })).loss).toEqual(standard.loss);
  });

  it.each(['meanSquaredError', 'binaryCrossEntropy', 'binaryCrossEntropyWithLogits'])(
    'learns XOR with %s',
    async (loss) => {
      const result = await runWith({ loss, learningRate: 0.5, epochs: 800, grid: 2 });
      expect(result.accuracy).toBe(1);
    },
  );

  it('gives the two cross entropies the same training', async () => {
    const [a, b] = await Promise.all(
      ['binaryCrossEntropy', 'binaryCrossEntropyWithLogits'].map((loss) =>
        runWith({ loss, learningRate: 0.1, epochs: 50, grid: 2, activation: 'tanh' }),
      ),
    );
    expect(largestRelative(a?.loss ?? [], b?.loss ?? [1])).toBeLessThan(1e-10);
  });

  it('has the corners of the surface as predictions', async () => {
    const { surface, predictions } = await runWith({ epochs: 3, grid: 2 });
    // Rows of the surface go along x2, its columns along x1.
    expect(surface.values).toEqual([predictions[0], predictions[2], predictions[1], predictions[3]]);
  });

  it.each<FloatDType>(['f64', 'f32'])('computes in %s', async (dtype) => {
    const { loss, surface } = await runWith({ dtype, epochs: 3, grid: 4 });
    const rounded = (values: readonly number[]): number[] => {
      const tensor: Tensor = fromData('f64', [values.length], Float64Array.from(values));
      return Array.from(convert(tensor, 'f32').data);
    };
    const isRounded = [...loss, ...surface.values].every(
      (x, i) => x === rounded([...loss, ...surface.values])[i],
    );
    expect(isRounded).toBe(dtype === 'f32');
  });
});

describe('a run that cannot be', () => {
  const failure = async (changes: Partial<Configuration>): Promise<string> => {
    const registry = await loadRegistry([]);
    if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
    const result = await run({ ...presets.numpy, ...changes }, registry.right)();
    return E.isLeft(result) ? errorLine(result.left) : 'ran';
  };

  it('suggests the nearest name', async () => {
    expect(await failure({ activation: 'rellu' })).toMatch(
      /^--activation: unknown name "rellu". Did you mean "relu"\?/,
    );
    expect(await failure({ loss: 'meanSquareError' })).toMatch(
      /^--loss: .*Did you mean "meanSquaredError"\?/,
    );
    expect(await failure({ optimizer: 'Adam' })).toMatch(/^--optimizer: .*Did you mean "adam"\?/);
    expect(await failure({ rng: 'tensorflwo' })).toMatch(/^--rng: .*Did you mean "tensorflow"\?/);
  });

  it('does not offer a loss of distributions for one output', async () => {
    expect(await failure({ loss: 'softmaxCrossEntropy' })).toMatch(/^--loss: unknown name/);
  });

  it('names an option that the optimizer does not take', async () => {
    expect(await failure({ optimizer: 'adam', optimizerOptions: { beta1: 1 } })).toBe(
      '--beta1: expected a number from 0 up to, but not, 1, given 1 (an option of adam)',
    );
    expect(await failure({ optimizerOptions: { beta1: 0.5 } })).toBe(
      '--beta1: sgd has no such option; it has learningRate',
    );
  });

  it('names a seed that the stream does not take', async () => {
    expect(await failure({ seed: 2 ** 40 })).toMatch(
      /^--seed: numpy expects a whole number from 0 to 4294967295/,
    );
  });

  it('names epoch and node where it diverges', async () => {
    expect(await failure({ loss: 'binaryCrossEntropy', learningRate: 1e6 })).toMatch(
      /^training diverged at epoch 1: the loss is not finite; .* is %\d+: f64\[4, 1\] = log\(%\d+\)/,
    );
  });
});
