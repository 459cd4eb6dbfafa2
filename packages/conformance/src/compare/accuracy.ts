import { isFloat, type DType } from '@adjoint/core';

/**
 * By how much a scalar function of a backend may differ from the interpreter's, whose result is given. A backend
 * without one for a function claims the same bits.
 */
export type Accuracy = (result: number, dtype: DType, operands: readonly number[]) => number;

/** Accuracies by the name of the scalar function. */
export type Accuracies = Readonly<Partial<Record<string, Accuracy>>>;

const units: Readonly<Record<DType, number>> = { f64: 2 ** -53, f32: 2 ** -24, i32: 0, bool: 0 };
const leasts: Readonly<Record<DType, number>> = { f64: 2 ** -1074, f32: 2 ** -149, i32: 0, bool: 0 };
const digits = { f64: 52, f32: 23 } as const;

/** The largest relative error of one rounding; 0 for what is not rounded. */
export const unit = (dtype: DType): number => units[dtype];

/** The least number above 0, which is the largest error of rounding to a subnormal number; 0 for integers. */
export const least = (dtype: DType): number => leasts[dtype];

/** The distance between a float and the one above it; NaN for infinities and NaN, 0 where numbers are exact. */
export function ulp(x: number, dtype: DType): number {
  if (!isFloat(dtype)) return 0;
  if (!Number.isFinite(x)) return NaN;
  return Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - digits[dtype]), leasts[dtype]);
}

/** So many units in the last place of the result. */
export const ulps =
  (count: number): Accuracy =>
  (result, dtype) =>
    Number.isFinite(result) ? count * ulp(result, dtype) : 0;

/**
 * So many errors of one rounding each, relative to the result: half as many ulps where the result is just above a power
 * of two, and as many just below one.
 */
export const roundingErrors =
  (count: number): Accuracy =>
  (result, dtype) =>
    Number.isFinite(result) ? count * unit(dtype) * Math.abs(result) + 2 * least(dtype) : 0;

const notRoundedExactly = [
  ...['power', 'hypot', 'exp', 'expm1', 'log', 'log1p', 'log2', 'erf', 'erfc'],
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2'],
  ...['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
  ...['sigmoid', 'softplus', 'logSigmoid'],
];

/**
 * The functions of the standard table that no arithmetic rounds exactly, each with so many units in the last place
 * between the two sides: either may be off itself.
 */
export const approximately = (count: number): Accuracies => ({
  ...Object.fromEntries(notRoundedExactly.map((name) => [name, ulps(count)])),
  // log(eˣ + eʸ) is the larger operand and what is added to it, which may cancel.
  logAddExp: (result, dtype, operands) =>
    Number.isFinite(result) ? count * ulp(Math.max(Math.abs(result), ...operands.map(Math.abs)), dtype) : 0,
});
