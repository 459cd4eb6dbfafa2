import * as E from 'fp-ts/lib/Either.js';
import type { DType } from '../value/dtype.js';
import type { Shape, TensorType } from '../value/shape.js';
import type { Found } from './grammar.js';

/** What a rule refuses, and what to do instead. */
export const refused = (problem: string, remedy?: string): Found<never> =>
  E.left(remedy === undefined ? { problem } : { problem, remedy });

/** What a rule found, or its refusal where it found nothing. */
export const foundOr = <T>(found: T | undefined, problem: () => string): Found<T> =>
  found === undefined ? refused(problem()) : E.right(found);

/** What comes next of what a rule found. fp-ts's own `chain` would bring more code into a bundle than all of this file. */
export const chain = <A, B>(found: Found<A>, next: (right: A) => Found<B>): Found<B> =>
  E.isLeft(found) ? found : next(found.right);

/** The types of an op with one output. */
export const one = (dtype: DType, shape: Shape): Found<readonly TensorType[]> => E.right([{ dtype, shape }]);

/** What a rule finds that found it before: a kernel runs after the type rule let its operands pass. */
export function rightOrThrow<T>(found: Found<T>): T {
  if (E.isLeft(found)) throw new TypeError(found.left.problem);
  return found.right;
}
