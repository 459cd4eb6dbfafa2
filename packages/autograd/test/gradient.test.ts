import {
  AdjointException,
  floor,
  add,
  broadcastLike,
  compositeWithPullback,
  cond,
  constant,
  greater,
  input,
  matmul,
  mean,
  multiply,
  named,
  scan,
  square,
  state,
  sum,
  all,
  tensor,
  where,
  zeros,
  type Value,
} from '@adjoint/core';
import { at, evaluateNodes, lookup, nodesUnder } from '@adjoint/core/extend';
import { gradient, pullback, pushforwardOf } from '@adjoint/autograd';
import { describe, expect, it } from 'vitest';

const evaluate = (value: Value): number[] =>
  Array.from(lookup(evaluateNodes(nodesUnder([value]), new Map()), value).data);

describe('the gradient by what the loss does not depend on', () => {
  it('is an error that names it as print does, and says what to do', () => {
    const { W, b } = state({ W: tensor([1, 2]), b: tensor(3) });
    const forgotten = (): unknown => gradient(sum(square(W)), { layer: W, bias: b });
    expect(forgotten).toThrow(AdjointException);
    expect(forgotten).toThrow(
      "gradient: no path leads from b to the loss\n  operand 0: f64  []\n  Use it in the loss or leave it out; with { unconnected: 'zeros' } its gradient is zeros.",
    );
  });

  it('names all, those without a name by their places or ops', () => {
    const [x, y] = [square(input('x', [2])), square(input('x', [2]))];
    const loss = sum(input('z', [2]));
    expect(() => gradient(loss, { u: x, v: y })).toThrow('no path leads from u, v to the loss');
    expect(() => gradient(loss, x)).toThrow('no path leads from the result of square to the loss');
  });

  it('of a copy that was renamed after its use tells that', () => {
    const W = input('W', [2, 1]);
    const loss = mean(square(matmul(input('X', [4, 2]), W)));
    expect(() => gradient(loss, named('W', W))).toThrow(
      'The loss depends on another value named W: name a value before it is used, and differentiate by the named one.',
    );
  });

  it('looks at each output of a node by itself', () => {
    const x = constant([1, 2]);
    const [first = x, second = x] = scan(([one = x, two = x]) => ({ carries: [one, two] }), {
      init: [x, square(x)],
      length: 1,
    });
    expect(evaluate(gradient(sum(first), first))).toEqual([1, 1]);
    expect(() => gradient(sum(first), second)).toThrow('no path leads from the result of scan to the loss');
  });

  it('is zeros where that is wanted', () => {
    const gradients = gradient(constant(1), { b: zeroed(2) }, { unconnected: 'zeros' });
    expect(evaluate(gradients.b)).toEqual([0, 0]);
  });
});

const zeroed = (size: number): Value<'f64'> => constant(zeros([size]));

describe('a derivative that vanishes on a path is zeros', () => {
  const x = constant([1, -2]);
  const zero = constant(0);
  it.each<[string, () => Value]>([
    ['a comparison', () => sum(where(greater(x, 0), constant([3, 4]), 5))],
    ['a step', () => sum(floor(x))],
    ['a shape', () => sum(broadcastLike(constant(1), x))],
    [
      'a predicate',
      () =>
        at(
          cond(
            all(greater(x, 0)),
            ([a = zero]) => [a],
            ([a = zero]) => [a],
            [zero],
          ),
          0,
        ),
    ],
    [
      'an operand that a body leaves aside',
      () =>
        sum(
          at(
            scan(([carry = zero]) => ({ carries: [carry] }), { init: [zero], constants: [x], length: 2 }),
            0,
          ),
        ),
    ],
  ])('through %s', (_, loss) => {
    expect(evaluate(gradient(loss(), x))).toEqual([0, 0]);
  });

  it.each<[string, (value: Value) => Value]>([
    ['as it is', (value) => value],
    ['under a name', (value) => named('dw', value)],
  ])('in the gradient of a gradient that lost the path, %s', (_, label) => {
    const [w, c] = [constant([1, 2]), constant([3, 4])];
    const dw = label(gradient(sum(multiply(w, c)), w));
    expect(evaluate(gradient(sum(dw), w))).toEqual([0, 0]);
    expect(evaluate(gradient(sum(gradient(sum(dw), w)), w))).toEqual([0, 0]);
    expect(evaluate(gradient(sum(gradient(sum(dw), w)), c))).toEqual([0, 0]);
    // What the loss did not depend on, its gradient does not either.
    expect(() => gradient(sum(dw), constant([5, 6]))).toThrow('no path leads');
  });

  it('in the gradient of one number by another, which is a value of the loss', () => {
    const [w, c] = [constant(2), constant(3)];
    const dw = gradient(multiply(w, c), w);
    expect(dw).toBe(c);
    expect(evaluate(gradient(dw, w))).toEqual([0]);
  });

  it('in a derivative that a pullback or a pushforward gave', () => {
    const w = constant([1, 2]);
    const out = add(w, w);
    const [pulled = w] = pullback([[out, constant([1, 1])]], [w]);
    expect(evaluate(gradient(sum(pulled), w))).toEqual([0, 0]);
    const [pushed = w] = pushforwardOf(out.node, [constant([1, 1]), undefined]);
    expect(evaluate(gradient(sum(pushed), w))).toEqual([0, 0]);
  });
});

describe('pullback', () => {
  it('refuses a cotangent that is not of the type of its output', () => {
    const x = input('x', [2, 3]);
    const message = 'pullback: the cotangent of f64[2, 3] is f64[3, 2]';
    expect(() => pullback([[square(x), input('c', [3, 2])]], [x])).toThrow(message);
  });

  it('of a composite, a scan and a cond names the op whose pullback is wrong', () => {
    const odd = compositeWithPullback(
      'odd',
      (x) => square(x),
      () => [],
    );
    const x = input('x', [2]);
    const problem = 'odd: its pullback gives 0 cotangents for 1 operands';
    expect(() => gradient(sum(odd(x)), x)).toThrow(problem);
    const scanned = scan(([carry = x]) => ({ carries: [odd(carry)] }), { init: [x], length: 2 });
    expect(() => gradient(sum(at(scanned, 0)), x)).toThrow(problem);
    const chosen = cond(
      all(greater(x, 0)),
      ([a = x]) => [odd(a)],
      ([a = x]) => [a],
      [x],
    );
    expect(() => gradient(sum(at(chosen, 0)), x)).toThrow(problem);
  });
});
