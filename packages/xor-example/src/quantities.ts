import { type Shape, type Tensor } from '@adjoint/core';
import { at, nodeText } from '@adjoint/core/extend';
import { xorInputs, xorTargets } from './data.js';
import { indexIn, largestDifference } from './difference.js';
import { evaluateAt } from './evaluate.js';
import type { GradientGraph } from './gradient-graph.js';
import {
  backward,
  forward,
  type Matrix,
  type Parameters as HandParameters,
  type Quantities,
} from './manual.js';
import type { InitialParameters, XorModel } from './model.js';

/** One quantity of the hand derivation beside what the graph gives for it. */
export interface QuantityRow {
  readonly name: keyof Quantities;
  readonly shape: Shape;
  /** The node that gives it in the graph. */
  readonly node: string;
  /** The index of the element that is shown: the one of the largest difference, else the largest one. */
  readonly at: readonly number[];
  readonly byHand: number;
  readonly byGraph: number;
  /** Over all elements. */
  readonly largestDifference: number;
}

const quantityNames = [
  'Z1',
  'A1',
  'Z2',
  'A2',
  'dA2',
  'dZ2',
  'dW2',
  'db2',
  'dA1',
  'dZ1',
  'dW1',
  'db1',
] as const satisfies readonly (keyof Quantities)[];

function toMatrix({ shape, data }: Tensor): Matrix {
  const [rows, columns] = [at(shape, 0), at(shape, 1)];
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );
}

/** Parameters as the hand derivation takes them. */
export const toHand = ({ W1, b1, W2, b2 }: InitialParameters): HandParameters => ({
  W1: toMatrix(W1),
  b1: toMatrix(b1),
  W2: toMatrix(W2),
  b2: toMatrix(b2),
});

/** The twelve quantities by hand and by the graph, at the same parameters. */
export function quantityRows(
  model: XorModel,
  { quantities, whole }: GradientGraph,
  parameters: InitialParameters,
): readonly QuantityRow[] {
  const hand = toHand(parameters);
  const forwards = forward(hand, xorInputs);
  const byHand: Quantities = { ...forwards, ...backward(hand, xorInputs, xorTargets, forwards) };
  const byGraph = evaluateAt(model, Object.values(quantities), parameters);
  return quantityNames.map((name) => {
    const value = quantities[name];
    const ours = Array.from(byGraph(value).data);
    const theirs = byHand[name].flat();
    const { index, difference } = largestDifference(theirs, ours);
    return {
      name,
      shape: value.shape,
      node: nodeText(whole, value.node),
      at: indexIn(value.shape, index),
      byHand: at(theirs, index),
      byGraph: at(ours, index),
      largestDifference: difference,
    };
  });
}
