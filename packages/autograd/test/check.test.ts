import { abs, compositeWithPullback, exp, multiply, relu, sin, tanh, tensor } from '@adjoint/core';
import { checkGradients } from '@adjoint/autograd';
import { describe, expect, it } from 'vitest';

describe('checkGradients', () => {
  it.each([1, 2, 3])('passes right gradients of order %s', (order) => {
    const check = checkGradients(
      (x, y) => multiply(sin(x), tanh(y)),
      [tensor([[0.3, -1]]), tensor([[2], [-0.4]])],
      { order },
    );
    expect(check).toMatchObject({ passed: true });
    expect(check.directions).toHaveLength(3);
    expect(check.largestError).toBeLessThan(1e-7);
  });

  it('fails a gradient that is off by one part in a thousand', () => {
    const wrong = compositeWithPullback(
      'wrong',
      (x) => exp(x),
      ({ inputs: [x], cotangent }) => (x === undefined ? [] : [multiply(1.001, multiply(cotangent, exp(x)))]),
    );
    const check = checkGradients((x) => wrong(x), [tensor([0.5, 1])]);
    expect(check.passed).toBe(false);
    expect(check.largestError).toBeGreaterThan(1e-4);
    expect(check.directions.some(({ kink }) => kink)).toBe(false);
  });

  it('tells a kink apart, and does not pass on kinks alone', () => {
    expect(checkGradients((x) => abs(x), [tensor([0])])).toMatchObject({
      passed: false,
      directions: [{ kink: true }, { kink: true }, { kink: true }],
    });
    expect(checkGradients((x) => relu(x), [tensor([1, -1])])).toMatchObject({ passed: true });
  });

  it('gives the same report for the same stream', () => {
    const report = (): unknown => checkGradients((x) => sin(x), [tensor([1, 2, 3])]);
    expect(report()).toEqual(report());
  });
});
