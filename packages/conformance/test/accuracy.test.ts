import { approximately, roundingErrors, ulp, ulps } from '@adjoint/conformance';
import { scalar } from '@adjoint/core';
import { describe, expect, it } from 'vitest';

describe('a unit in the last place', () => {
  it.each([
    [1, 'f64', 2 ** -52],
    [-1.5, 'f64', 2 ** -52],
    [1, 'f32', 2 ** -23],
    [2 ** -1074, 'f64', 2 ** -1074],
    [0, 'f64', 2 ** -1074],
    [2 ** -149, 'f32', 2 ** -149],
    [5, 'i32', 0],
  ] as const)('of %d as %s is %d', (x, dtype, expected) => {
    expect(ulp(x, dtype)).toBe(expected);
  });

  it('is none beyond the numbers', () => {
    expect(ulp(Infinity, 'f64')).toBeNaN();
  });
});

describe('an accuracy', () => {
  it('is in units in the last place, or relative', () => {
    expect(ulps(3)(1.75, 'f64', [])).toBe(3 * 2 ** -52);
    expect(roundingErrors(3)(1.75, 'f64', [])).toBe(3 * 2 ** -53 * 1.75 + 2 * 2 ** -1074);
  });

  it('allows nothing where there is no finite number', () => {
    for (const x of [NaN, Infinity, -Infinity]) {
      expect(ulps(2)(x, 'f64', [x])).toBe(0);
      expect(roundingErrors(2)(x, 'f32', [x])).toBe(0);
    }
  });

  it('is of functions that there are', () => {
    const names = scalar.scalarFunctions.map(({ name }) => name);
    expect(Object.keys(approximately(1)).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('of a logarithm of a sum is that of its larger part', () => {
    expect(approximately(1).logAddExp?.(0.1, 'f64', [-7, -0.5])).toBe(ulp(7, 'f64'));
  });
});
