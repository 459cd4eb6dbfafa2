import { describe, expect, it } from 'vitest';
import { indexIn, largestDifference } from '../src/difference.js';

describe('the largest difference', () => {
  it('is where two lists lie apart most', () => {
    expect(largestDifference([1, -5, 3], [1, -5.5, 3.25])).toEqual({ index: 1, difference: 0.5 });
  });

  it('is shown at the largest element where they are equal', () => {
    expect(largestDifference([1, -5, 3], [1, -5, 3])).toEqual({ index: 1, difference: 0 });
  });

  it('throws where one list is shorter, instead of comparing with nothing', () => {
    expect(() => largestDifference([1, 2], [1])).toThrow('there is no element 1 among 1');
  });

  it('is found in a matrix by row and column', () => {
    expect(indexIn([2, 3], 4)).toEqual([1, 1]);
  });
});
