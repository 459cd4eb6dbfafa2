import {
  AdjointException,
  composite,
  compositeWithPullback,
  input,
  multiply,
  square,
  type Value,
} from '@adjoint/core';
import { describe, expect, it } from 'vitest';

/** What plain JavaScript may give the makers of composites. */

const x = input('x', [2]);
/** What is no such function, as one. */
const body = (given: unknown): ((x: Value) => Value) => given as (x: Value) => Value;

describe('composite', () => {
  it.each<[string, () => unknown, string]>([
    ['no name', () => composite('', square), 'the argument name of composite: expected a name, found ""'],
    [
      'no function',
      () => composite('odd', body(x)),
      'the argument body of odd: expected a function, found a',
    ],
    [
      'a body that returns nothing',
      () =>
        composite(
          'odd',
          body(() => undefined),
        )(x),
      'invalid graph at $.odd: its body returned nothing, not values',
    ],
    [
      'a body that reckons as JavaScript does',
      () =>
        composite(
          'odd',
          body(() => NaN),
        )(x),
      'multiply(x, x), not x * x',
    ],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(AdjointException);
    expect(run).toThrow(message);
  });
});

describe('compositeWithPullback', () => {
  const pulled = compositeWithPullback(
    'odd',
    (a) => multiply(a, 2),
    ({ cotangent }) => [cotangent],
  );
  it.each<[string, () => unknown, string]>([
    [
      'no pullback',
      () => compositeWithPullback('odd', square, undefined as never),
      'the argument pullback of odd: expected a function, found nothing',
    ],
    [
      'a body that returns nothing',
      () =>
        compositeWithPullback(
          'odd',
          body(() => undefined),
          () => [],
        )(x),
      'its body returned nothing, not a value',
    ],
    [
      'a list of values',
      () =>
        compositeWithPullback(
          'odd',
          body(() => [x]),
          () => [],
        )(x),
      'its body returned the list […], not a value',
    ],
    ['a number as an operand', () => pulled(2 as never), 'operand 0 of odd: expected a value, found 2'],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(AdjointException);
    expect(run).toThrow(message);
  });
});
