import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { ContractionFamily, Found, Letters, OpOf, Reading } from '../ir/grammar.js';
import {
  define,
  requireRules,
  type AnyFunction,
  type Head,
  type None,
  type OwnDifferentiation,
} from '../ir/op.js';
import type { Tuple } from '../support/tuple.js';
import type { Shape } from '../value/shape.js';

/** Ops that sum products over the axes that their result has not. */

export interface ContractionRulesBase<A, N extends number> extends Reading<A, N> {
  /** A letter for each axis of each operand and of the result; every letter occurs in two places or more. */
  letters(shapes: Tuple<Shape, N>, attributes: A): Found<Letters>;
}

export type ContractionRules<A, N extends number> = ContractionRulesBase<A, N> & OwnDifferentiation<A, N>;

export type ContractionOp<A> = OpOf<ContractionFamily<A>, A>;

/** An op that is a sum of products of its operands. */
export function contraction<
  const D extends Description = None,
  const N extends number = number,
  F extends AnyFunction = AnyFunction,
>(
  head: Head<D, N>,
  rules: NoInfer<ContractionRules<Attributes<D>, N>>,
  apply: F,
): F & ContractionOp<Attributes<D>>;
export function contraction<A, F extends AnyFunction>(
  head: Head<Description, number>,
  { letters, ...rules }: ContractionRules<A, number>,
  apply: F,
): F & ContractionOp<A> {
  requireRules(head.name, { letters }, ['letters']);
  return define(head, { kind: 'contraction', letters }, rules, apply);
}
