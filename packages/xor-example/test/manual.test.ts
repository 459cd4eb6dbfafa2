import { describe, expect, test } from 'vitest';
import {
  backward,
  epoch,
  forward,
  meanSquaredError,
  trainByHand,
  type Matrix,
  type Parameters,
} from '../src/manual.js';
import fixture from './data/xor-numpy-seed1.json' with { type: 'json' };

const rows = (values: readonly number[], columns: number): Matrix =>
  Array.from({ length: values.length / columns }, (_, i) => values.slice(i * columns, (i + 1) * columns));

const X = rows([0, 0, 0, 1, 1, 0, 1, 1], 2);
const Y = rows([0, 1, 1, 0], 1);
const { hidden, learningRate, epochs } = fixture;

const start: Parameters = {
  W1: rows(fixture.initial.W1, hidden),
  b1: rows(Array<number>(hidden).fill(0), hidden),
  W2: rows(fixture.initial.W2, 1),
  b2: [[0]],
};

const differences = (actual: Matrix, expected: readonly number[]): number[] => {
  const values = actual.flat();
  expect(values).toHaveLength(expected.length);
  return values.map((value, i) => Math.abs(value - (expected[i] ?? NaN)));
};

describe('the hand derivation equals NumPy', () => {
  const trained = trainByHand(start, X, Y, { learningRate, epochs });

  for (const [name, { shape, values }] of Object.entries(fixture.firstEpoch)) {
    test(`${name} of the first epoch`, () => {
      const quantity = Object.entries(trained.first).find(([key]) => key === name)?.[1] ?? [];
      expect([quantity.length, quantity[0]?.length]).toEqual(shape);
      expect(Math.max(...differences(quantity, values))).toBeLessThan(1e-15);
    });
  }

  test('in the order of the notebook, and with no quantity beside them', () => {
    expect(Object.keys(trained.first)).toEqual(Object.keys(fixture.firstEpoch));
    expect(Object.keys(trained.last)).toEqual(Object.keys(fixture.firstEpoch));
  });

  test('the loss of all 500 epochs', () => {
    expect(trained.loss).toHaveLength(500);
    for (const [i, loss] of trained.loss.entries()) {
      expect(Math.abs(loss / (fixture.loss[i] ?? NaN) - 1), `epoch ${i}`).toBeLessThan(1e-12);
    }
  });

  test('the final parameters and predictions', () => {
    for (const name of ['W1', 'b1', 'W2', 'b2'] as const) {
      const difference = Math.max(...differences(trained.parameters[name], fixture.final[name]));
      expect(difference, name).toBeLessThan(1e-12);
    }
    const predictions = forward(trained.parameters, X).A2;
    expect(Math.max(...differences(predictions, fixture.predictions))).toBeLessThan(1e-13);
  });
});

test('every derivative is the slope of the loss', () => {
  // No entry of Z1 is near the kink of relu at this point.
  const point: Parameters = {
    W1: [
      [0.7, -0.4, 0.3],
      [-0.5, 0.9, 0.6],
    ],
    b1: [[0.1, -0.2, 0.25]],
    W2: [[0.8], [-1.1], [0.5]],
    b2: [[0.05]],
  };
  const derivatives = backward(point, X, Y, forward(point, X));
  const h = 1e-6;
  for (const name of ['W1', 'b1', 'W2', 'b2'] as const) {
    for (const [i, row] of point[name].entries()) {
      for (const j of row.keys()) {
        const lossAt = (shift: number): number => {
          const moved = point[name].map((r, k) => r.map((x, l) => (k === i && l === j ? x + shift : x)));
          return meanSquaredError(forward({ ...point, [name]: moved }, X).A2, Y);
        };
        const slope = (lossAt(h) - lossAt(-h)) / (2 * h);
        expect(derivatives[`d${name}`][i]?.[j], `d${name}[${i}][${j}]`).toBeCloseTo(slope, 9);
      }
    }
  }
});

test('a single epoch is its own first and last, and leaves its input as it was', () => {
  const before = structuredClone(start);
  const { loss, first, last, parameters } = trainByHand(start, X, Y, { learningRate, epochs: 1 });
  const once = epoch(start, X, Y, learningRate);
  expect({ loss, first, last, parameters }).toEqual({
    loss: [once.loss],
    first: once.quantities,
    last: once.quantities,
    parameters: once.next,
  });
  expect(start).toEqual(before);
});

test('the last quantities are those at the parameters before the last step', () => {
  const early = trainByHand(start, X, Y, { learningRate, epochs: 6 });
  const late = trainByHand(start, X, Y, { learningRate, epochs: 7 });
  expect(late.last).toEqual(epoch(early.parameters, X, Y, learningRate).quantities);
});

test('a missing entry is an error, never a number', () => {
  expect(() => epoch({ ...start, b1: [[0]] }, X, Y, learningRate)).toThrow('there is no entry 1 among 1');
});
