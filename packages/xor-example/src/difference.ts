import { type Shape } from '@adjoint/core';
import { at } from '@adjoint/core/extend';

interface LargestDifference {
  /** Where it is; where the two are equal, where the first is largest. */
  readonly index: number;
  readonly difference: number;
}

/** How far two lists of one length lie apart at most. */
export function largestDifference(a: readonly number[], b: readonly number[]): LargestDifference {
  const difference = (index: number): number => Math.abs(at(a, index) - at(b, index));
  const indices = a.map((_, index) => index);
  const largest = Math.max(0, ...indices.map(difference));
  const key = largest > 0 ? difference : (index: number): number => Math.abs(at(a, index));
  const index = indices.reduce((best, each) => (key(each) > key(best) ? each : best), 0);
  return { index, difference: largest };
}

/** The row and the column of an element of a matrix. */
export const indexIn = (shape: Shape, flat: number): readonly number[] => {
  const columns = at(shape, 1);
  return [Math.floor(flat / columns), flat % columns];
};
