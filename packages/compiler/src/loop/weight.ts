import { scalar, type Scalar, type ScalarFunction } from '@adjoint/core';

/**
 * About how many instructions a scalar function takes. It decides how far loops are unrolled and in how many
 * accumulators a sum is kept, so it is the same for every target: the order of a sum depends on it.
 */
const weights: ReadonlyMap<ScalarFunction, number> = new Map<ScalarFunction, number>([
  [scalar.remainder, 16],
  [scalar.sign, 7],
  [scalar.exp, 25],
  [scalar.expm1, 45],
  [scalar.sigmoid, 30],
  [scalar.tanh, 30],
  [scalar.log, 45],
  [scalar.log1p, 55],
  [scalar.log2, 45],
  [scalar.power, 220],
  [scalar.hypot, 16],
  [scalar.sin, 60],
  [scalar.cos, 60],
  [scalar.tan, 65],
  [scalar.asin, 60],
  [scalar.acos, 65],
  [scalar.atan, 60],
  [scalar.atan2, 75],
  [scalar.sinh, 90],
  [scalar.cosh, 110],
  [scalar.asinh, 130],
  [scalar.acosh, 130],
  [scalar.atanh, 70],
  [scalar.erf, 180],
  [scalar.erfc, 190],
  [scalar.softplus, 90],
  [scalar.logSigmoid, 90],
  [scalar.logAddExp, 95],
]);

/** About how many instructions the parts of expressions take, loads and constants included. */
export const weightOf = (parts: readonly Scalar[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'applied' ? (weights.get(part.fn) ?? 1) : 1), 0);
