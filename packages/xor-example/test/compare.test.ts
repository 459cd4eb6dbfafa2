import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { checkDerived, compare, type Comparison } from '../src/compare.js';
import { presets, resolve, type Configuration } from '../src/configuration.js';
import { loadRegistry } from '../src/plugins.js';
import { trainNetwork } from '../src/run.js';
import { comparisonText } from '../src/table.js';

async function compared(changes: Partial<Configuration>): Promise<E.Either<string, Comparison>> {
  const registry = await loadRegistry([]);
  if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
  const resolved = resolve({ ...presets.numpy, ...changes }, registry.right);
  if (E.isLeft(resolved)) return E.left(errorLine(resolved.left));
  const network = await trainNetwork(resolved.right)();
  if (E.isLeft(network)) return E.left(errorLine(network.left));
  const result = await compare(network.right, registry.right)();
  // What is refused after the training is refused before it.
  expect(checkDerived(resolved.right)).toEqual(E.isLeft(result) ? result : E.right(undefined));
  return E.isLeft(result) ? E.left(errorLine(result.left)) : result;
}

describe('the comparison', () => {
  let comparison: Comparison;
  beforeAll(async () => {
    const result = await compared({});
    if (E.isLeft(result)) throw new Error(result.left);
    comparison = result.right;
  });

  it('has the twelve quantities of the first and the last epoch, equal to 1e-15', () => {
    expect(comparison.epochs.map(({ epoch }) => epoch)).toEqual([0, 499]);
    for (const { rows } of comparison.epochs) {
      expect(rows.map(({ name }) => name).join(' ')).toBe('Z1 A1 Z2 A2 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1');
      for (const { compared, verdict } of rows) {
        expect(compared?.largestDifference).toBeLessThan(1e-15);
        expect(compared?.byHand).not.toBe(0);
        expect(verdict).toEqual({ kind: 'agrees' });
      }
    }
    expect(comparison.lossDifference).toBeLessThan(1e-14);
  });

  it('has gradients that agree with central differences away from the kink', () => {
    expect(comparison.nudged.map(({ parameter }) => parameter)).toEqual(['W1', 'b1', 'W2', 'b2']);
    for (const { largestDifference } of comparison.nudged) expect(largestDifference).toBeLessThan(1e-9);
  });

  it('shows what the kink does to central differences of b1', () => {
    const b1 = comparison.onKink.find(({ parameter }) => parameter === 'b1');
    expect(b1?.largestDifference).toBeCloseTo(0.036, 3);
    expect(comparison.onKink.find(({ parameter }) => parameter === 'W2')?.largestDifference).toBeLessThan(
      1e-9,
    );
  });

  it('prints as tables', () => {
    const text = comparisonText(comparison);
    expect(text).toMatch(/^Epoch 0: /);
    expect(text).toMatch(/dW2 {7}\[10, 1\] {2}\[0, 0\] {2}-0\.1787816527 {3}-0\.1787816527/);
    expect(text).toContain('on the kink of relu');
  });
});

describe('other comparisons', () => {
  it.each([
    { hidden: 3, seed: 5, epochs: 40, learningRate: 0.3 },
    { hidden: 32, seed: 11, epochs: 1 },
  ])('%j', async (changes) => {
    const result = await compared(changes);
    if (E.isLeft(result)) throw new Error(result.left);
    expect(result.right.epochs).toHaveLength(changes.epochs === 1 ? 1 : 2);
    for (const { rows } of result.right.epochs) {
      for (const { compared } of rows) expect(compared?.largestDifference).toBeLessThan(1e-14);
    }
  });

  it('checks a part of the gradients of many units, and says how many', async () => {
    const result = await compared({ hidden: 1000, epochs: 2, grid: 2 });
    if (E.isLeft(result)) throw new Error(result.left);
    expect(result.right.nudged.map(({ compared, elements }) => [compared, elements])).toEqual([
      [100, 2000],
      [100, 1000],
      [100, 1000],
      [1, 1],
    ]);
    expect(comparisonText(result.right)).toContain('100 of 2000');
    // A unit near the kink is moved alone: that all of so many are clear of it at once does not happen.
    for (const { largestDifference } of result.right.nudged) expect(largestDifference).toBeLessThan(1e-7);
  });

  it('is of f32 too', async () => {
    const result = await compared({ ...presets.tensorflow, epochs: 20, grid: 2 });
    if (E.isLeft(result)) throw new Error(result.left);
    for (const { rows } of result.right.epochs) {
      expect(rows.filter(({ verdict }) => verdict.kind !== 'agrees')).toEqual([]);
    }
  });

  it('refuses what was not derived by hand', async () => {
    expect(await compared({ activation: 'tanh', epochs: 2 })).toEqual(
      E.left('--activation: the hand derivation is for relu, given tanh'),
    );
    expect(await compared({ loss: 'binaryCrossEntropy', epochs: 2, learningRate: 0.1 })).toEqual(
      E.left('--loss: the hand derivation is for meanSquaredError, given binaryCrossEntropy'),
    );
    expect(await compared({ optimizer: 'adam', epochs: 2 })).toEqual(
      E.left('--optimizer: the hand derivation is for sgd, given adam'),
    );
  });
});
