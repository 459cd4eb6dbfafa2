import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, median } from '../src/statistics.js';

describe('median', () => {
  it.each<readonly [readonly number[], number]>([
    [[7], 7],
    [[10, 9, 100], 10],
    [[4, 1, 30, 2], 3],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });

  it('does not depend on the order, and has as many values below as above', () => {
    const lists = fc.array(fc.integer(), { minLength: 1 });
    const sample = lists.chain((values) =>
      fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })),
    );
    fc.assert(
      fc.property(sample, ([values, shuffled]) => {
        const middle = median(values);
        expect(median(shuffled)).toBe(middle);
        const half = values.length / 2;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(half);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(half);
      }),
    );
  });
});

describe('growth', () => {
  const sizes = [1, 10, 100, 1000];
  it.each([0, 1, 2])('is the exponent of a power: %d', (exponent) => {
    expect(growth(sizes.map((size) => [size, 0.003 * size ** exponent] as const))).toBeCloseTo(exponent, 12);
  });

  it('lies between where the points do not lie on one power', () => {
    const found = growth(sizes.map((size) => [size, size + size ** 2] as const));
    expect(found).toBeGreaterThan(1.5);
    expect(found).toBeLessThan(2);
  });
});
