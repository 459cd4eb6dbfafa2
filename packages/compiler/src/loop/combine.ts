import { isFloat, scalar, type DType, type Scalar, type ScalarFunction } from '@adjoint/core';
import { least, lookup } from '@adjoint/core/extend';

/** The functions of two arguments by which elements are combined into one. */

interface Combination {
  /** What a reader calls the result. */
  readonly title: string;
  /** What combining with changes nothing; of floats even of the sign of zero. */
  readonly neutral: (dtype: DType) => number;
}

const greatest = (dtype: DType): number => (dtype === 'bool' ? 1 : dtype === 'i32' ? 2 ** 31 - 1 : Infinity);

const combinations: ReadonlyMap<ScalarFunction, Combination> = new Map<ScalarFunction, Combination>([
  [scalar.add, { title: 'sum', neutral: (dtype) => (isFloat(dtype) ? -0 : 0) }],
  [scalar.multiply, { title: 'prod', neutral: () => 1 }],
  [scalar.maximum, { title: 'max', neutral: (dtype) => least[dtype] }],
  [scalar.minimum, { title: 'min', neutral: greatest }],
  [scalar.and, { title: 'all', neutral: () => 1 }],
  [scalar.or, { title: 'any', neutral: () => 0 }],
]);

/**
 * What is known of a function that elements are combined by.
 * @throws RangeError where it is none
 */
export const combinationOf = (combine: ScalarFunction): Combination => lookup(combinations, combine);

/** Whether elements may be combined by a function. */
export const isCombination = (fn: ScalarFunction): boolean => combinations.has(fn);

/** A function of two arguments with the dtype in which it is applied. */
export interface Combiner {
  readonly combine: ScalarFunction;
  /** The dtype in which elements are combined; the result is rounded once, at the end. */
  readonly accumulator: DType;
}

/**
 * Whether elements may be combined in any order: sums of floats are off by no more than their roundings then, but a
 * product of floats overflows in one order and not in another, and 0 · ∞ is NaN.
 */
export const mayReorder = ({ combine, accumulator }: Combiner): boolean =>
  combine !== scalar.multiply || !isFloat(accumulator);

/** Whether products are added up in their own dtype, as in a matrix product. */
export const addsProducts = ({
  combine,
  accumulator,
  element,
}: Combiner & { readonly element: Scalar }): boolean =>
  combine === scalar.add &&
  accumulator === element.dtype &&
  element.kind === 'applied' &&
  element.fn === scalar.multiply;
