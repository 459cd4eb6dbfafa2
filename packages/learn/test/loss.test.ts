import { constant, evaluateNodes, nodesUnder, tensor, type Value } from '@adjoint/core';
import { checkGradients, gradient } from '@adjoint/autograd';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  logSoftmax,
  meanSquaredError,
  softmaxCrossEntropy,
} from '@adjoint/learn';
import { describe, expect, it } from 'vitest';

const evaluate = (value: Value): number[] =>
  Array.from(evaluateNodes(nodesUnder([value]), new Map()).get(value)?.data ?? []);

const predictions = [0.1, 0.7, 0.5, 0.99];
const targets = [0, 1, 1, 0];

/** The mean over pairs, in plain numbers. */
const average = (of: (p: number, y: number) => number): number =>
  predictions.reduce((total, p, i) => total + of(p, targets[i] ?? NaN), 0) / predictions.length;

describe('losses', () => {
  const p = constant(tensor(predictions));
  const y = constant(tensor(targets));

  it('mean squared error', () => {
    expect(evaluate(meanSquaredError(p, y))[0]).toBeCloseTo(
      average((a, b) => (a - b) ** 2),
      14,
    );
  });

  it('binary cross entropy, of probabilities and of logits', () => {
    const expected = -average((a, b) => (b === 1 ? Math.log(a) : Math.log(1 - a)));
    expect(evaluate(binaryCrossEntropy(p, y))[0]).toBeCloseTo(expected, 13);
    const logits = constant(tensor(predictions.map((each) => Math.log(each / (1 - each)))));
    expect(evaluate(binaryCrossEntropyWithLogits(logits, y))[0]).toBeCloseTo(expected, 13);
  });

  it('binary cross entropy of logits is finite at ±800, with the gradient (sigmoid(x) − y)/n', () => {
    const logits = constant(tensor([800, -800, 800, -800]));
    expect(evaluate(binaryCrossEntropyWithLogits(logits, y))[0]).toBe((800 + 800 + 0 + 0) / 4);
    expect(evaluate(gradient(binaryCrossEntropyWithLogits(logits, y), logits))).toEqual([0.25, -0.25, 0, 0]);
  });

  it('binary cross entropy of probabilities is not clipped', () => {
    expect(evaluate(binaryCrossEntropy(constant(tensor([1])), constant(tensor([0]))))[0]).toBe(Infinity);
  });

  it('softmax cross entropy, shifted by any number', () => {
    const rows = [
      [1, 2, 3],
      [-1, 0, 4],
    ];
    const labels = [
      [0, 0, 1],
      [1, 0, 0],
    ];
    const expected =
      rows.reduce((total, row, i) => {
        const sum = row.reduce((all, x) => all + Math.exp(x), 0);
        return (
          total - row.reduce((own, x, j) => own + (labels[i]?.[j] ?? 0) * Math.log(Math.exp(x) / sum), 0)
        );
      }, 0) / 2;
    const of = (shift: number): number =>
      evaluate(
        softmaxCrossEntropy(
          constant(tensor(rows.map((row) => row.map((x) => x + shift)))),
          constant(tensor(labels)),
        ),
      )[0] ?? NaN;
    expect(of(0)).toBeCloseTo(expected, 13);
    expect(of(1000)).toBeCloseTo(expected, 12);
  });

  it.each([1, 2])('have the right derivatives of order %s', (order) => {
    const point = tensor([0.3, 0.6, 0.2, 0.8]);
    expect(checkGradients((x) => meanSquaredError(x, y), [point], { order })).toMatchObject({ passed: true });
    expect(
      checkGradients((x) => binaryCrossEntropy(x, y), [point], { order, tolerance: 1e-5 }),
    ).toMatchObject({ passed: true });
    expect(checkGradients((x) => binaryCrossEntropyWithLogits(x, y), [point], { order })).toMatchObject({
      passed: true,
    });
    expect(checkGradients((x) => logSoftmax(x), [tensor([[0.1, -2, 3]])], { order })).toMatchObject({
      passed: true,
    });
  });
});
