import { fromData, type RandomStream, type Tensor } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { xorInputs } from './data.js';
import { indexIn, largestDifference } from './difference.js';
import { evaluateAt } from './evaluate.js';
import type { GradientGraph } from './gradient-graph.js';
import { forward } from './manual.js';
import { parameterNames, type InitialParameters, type XorModel } from './model.js';
import { toHand } from './quantities.js';

/** A parameter's gradient beside central differences. */
export interface GradientRow {
  readonly parameter: keyof InitialParameters;
  readonly at: readonly number[];
  readonly derived: number;
  readonly measured: number;
  readonly largestDifference: number;
}

/** How far every Z1 is kept from the kink of relu. */
export const margin = 1e-3;

const differenceStep = 1e-6;

/** Each gradient beside (L(θ + h) − L(θ − h))/2h, element by element, in f64. */
export function gradientRows(
  model: XorModel,
  { loss, quantities: { dW1, db1, dW2, db2 } }: GradientGraph,
  parameters: InitialParameters,
): readonly GradientRow[] {
  const gradients = { W1: dW1, b1: db1, W2: dW2, b2: db2 };
  const derived = evaluateAt(model, Object.values(gradients), parameters);
  const lossAt = (name: keyof InitialParameters, index: number, by: number): number => {
    const { shape, data } = parameters[name];
    const moved = Float64Array.from(data);
    moved[index] = at(moved, index) + by;
    const elsewhere = { ...parameters, [name]: fromData('f64', shape, moved) };
    return at(evaluateAt(model, [loss], elsewhere)(loss).data, 0);
  };
  return parameterNames.map((parameter) => {
    const ours = Array.from(derived(gradients[parameter]).data);
    const measured = ours.map(
      (_, index) =>
        (lossAt(parameter, index, differenceStep) - lossAt(parameter, index, -differenceStep)) /
        (2 * differenceStep),
    );
    const { index, difference } = largestDifference(ours, measured);
    return {
      parameter,
      at: indexIn(parameters[parameter].shape, index),
      derived: at(ours, index),
      measured: at(measured, index),
      largestDifference: difference,
    };
  });
}

/** Parameters moved by seeded noise until no Z1 is near the kink. */
export function nudge({ W1, b1, W2, b2 }: InitialParameters, stream: RandomStream): InitialParameters {
  const noisy = ({ shape, data }: Tensor): Tensor => {
    const noise = stream.normal(shape, 0, 0.1).data;
    return fromData(
      'f64',
      shape,
      Float64Array.from(data, (x, index) => x + at(noise, index)),
    );
  };
  for (;;) {
    const moved = { W1: noisy(W1), b1: noisy(b1), W2: noisy(W2), b2: noisy(b2) };
    const { Z1 } = forward(toHand(moved), xorInputs);
    if (Z1.flat().every((z) => Math.abs(z) > margin)) return moved;
  }
}
