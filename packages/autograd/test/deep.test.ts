import {
  add,
  concat,
  constant,
  graph,
  input,
  interpreter,
  multiply,
  program,
  renderError,
  scalar,
  sin,
  splitLike,
  square,
  state,
  sum,
  tensor,
  print,
  type Scalar,
  type Value,
} from '@adjoint/core';
import { evaluateNodes, nodesUnder } from '@adjoint/core/extend';
import { gradient, pullback, scalarGradient } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const depth = 200_000;

/** sin applied over and over, and the product of its slopes. */
function sinChain(start: number): readonly [value: number, slope: number] {
  let [value, slope] = [start, 1];
  for (let i = 0; i < depth; i++) [value, slope] = [Math.sin(value), slope * Math.cos(value)];
  return [value, slope];
}

describe('a chain of 200,000 nodes', () => {
  const [expectedValue, expectedSlope] = sinChain(0.5);

  it('builds, differentiates and runs as a graph', { timeout: 120_000 }, () => {
    const x = input('x', []);
    let y: Value<'f64', readonly []> = x;
    for (let i = 0; i < depth; i++) y = sin(y);
    const chain = program({ outputs: { y, dx: gradient(y, x) } });
    const compiled = interpreter.compileSync({ chain });
    if (E.isLeft(compiled)) throw new Error(renderError(compiled.left));
    const result = compiled.right.runSync('chain', { x: tensor(0.5) });
    if (E.isLeft(result)) throw new Error(renderError(result.left));
    const { outputs } = result.right;
    expect(outputs.y?.data[0]).toBe(expectedValue);
    expect(Math.abs((outputs.dx?.data[0] ?? NaN) / expectedSlope - 1)).toBeLessThan(1e-10);
  });

  it('builds, differentiates and runs as a scalar expression', { timeout: 120_000 }, () => {
    const x = scalar.argument('x');
    let y: Scalar = x;
    for (let i = 0; i < depth; i++) y = scalar.sin(y);
    const [dx] = scalarGradient(y, [x]);
    const forwards = scalar.derivative(y, x);
    const [value, slope, same] = scalar.evaluateScalars([y, dx, forwards ?? dx], { x: 0.5 });
    expect(value).toBe(expectedValue);
    expect(Math.abs((slope ?? NaN) / expectedSlope - 1)).toBeLessThan(1e-10);
    expect(Math.abs((same ?? NaN) / expectedSlope - 1)).toBeLessThan(1e-10);
  });
});

describe('the scalar engine', () => {
  const [a, b] = [scalar.argument('a'), scalar.argument('b')];

  it('differentiates by many inputs at once', () => {
    // The expression of micrograd's README, whose numbers are printed there.
    const s = scalar;
    let c = s.add(a, b);
    let d = s.add(s.multiply(a, b), s.power(b, 3));
    c = s.add(c, s.add(c, 1));
    c = s.add(c, s.add(s.add(1, c), s.negate(a)));
    d = s.add(d, s.add(s.multiply(d, 2), s.maximum(s.add(b, a), 0)));
    d = s.add(d, s.add(s.multiply(3, d), s.maximum(s.subtract(b, a), 0)));
    const e = s.subtract(c, d);
    const f = s.square(e);
    const g = s.add(s.divide(f, 2), s.divide(10, f));
    const [da, db] = scalarGradient(g, [a, b]);
    const [value, slopeA, slopeB] = s.evaluateScalars([g, da, db], { a: -4, b: 2 });
    expect(value?.toFixed(4)).toBe('24.7041');
    expect(slopeA?.toFixed(4)).toBe('138.8338');
    expect(slopeB?.toFixed(4)).toBe('645.5773');
  });

  it('keeps what a select did not choose out of the derivative', () => {
    const elu = (x: Scalar): Scalar => scalar.select(scalar.lessEqual(x, 0), scalar.expm1(x), x);
    const [slope] = scalarGradient(elu(a), [a]);
    const [second] = scalarGradient(slope, [a]);
    expect(scalar.evaluateScalars([slope, second], { a: 800 })).toEqual([1, 0]);
    expect(scalar.evaluateScalars([slope, second], { a: 0 })).toEqual([1, 1]);
    // Chosen twice over, and added to itself.
    const twice = scalar.add(
      elu(elu(scalar.multiply(a, 1))),
      scalar.select(scalar.less(a, 5), scalar.exp(a), a),
    );
    expect(scalar.evaluateScalar(scalarGradient(twice, [a])[0], { a: 800 })).toBe(2);
  });

  it('is 0 for what does not matter, and differentiates again', () => {
    const [da, db] = scalarGradient(scalar.tanh(a), [a, b]);
    expect(scalar.formatScalar(db)).toBe('0');
    expect(scalar.formatScalar(da)).toBe('1 - square(tanh(a))');
    const [second] = scalarGradient(da, [a]);
    expect(scalar.evaluateScalar(second, { a: 0.3 })).toBeCloseTo(
      -2 * Math.tanh(0.3) * (1 - Math.tanh(0.3) ** 2),
      15,
    );
  });
});

const evaluate = (value: Value): number[] =>
  Array.from(evaluateNodes(nodesUnder([value]), new Map()).get(value)?.data ?? []);

describe('gradient', () => {
  it('has the form of the parameters, with zeros for what is not used where that is wanted', () => {
    const parameters = state({ layer: { w: tensor([2, 3]), unused: tensor([1, 1, 1]) }, b: tensor(4) });
    const loss = add(sum(square(parameters.layer.w)), parameters.b);
    expect(() => gradient(loss, parameters)).toThrow('no path leads from layer.unused to the loss');
    const gradients = gradient(loss, parameters, { unconnected: 'zeros' });
    expect(evaluate(gradients.layer.w)).toEqual([4, 6]);
    expect(evaluate(gradients.layer.unused)).toEqual([0, 0, 0]);
    expect(evaluate(gradients.b)).toEqual([1]);
  });

  it('adds up the uses of a value', () => {
    const x = constant([2]);
    expect(evaluate(gradient(sum(multiply(multiply(x, x), x)), x))).toEqual([12]);
    expect(evaluate(gradient(sum(gradient(sum(multiply(multiply(x, x), x)), x)), x))).toEqual([12]);
  });

  it('refuses a loss that is not one number, and dtypes without gradients', () => {
    const x = input('x', [2]);
    expect(() => gradient(square(x), x)).toThrow(/the gradient of a loss of shape \[2\] is not one number/);
    const whole = input('whole', [2], 'i32');
    expect(() => gradient(sum(whole), whole)).toThrow(/the loss is i32; only f64 and f32 have gradients/);
    expect(() => gradient(sum(x), { n: whole })).toThrow(/"n" is i32/);
  });

  it('takes cotangents for some outputs of a node only', () => {
    const x = constant([1, 2, 3]);
    const [first = x, second = x] = splitLike(x, [constant([0]), constant([0, 0])], { axis: 0 });
    expect(evaluate(gradient(sum(square(second)), x))).toEqual([0, 4, 6]);
    expect(evaluate(gradient(sum(square(concat([second, first]))), x))).toEqual([2, 4, 6]);
  });

  it('is a graph that can be read', () => {
    const [x, w] = [input('x', [3]), input('w', [3])];
    const [dw] = pullback([[multiply(x, w), input('cotangent', [3])]], [w]);
    expect(print(graph({ dw: dw ?? w }))).toMatchInlineSnapshot(`
      "(cotangent: f64[3], x: f64[3], w: f64[3]) {
        %1: f64[3] = multiply(cotangent, x)
        dw: f64[3] = sumLike(%1, w)
        return dw
      }"
    `);
  });
});
