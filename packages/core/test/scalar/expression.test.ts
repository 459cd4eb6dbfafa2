import { scalar } from '@adjoint/core';
import { describe, expect, it } from 'vitest';

const x = scalar.argument('x');
const single = scalar.argument('x', 'f32');
const whole = scalar.argument('n', 'i32');
const truth = scalar.argument('b', 'bool');

describe('expressions', () => {
  it('are the same object where they are equal', () => {
    expect(scalar.add(scalar.tanh(x), 1)).toBe(scalar.add(scalar.tanh(x), 1));
    expect(scalar.argument('x')).toBe(x);
    expect(scalar.argument('x', 'f32')).not.toBe(x);
    expect(scalar.constant(0)).not.toBe(scalar.constant(-0));
    expect(scalar.constant(NaN)).toBe(scalar.constant(NaN));
    expect(Object.isFrozen(scalar.tanh(x))).toBe(true);
  });

  it('share what is written twice', () => {
    const t = scalar.tanh(x);
    expect(scalar.subexpressions([scalar.multiply(t, scalar.add(t, x))])).toHaveLength(4);
  });

  it('substitute', () => {
    const y = scalar.argument('y');
    const replaced = scalar.substitute(scalar.add(scalar.tanh(x), x), new Map([[scalar.tanh(x), y]]));
    expect(scalar.formatScalar(replaced)).toBe('y + x');
  });
});

describe('dtypes', () => {
  it('are one among the operands, and literals take it', () => {
    expect(scalar.add(single, 0.1).dtype).toBe('f32');
    expect(scalar.less(whole, 3).dtype).toBe('bool');
    expect(scalar.select(truth, single, 0).dtype).toBe('f32');
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'mixed',
      () => scalar.add(x, single),
      /add takes operands of one dtype, given f64, f32; convert with astype/,
    ],
    ['a fraction for an integer', () => scalar.add(whole, 0.5), /i32 cannot hold the number 0\.5/],
    ['a number too large for f32', () => scalar.add(single, 1e300), /f32 cannot hold the number 1e\+300/],
    ['a transcendental of an integer', () => scalar.exp(whole), /exp takes f64 or f32, given i32/],
    ['arithmetic of truth', () => scalar.add(truth, truth), /add takes numbers, given bool/],
    [
      'a condition that is a number',
      () => scalar.select(x, x, x),
      /select takes a bool condition, given f64/,
    ],
    ['logic of numbers', () => scalar.and(x, x), /and takes bool, given f64/],
  ])('are refused: %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  it('round every result', () => {
    const third = scalar.divide(single, 3);
    expect(scalar.evaluateScalar(third, { x: 1 })).toBe(Math.fround(1 / 3));
    expect(scalar.evaluateScalar(scalar.multiply(third, third), { x: 1 })).toBe(
      Math.fround(Math.fround(1 / 3) ** 2),
    );
    const large = scalar.multiply(whole, whole);
    expect(scalar.evaluateScalar(large, { n: 123456789 })).toBe(Math.imul(123456789, 123456789));
    expect(scalar.evaluateScalar(scalar.add(whole, 1), { n: 2 ** 31 - 1 })).toBe(-(2 ** 31));
    expect(scalar.evaluateScalar(scalar.convertTo.i32(x), { x: -2.7 })).toBe(-2);
    expect(scalar.evaluateScalar(scalar.convertTo.bool(x), { x: 0.5 })).toBe(1);
  });

  it('convert tangents with their values', () => {
    const slope = scalar.derivative(scalar.convertTo.f32(scalar.square(x)), x);
    expect(slope?.dtype).toBe('f32');
    expect(scalar.evaluateScalar(slope ?? x, { x: 0.1 })).toBe(Math.fround(0.2));
    expect(scalar.derivative(scalar.convertTo.f64(scalar.convertTo.i32(x)), x)).toBeUndefined();
  });

  it('name a value that is missing', () => {
    expect(() => scalar.evaluateScalar(x, {})).toThrow(/the argument "x" has no value/);
  });
});
