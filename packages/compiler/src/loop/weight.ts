import type { Scalar } from '@adjoint/core';

/**
 * About how many instructions a scalar function takes, by its name. It decides how far loops are unrolled and in how many
 * accumulators a sum is kept, so it is the same for every target: the order of a sum depends on it.
 */
const weights: ReadonlyMap<string, number> = new Map([
  ['remainder', 16],
  ['sign', 7],
  ['exp', 25],
  ['expm1', 45],
  ['sigmoid', 30],
  ['tanh', 30],
  ['log', 45],
  ['log1p', 55],
  ['log2', 45],
  ['power', 220],
  ['hypot', 16],
  ['sin', 60],
  ['cos', 60],
  ['tan', 65],
  ['asin', 60],
  ['acos', 65],
  ['atan', 60],
  ['atan2', 75],
  ['sinh', 90],
  ['cosh', 110],
  ['asinh', 130],
  ['acosh', 130],
  ['atanh', 70],
  ['erf', 180],
  ['erfc', 190],
  ['softplus', 90],
  ['logSigmoid', 90],
  ['logAddExp', 95],
]);

/** About how many instructions the parts of expressions take, loads and constants included. */
export const weightOf = (parts: readonly Scalar[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'applied' ? (weights.get(part.fn.name) ?? 1) : 1), 0);
