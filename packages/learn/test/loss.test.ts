import { AdjointException, constant, input, reshapeLike, tensor, type Value } from '@adjoint/core';
import { evaluateNodes, nodesUnder } from '@adjoint/core/extend';
import { checkGradients, gradient } from '@adjoint/autograd';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  logSoftmax,
  meanSquaredError,
  softmaxCrossEntropy,
} from '@adjoint/learn';
import { describe, expect, expectTypeOf, it } from 'vitest';

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

describe('prediction and target', () => {
  const refusal = (run: () => unknown): string => {
    try {
      run();
    } catch (thrown) {
      return thrown instanceof AdjointException ? thrown.message : `no AdjointException: ${String(thrown)}`;
    }
    return 'nothing';
  };

  it('are of one shape, in types and at run time', () => {
    const [prediction, flat] = [input('p', [4, 1]), input('y', [4])];
    for (const loss of [meanSquaredError, binaryCrossEntropy, binaryCrossEntropyWithLogits]) {
      // @ts-expect-error meanSquaredError: [4, 1] and [4] do not fit
      const build = (): Value => loss(prediction, flat);
      expect(refusal(build)).toBe(
        [
          `${loss.name}: prediction and target are of two shapes`,
          '  operand 0: f64  [4 1]',
          '  operand 1: f64  [  4]',
          "  Bring the target to the prediction's shape, as with reshapeLike(target, prediction).",
        ].join('\n'),
      );
      expect(loss(prediction, reshapeLike(flat, prediction)).shape).toEqual([]);
    }
    // @ts-expect-error meanSquaredError: [4, 1] and [4, 2] do not fit
    expect(refusal(() => meanSquaredError(prediction, input('y', [4, 2])))).toContain('two shapes');
    // @ts-expect-error meanSquaredError: f64 and f32 differ
    expect(refusal(() => meanSquaredError(prediction, input('y', [4, 1], 'f32')))).toContain(
      "Convert the target: astype(target, 'f64').",
    );
    const unknown: Value = flat;
    expect(refusal(() => meanSquaredError(prediction, unknown))).toContain('two shapes');
    expectTypeOf(meanSquaredError(prediction, input('y', [4, 1]))).toEqualTypeOf<Value<'f64', readonly []>>();
  });

  it('labels lack the axis of the classes', () => {
    const logits = input('x', [8, 3]);
    expect(softmaxCrossEntropy(logits, input('y', [8], 'i32')).shape).toEqual([]);
    expect(softmaxCrossEntropy(logits, input('y', [8, 3])).shape).toEqual([]);
    // @ts-expect-error softmaxCrossEntropy: [8] and [8, 1] do not fit
    expect(refusal(() => softmaxCrossEntropy(logits, input('y', [8, 1], 'i32')))).toBe(
      [
        'softmaxCrossEntropy: labels have the shape of the logits without the last axis',
        '  operand 0: f64  [8 3]',
        '  operand 1: i32  [8 1]',
        '  Leave the axis out: squeeze(labels, [-1]).',
      ].join('\n'),
    );
    // @ts-expect-error softmaxCrossEntropy: [8] and [8, 3] do not fit
    expect(refusal(() => softmaxCrossEntropy(logits, input('y', [8, 3], 'i32')))).toContain('Give one label');
    // @ts-expect-error softmaxCrossEntropy: [8, 3] and [8] do not fit
    expect(refusal(() => softmaxCrossEntropy(logits, input('y', [8])))).toContain('two shapes');
    expect(refusal(() => softmaxCrossEntropy(input('x', []), input('y', [])))).toContain('axis of classes');
  });
});
