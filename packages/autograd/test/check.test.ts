import {
  abs,
  compositeWithPullback,
  constant,
  elementwise,
  exp,
  matmul,
  multiply,
  relu,
  scalar,
  sin,
  square,
  sum,
  take,
  tanh,
  tensor,
  type Value,
} from '@adjoint/core';
import { checkGradients, renderCheck } from '@adjoint/autograd';
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

  it('names the worst element, the two numbers and their ratio', () => {
    // The second row's derivative is twice what it should be.
    const wrong = compositeWithPullback(
      'wrong',
      (x) => square(x),
      ({ inputs, cotangent }) =>
        inputs.map((x) =>
          multiply(
            multiply(cotangent, x),
            constant([
              [2, 2, 2],
              [2, 2, 4],
            ]),
          ),
        ),
    );
    const check = checkGradients(
      (_, x) => sum(wrong(x)),
      [
        tensor(1),
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
    );
    expect(check).toMatchObject({ passed: false, worst: { input: 1, type: 'f64[2, 3]', element: [1, 2] } });
    expect(check.worst?.ratio).toBeCloseTo(2, 6);
    expect(renderCheck(check)).toMatch(
      /^failed: worst by element \[1, 2\] of input 1, f64\[2, 3\]: derived -?[\d.]+, measured -?[\d.]+, ratio 2$/,
    );
  });

  it('says in a line that it passed, or that there are kinks alone', () => {
    expect(renderCheck(checkGradients((x) => sin(x), [tensor([1])]))).toMatch(
      /^passed: the largest relative error is \d\.\de-\d+$/,
    );
    expect(renderCheck(checkGradients((x) => abs(x), [tensor([0])]))).toContain('failed: there is a kink');
  });

  it.each([1, 2])('takes f32, order %s, beside f64 and indices', (order) => {
    const [x, w] = [
      tensor([[0.5, -1, 2]], 'f32'),
      tensor(
        [
          [0.1, 2],
          [-1, 0.3],
          [0.7, -0.2],
        ],
        'f32',
      ),
    ];
    expect(checkGradients((a, b) => tanh(matmul(a, b)), [x, w], { order })).toMatchObject({ passed: true });
    expect(
      checkGradients((a, n) => sin(take(a, n as Value<'i32'>, 1)), [x, tensor([2, 0], 'i32')], { order }),
    ).toMatchObject({ passed: true });
  });

  it('fails a wrong gradient in f32', () => {
    const wrong = compositeWithPullback(
      'wrong',
      (x) => exp(x),
      ({ inputs, cotangent }) => inputs.map((x) => multiply(1.1, multiply(cotangent, exp(x)))),
    );
    const check = checkGradients((x) => wrong(x), [tensor([0.5, 1], 'f32')]);
    expect(check).toMatchObject({ passed: false, worst: { type: 'f32[2]' } });
    expect(check.worst?.ratio).toBeCloseTo(1.1, 2);
  });

  it.each(['f64', 'f32'] as const)('checks a scalar function, lifted, in %s', (dtype) => {
    const right = elementwise('softsign', (x) => scalar.divide(x, scalar.add(1, scalar.abs(x))));
    expect(checkGradients((x) => right(x), [tensor([0.5, -2], dtype)])).toMatchObject({ passed: true });
    const halved = scalar.unary('halved', { evaluate: (x) => x * x, partial: (x) => x });
    const check = checkGradients((x) => elementwise('halved', halved)(x), [tensor([0.5, -2], dtype)]);
    expect(check.passed).toBe(false);
    expect(check.worst?.ratio).toBeCloseTo(0.5, 2);
  });

  it('compares with zeros what the function does not depend on', () => {
    expect(checkGradients((x) => sin(x), [tensor([1]), tensor([2])])).toMatchObject({ passed: true });
  });
});
