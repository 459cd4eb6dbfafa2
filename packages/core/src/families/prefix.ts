import type { Accumulation, OpOf, PrefixFamily, Reading, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { add } from '../scalar/functions.js';
import { define, requireScalar, type OwnDifferentiation } from '../ir/op.js';
import { refuse } from '../value/error.js';
import { aBoolean, anInteger, expectOptions } from '../value/argument.js';

/** Ops that give for each element along an axis the combination of all up to it. */

export interface PrefixAttributes {
  readonly axis: number;
  /** Whether from the last element to the first. */
  readonly reverse: boolean;
}

export type PrefixRules = Reading<PrefixAttributes, 1> &
  Accumulation &
  OwnDifferentiation<PrefixAttributes, 1>;

export interface PrefixOp extends OpOf<PrefixFamily<PrefixAttributes>, PrefixAttributes> {
  /** Along `axis`, the first unless given. */
  <V extends Value>(x: V, options?: Partial<PrefixAttributes>): V;
}

/** An op that accumulates its operand along an axis. */
export function prefix({ name }: { readonly name: string }, rules: PrefixRules): PrefixOp {
  const { combine, accumulator, pullback, differentiable, ...reading } = rules;
  requireScalar(name, combine);
  const isSum = combine === add;
  if (!isSum && pullback === undefined && differentiable !== false) {
    refuse(
      'plugin',
      [name],
      'the op has no derivative: only of sums it follows',
      'Give a pullback, or declare differentiable: false.',
    );
  }
  const family: PrefixFamily<PrefixAttributes> = {
    kind: 'prefix',
    combine,
    axis: ({ axis }) => axis,
    reverse: ({ reverse }) => reverse,
    reversed: ({ axis, reverse }) => ({ axis, reverse: !reverse }),
    ...(accumulator && { accumulator }),
  };
  const apply = (x: Value, options: Partial<PrefixAttributes> = {}): Value => {
    expectOptions(name, options, { axis: anInteger, reverse: aBoolean });
    const { axis = 0, reverse = false } = options;
    return build1(op, [x], { axis, reverse });
  };
  const op: PrefixOp = define(
    { name, arity: 1, attributes: { axis: 'axis', reverse: 'boolean' } },
    family,
    {
      ...reading,
      ...(pullback && { pullback }),
      ...(differentiable === undefined ? {} : { differentiable }),
      behind: 'axes',
    },
    // The type rule gives the operand's type.
    apply as <V extends Value>(x: V, options?: Partial<PrefixAttributes>) => V,
  );
  return op;
}
