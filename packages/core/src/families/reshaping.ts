import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { Found, OpOf, Reading, ReshapingFamily } from '../ir/grammar.js';
import { define, requireRules, type AnyFunction, type Batched, type Head, type None } from '../ir/op.js';
import type { Tuple } from '../support/tuple.js';
import type { Shape } from '../value/shape.js';

/** Ops that give the same elements in the same order. */

export interface ReshapingRules<A, N extends number> extends Reading<A, N>, Batched<A> {
  shape(shapes: Tuple<Shape, N>, attributes: A): Found<Shape>;
  /** Whether the result has the shape of the second operand, however they are rebound. */
  readonly like?: boolean;
}

export type ReshapingOp<A> = OpOf<ReshapingFamily<A>, A>;

/** An op whose result has the elements of its first operand in their order; of a second one only the shape matters. */
export function reshaping<
  const D extends Description = None,
  const N extends number = 1,
  F extends AnyFunction = AnyFunction,
>(
  head: Head<D, N>,
  rules: NoInfer<ReshapingRules<Attributes<D>, N>>,
  apply: F,
): F & ReshapingOp<Attributes<D>>;
export function reshaping<A, F extends AnyFunction>(
  { arity = 1, ...head }: Head<Description, number>,
  { shape, like = false, ...rules }: ReshapingRules<A, number>,
  apply: F,
): F & ReshapingOp<A> {
  requireRules(head.name, { shape, behind: rules.behind }, ['shape', 'behind']);
  return define({ ...head, arity }, { kind: 'reshaping', shape, like }, rules, apply);
}
