import {
  add,
  at,
  constant,
  evaluateNodes,
  input,
  leaves,
  lookup,
  multiply,
  nodesUnder,
  sum,
  fromData,
  type RandomStream,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { numpyLegacy } from '@adjoint/random';
import { gradient } from './gradient.js';

/** A function of values, of any shapes, to one value. */
export type Differentiable = (...inputs: readonly Value[]) => Value;

export interface CheckOptions {
  /** Whose derivative is compared: the function's (1), or that of its derivative along a random direction (2), …. */
  readonly order?: number;
  /** How many random directions. */
  readonly directions?: number;
  /** The length of a step along a direction whose elements are of size 1. */
  readonly step?: number;
  /** The largest relative difference that passes. */
  readonly tolerance?: number;
  readonly stream?: RandomStream;
}

/** The derivative along one direction, derived and measured. */
export interface DirectionCheck {
  readonly derived: number;
  readonly measured: number;
  /** |derived − measured| relative to the larger, or to 1 where both are small. */
  readonly error: number;
  /** Whether the function has a kink within the step, so that there is no one slope to compare with. */
  readonly kink: boolean;
}

export interface GradientCheck {
  readonly directions: readonly DirectionCheck[];
  /** The largest error away from kinks. */
  readonly largestError: number;
  /** Whether every direction away from kinks is within the tolerance, and there is one. */
  readonly passed: boolean;
}

/** The sum of products with a fixed tensor: a function to one number whose slope shows in every element. */
const project = (value: Value, weights: Tensor): Value => sum(multiply(value, constant(weights)));

/** A function to one number of the given order: the derivative along a direction, of the one before. */
function scalarized(
  f: Differentiable,
  points: readonly Tensor[],
  order: number,
  stream: RandomStream,
): Differentiable {
  if (order <= 1) {
    const { shape } = f(...points.map((point) => constant(point)));
    const weights = stream.normal(shape);
    return (...inputs) => project(f(...inputs), weights);
  }
  const lower = scalarized(f, points, order - 1, stream);
  const direction = points.map(({ shape }) => stream.normal(shape));
  return (...inputs) => {
    const gradients = gradientsBy(inputs, lower(...inputs));
    const terms = gradients.map((g, index) => project(g, at(direction, index)));
    return terms.reduce((total, term) => add(total, term));
  };
}

/** The gradients of a value by several others, in their order. */
const gradientsBy = (values: readonly Value[], of: Value): readonly Value[] =>
  leaves(gradient(of, Object.fromEntries(values.entries()))).map(([, each]) => each);

const shifted = (points: readonly Tensor[], direction: readonly Tensor[], by: number): readonly Tensor[] =>
  points.map(({ shape, data }, index) => {
    const slopes = at(direction, index).data;
    return fromData(
      'f64',
      shape,
      Float64Array.from(data, (x, i) => x + by * at(slopes, i)),
    );
  });

/**
 * Compares gradients with central differences, in f64, along random directions.
 * A direction along which the function has a kink within the step is told apart by the function's values alone: its
 * slopes on the two sides stay different when the step shrinks. A wrong gradient is no kink.
 * @param points one f64 tensor for each input of `f`
 * @example checkGradients((x) => tanh(x), [tensor([-1, 0, 2])]).passed // true
 */
export function checkGradients(
  f: Differentiable,
  points: readonly Tensor[],
  { order = 1, directions = 3, step = 1e-5, tolerance = 1e-6, stream = numpyLegacy(0) }: CheckOptions = {},
): GradientCheck {
  const inputs = points.map(({ shape, dtype }, index) => input(`x${index}`, shape, dtype));
  const value = scalarized(f, points, order, stream)(...inputs);
  const gradients = gradientsBy(inputs, value);
  const nodes = nodesUnder([value, ...gradients]);
  const run = (place: readonly Tensor[]): ReadonlyMap<Value, Tensor> =>
    evaluateNodes(nodes, new Map(inputs.map((each, index) => [each, at(place, index)])));
  const numberOf = (results: ReadonlyMap<Value, Tensor>): number => at(lookup(results, value).data, 0);
  const valueAt = (place: readonly Tensor[]): number => numberOf(run(place));
  const here = run(points);
  const f0 = numberOf(here);

  const checks = Array.from({ length: directions }, (): DirectionCheck => {
    const direction = points.map(({ shape }) => stream.normal(shape));
    const slopes = (h: number): readonly [left: number, right: number] => [
      (f0 - valueAt(shifted(points, direction, -h))) / h,
      (valueAt(shifted(points, direction, h)) - f0) / h,
    ];
    const [left, right] = slopes(step);
    const [innerLeft, innerRight] = slopes(step / 4);
    const measured = (left + right) / 2;
    const derived = gradients.reduce(
      (total, each, index) => total + dot(lookup(here, each), at(direction, index)),
      0,
    );
    const size = Math.max(Math.abs(derived), Math.abs(measured), 1);
    const jump = Math.abs(right - left);
    // Between smooth sides the jump shrinks with the step; at a kink it stays.
    const kink = jump > 1e-3 * size && Math.abs(innerRight - innerLeft) > jump / 2;
    return { derived, measured, error: Math.abs(derived - measured) / size, kink };
  });
  const smooth = checks.filter(({ kink }) => !kink);
  const largestError = Math.max(0, ...smooth.map(({ error }) => error));
  const passed = smooth.length > 0 && smooth.every(({ error }) => error <= tolerance);
  return { directions: checks, largestError, passed };
}

function dot({ data: x }: Tensor, { data: y }: Tensor): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += at(x, i) * at(y, i);
  return total;
}
