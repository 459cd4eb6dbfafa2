import {
  AdjointException,
  add,
  all,
  cond,
  greater,
  input,
  scan,
  square,
  sum,
  type Value,
} from '@adjoint/core';
import { describe, expect, it } from 'vitest';

/** What does not fit a loop or a branch is an error of it, with the shapes under each other. */

const x = input('x', [5, 2]);
const start = input('start', [2]);
/** What plain JavaScript may return from a body. */
const untyped = <T>(given: unknown): T => given as T;

describe('scan', () => {
  it('shows the shapes of all operands', () => {
    expect(() =>
      scan(([carry = start]) => ({ carries: [carry, carry] }), { init: [start], sequences: [x] }),
    ).toThrow(
      [
        'scan: the body returns 2 carries, for 1 in init',
        '  operand 0: f64  [  2]',
        '  operand 1: f64  [5 2]',
        '  A step hands on each carry, in the order of init.',
      ].join('\n'),
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'a sequence without an axis',
      () => scan(([carry = start]) => ({ carries: [carry] }), { init: [start], sequences: [sum(x)] }),
      'scan: operand 1, a sequence, has no axis to be sliced along\n  operand 0: f64  [2]',
    ],
    [
      'a carry that changes its shape',
      () => scan(([carry = start]) => ({ carries: [sum(carry)] }), { init: [start], sequences: [x] }),
      'scan: the body changes the type of carry 0: f64[2] became f64[]\n  operand 0: f64  [  2]',
    ],
    [
      'sequences of two lengths',
      () =>
        scan(([carry = start]) => ({ carries: [carry] }), {
          init: [start],
          sequences: [x, input('y', [4])],
        }),
      'scan: the sequences have different lengths, or none\n  operand 0: f64  [  2]',
    ],
    [
      'a body that returns a list',
      () => scan(([carry]) => untyped([carry]), { init: [start], sequences: [x] }),
      'the argument body of scan: expected a function that returns { carries: […], stacked: […] }, found the list […]',
    ],
    [
      'a body that returns nothing',
      () => scan(() => untyped(undefined), { init: [start], sequences: [x] }),
      'the argument body of scan: expected a function that returns { carries: […], stacked: […] }, found nothing',
    ],
    [
      'a number to start from',
      () => scan(([carry = start]) => ({ carries: [carry] }), { init: [untyped<Value>(1)], length: 2 }),
      'the argument init of scan: expected a list of values, found the list [1]',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(AdjointException);
    expect(build).toThrow(message);
  });
});

describe('cond', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a body that returns one value',
      () =>
        cond(
          all(greater(x, 0)),
          ([a]) => untyped(a),
          ([a = x]) => [a],
          [x],
        ),
      'cond: a body should return a list of values\n  operand 0: f64  [5 2]\n  Write [value], even for one.',
    ],
    [
      'results that differ',
      () =>
        cond(
          all(greater(x, 0)),
          ([a = x]) => [sum(a)],
          ([a = x]) => [square(a)],
          [x],
        ),
      'cond: the bodies give different results: f64[] when true, f64[5, 2] when false\n  operand 0: bool [   ]\n  operand 1: f64  [5 2]',
    ],
    [
      'a number as an operand',
      () =>
        cond(
          all(greater(x, 0)),
          ([a = x]) => [add(a, 1)],
          ([a = x]) => [a],
          [untyped<Value>(1)],
        ),
      'the argument operands of cond: expected a list of values, found the list [1]',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(AdjointException);
    expect(build).toThrow(message);
  });
});
