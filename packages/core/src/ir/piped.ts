import { expectArgument, type Sort } from '../value/argument.js';
import type { Value } from './grammar.js';
import { aValue } from './sorts.js';
import { isValue } from './value.js';

/** The arguments of an op of a value and one parameter: `op(x, p)`, or `op(p)` for a pipe. */
export type Piped<P> = readonly [first: Value | P, parameter?: P];

/**
 * Applies an op of a value and one parameter, both ways round.
 * @param parameter its name, and the sort of what it takes
 */
export function bothWays<P, R>(
  fn: string,
  [parameter, of]: readonly [name: string, of: Sort<P>],
  given: Piped<P>,
  apply: (x: Value, parameter: P) => R,
): R | ((x: Value) => R) {
  const [first, second] = given;
  if (given.length > 1 || isValue(first)) {
    expectArgument(fn, 'x', first, aValue);
    expectArgument(fn, parameter, second, of);
    return apply(first, second);
  }
  expectArgument(fn, parameter, first, of);
  return (x) => {
    expectArgument(fn, 'x', x, aValue);
    return apply(x, first);
  };
}
