import { type Shape } from '@adjoint/core';
import { at } from '@adjoint/core/extend';

interface LargestDifference {
  /** Where it is; where the two are equal, where the first is largest. */
  readonly index: number;
  readonly difference: number;
}

/** How far two numbers lie apart; what is no number lies infinitely far from one. */
function distance(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const between = Math.abs(a - b);
  return Number.isNaN(between) ? Infinity : between;
}

/** How far two lists of one length lie apart at most. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): LargestDifference {
  let [index, difference] = [0, 0];
  let largest = 0;
  for (let each = 0; each < a.length; each++) {
    if (Math.abs(at(a, each)) > Math.abs(at(a, largest))) largest = each;
    const between = distance(at(a, each), at(b, each));
    if (between > difference) [index, difference] = [each, between];
  }
  return { index: difference > 0 ? index : largest, difference };
}

/** The row and the column of an element of a matrix. */
export const indexIn = (shape: Shape, flat: number): readonly number[] => {
  const columns = at(shape, 1);
  return [Math.floor(flat / columns), flat % columns];
};
