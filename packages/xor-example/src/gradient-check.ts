import { fromData, type RandomStream, type Tensor } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { indexIn, largestDifference } from './difference.js';
import { evaluateAt } from './evaluate.js';
import type { GradientGraph } from './gradient-graph.js';
import { parameterNames, type InitialParameters, type XorModel } from './model.js';

/** A parameter's gradient beside central differences. */
export interface GradientRow {
  readonly parameter: keyof InitialParameters;
  /** How many elements were compared, and how many there are. */
  readonly compared: number;
  readonly elements: number;
  readonly at: readonly number[];
  readonly derived: number;
  readonly measured: number;
  readonly largestDifference: number;
}

/** How far every Z1 is kept from the kink of relu. */
export const margin = 1e-3;

const differenceStep = 1e-6;

/** Of a parameter with more elements, so many are compared: each asks for two runs of the whole network. */
const mostElements = 100;

/** The indices of the elements that are compared, evenly spread, the first and the last among them. */
export function sampledIndices(size: number): readonly number[] {
  if (size <= mostElements) return Array.from({ length: size }, (_, index) => index);
  return Array.from({ length: mostElements }, (_, index) =>
    Math.round((index * (size - 1)) / (mostElements - 1)),
  );
}

/** How many elements are compared of all parameters together. */
export const comparedElements = (parameters: InitialParameters): number =>
  parameterNames.reduce((sum, name) => sum + sampledIndices(parameters[name].data.length).length, 0);

/**
 * Each gradient beside (L(θ + h) − L(θ − h))/2h, element by element, in f64.
 * @param onElement is called and waited for after each element
 */
export async function gradientRows(
  model: XorModel,
  { loss, quantities: { dW1, db1, dW2, db2 } }: GradientGraph,
  parameters: InitialParameters,
  onElement: () => Promise<void>,
): Promise<readonly GradientRow[]> {
  const gradients = { W1: dW1, b1: db1, W2: dW2, b2: db2 };
  const evaluated = evaluateAt(model, Object.values(gradients), parameters);
  const lossAt = (name: keyof InitialParameters, index: number, by: number): number => {
    const { shape, data } = parameters[name];
    const moved = Float64Array.from(data);
    moved[index] = at(moved, index) + by;
    const elsewhere = { ...parameters, [name]: fromData('f64', shape, moved) };
    return at(evaluateAt(model, [loss], elsewhere)(loss).data, 0);
  };
  const rows: GradientRow[] = [];
  for (const parameter of parameterNames) {
    const { data } = evaluated(gradients[parameter]);
    const indices = sampledIndices(data.length);
    const derived = indices.map((index) => at(data, index));
    const measured: number[] = [];
    for (const index of indices) {
      const [above, below] = [differenceStep, -differenceStep].map((by) => lossAt(parameter, index, by));
      measured.push(((above ?? NaN) - (below ?? NaN)) / (2 * differenceStep));
      await onElement();
    }
    const { index, difference } = largestDifference(derived, measured);
    rows.push({
      parameter,
      compared: indices.length,
      elements: data.length,
      at: indexIn(parameters[parameter].shape, at(indices, index)),
      derived: at(derived, index),
      measured: at(measured, index),
      largestDifference: difference,
    });
  }
  return rows;
}

/** The units of the hidden layer that have a Z1 near the kink. */
function unitsNearKink(model: XorModel, parameters: InitialParameters): ReadonlySet<number> {
  const { shape, data } = evaluateAt(model, [model.Z1], parameters)(model.Z1);
  const units = at(shape, 1);
  const near = new Set<number>();
  data.forEach((z, index) => {
    if (!(Math.abs(z) > margin)) near.add(index % units);
  });
  return near;
}

/** Parameters moved by seeded noise, that of a unit again and again until none of its Z1 is near the kink. */
export function nudge(
  model: XorModel,
  parameters: InitialParameters,
  stream: RandomStream,
): InitialParameters {
  const noisy = ({ shape, data }: Tensor, moves: (index: number) => boolean): Tensor => {
    const noise = stream.normal(shape, 0, 0.1).data;
    const moved = Float64Array.from(data, (x, index) => (moves(index) ? x + at(noise, index) : x));
    return fromData('f64', shape, moved);
  };
  const { W1, b1, W2, b2 } = parameters;
  const all = (): boolean => true;
  let moved = { W1: noisy(W1, all), b1: noisy(b1, all), W2: noisy(W2, all), b2: noisy(b2, all) };
  const units = at(b1.shape, 1);
  for (let near = unitsNearKink(model, moved); near.size > 0; near = unitsNearKink(model, moved)) {
    const again = (index: number): boolean => near.has(index % units);
    moved = { ...moved, W1: noisy(moved.W1, again), b1: noisy(moved.b1, again) };
  }
  return moved;
}
