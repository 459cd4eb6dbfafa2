import { AdjointException, input, sum, type Value } from '@adjoint/core';
import { build1, opaque, type Cotangents } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
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
    ['a number', () => [1], 'odd: the cotangent of operand 0 is not a value'],
    ['another shape', (cotangent) => [sum(cotangent)], 'odd: the cotangent of operand 0 is f64[]'],
  ])('that gives %s is refused', (_what, pullback, problem) => {
    expect(pulled(pullback)).toThrow(AdjointException);
    expect(pulled(pullback)).toThrow(problem);
  });

  it('that gives a cotangent of the type of each operand is not', () => {
    expect(pulled((cotangent) => [cotangent])().shape).toEqual([2]);
  });
});
