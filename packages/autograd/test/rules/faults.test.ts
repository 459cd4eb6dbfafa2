import { AdjointException, elementwise, input, multiply, scalar, sum, take, type Value } from '@adjoint/core';
import { build1, opaque, reduction, type Cotangents } from '@adjoint/core/extend';
import { gradient, pushforwardOf, scalarGradient } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** What a pullback gives wrongly is an error that names its op, before anything is computed. */

const x = input('x', [2]);

/** The gradient of an op whose pullback gives this. */
function pulled(pullback: (cotangent: Value) => unknown): () => Value {
  const odd = opaque(
    { name: 'odd', arity: 1 },
    {
      types: ([operand]) => E.right([operand]),
      kernel: ({ inputs: [operand], out }) => {
        out.data.set(operand.data);
      },
      // What plain JavaScript may give.
      pullback: ({ cotangent }) => pullback(cotangent) as Cotangents,
    },
    (operand: Value): Value => build1(odd, [operand], {}),
  );
  return () => gradient(sum(odd(x)), x);
}

describe('a pullback', () => {
  it.each<[string, (cotangent: Value) => unknown, string]>([
    ['a value', (cotangent) => cotangent, 'odd: its pullback does not give a list of cotangents'],
    [
      'too many',
      (cotangent) => [cotangent, cotangent],
      'odd: its pullback gives 2 cotangents for 1 operands',
    ],
    ['nothing', () => [], 'odd: its pullback gives 0 cotangents for 1 operands'],
    ['a number', () => [1], 'odd: the cotangent of operand 0 is not a value'],
    ['another shape', (cotangent) => [sum(cotangent)], 'odd: the cotangent of operand 0 is f64[]'],
  ])('that gives %s is refused', (_what, pullback, problem) => {
    expect(pulled(pullback)).toThrow(AdjointException);
    expect(pulled(pullback)).toThrow(problem);
  });

  it('that gives fewer than there are operands to differentiate is refused, and one for an integer', () => {
    const scaled = (
      pullback: (cotangent: Value, x: Value, y: Value, n: Value) => Cotangents,
    ): (() => unknown) => {
      const odd = opaque(
        { name: 'odd', arity: 3 },
        {
          types: ([operand]) => E.right([operand]),
          kernel: ({ inputs: [operand], out }) => {
            out.data.set(operand.data);
          },
          pullback: ({ cotangent, inputs: [first, second, third] }) =>
            pullback(cotangent, first, second, third),
        },
        (...operands: readonly Value[]): Value => build1(odd, operands, {}),
      );
      const n = input('n', [2], 'i32');
      return () => gradient(sum(odd(x, input('y', [2]), n)), x);
    };
    expect(scaled((c) => [c])).toThrow('odd: its pullback gives 1 cotangents for 3 operands');
    expect(scaled((c, _x, _y, n) => [c, c, n])).toThrow(
      'odd: operand 2 has a cotangent, though it is not differentiated',
    );
    expect(scaled((c, _x, y) => [c, multiply(c, y)])).not.toThrow();
    expect(scaled((c) => [c, undefined, undefined])).not.toThrow();
  });

  it('that gives a cotangent of the type of each operand is not', () => {
    expect(pulled((cotangent) => [cotangent])().shape).toEqual([2]);
  });
});

describe('the partial derivatives of a scalar function', () => {
  const odd = (partials: unknown): scalar.UnaryScalar =>
    scalar.defineScalarFunction({
      name: 'odd',
      arity: 1,
      signature: 'float',
      evaluate: (a) => a,
      // What plain JavaScript may give.
      partials: () => partials as readonly [scalar.Scalar],
      notation: { precedence: 6, latex: () => 'odd' },
    });
  it.each<[string, unknown, string]>([
    ['none', [], 'it gives 0 for 1 operands'],
    ['too many', [undefined, undefined], 'it gives 2 for 1 operands'],
    ['no list', undefined, 'it does not give a list of partial derivatives'],
    ['a number', [2], 'the partial derivative by operand 0 is not a scalar expression'],
    ['a function', [scalar.exp], 'the partial derivative by operand 0 is not a scalar expression'],
    ['another dtype', [scalar.constant(2, 'f32')], 'the partial derivative by operand 0 is f32, not f64'],
  ])('are refused: %s', (_what, partials, problem) => {
    const message = `invalid plugin at $.odd.partials: ${problem}`;
    const fn = odd(partials);
    expect(() => gradient(sum(elementwise('odd', fn)(x)), x)).toThrow(message);
    const a = scalar.argument('a');
    expect(() => scalarGradient(fn(a), [a])).toThrow(message);
    expect(() => scalar.derivative(fn(a), a)).toThrow(message);
  });

  it('may be absent', () => {
    const a = scalar.argument('a');
    expect(scalar.derivative(odd([undefined])(a), a)).toBeUndefined();
  });
});

describe('the slope of a reduction', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['another dtype', scalar.constant(1, 'f32')],
  ])('is refused: %s', (_what, slope) => {
    // What plain JavaScript may give.
    const odd = reduction({ name: 'odd' }, { combine: scalar.maximum, slope: () => slope as scalar.Scalar });
    expect(() => gradient(odd(x), x)).toThrow('odd: its slope is not a scalar expression of dtype f64');
  });
});

describe('tangents', () => {
  it('are refused where they are not those of the operands', () => {
    const { node } = take(x, input('n', [1], 'i32'));
    expect(() => pushforwardOf(node, [x])).toThrow('take: there are 1 tangents for 2 operands');
    expect(() => pushforwardOf(node, [sum(x), undefined])).toThrow(
      'take: the tangent of operand 0 is not of its dtype and shape',
    );
    expect(pushforwardOf(node, [x, undefined])[0]?.shape).toEqual([1]);
  });
});
