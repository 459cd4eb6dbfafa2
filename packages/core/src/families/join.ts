import { application } from '../scalar/formula.js';
import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { Found, JoinOp, Layout, OpOf, Reading, SplitFamily, Value } from '../ir/grammar.js';
import { build, build1 } from '../ir/node.js';
import {
  define,
  givenOr,
  requireRules,
  twinOf,
  type AnyFunction,
  type Batched,
  type Given,
  type Head,
  type None,
} from '../ir/op.js';
import { someValues } from '../ir/sorts.js';
import { expectArgument } from '../value/argument.js';
import type { Tuple } from '../support/tuple.js';
import type { TensorType } from '../value/shape.js';

/** Ops that put operands in places of a whole, and their transposes, which cut a whole into parts. */

export interface JoinRules<A, N extends number> extends Reading<A, N>, Batched<A> {
  /** Where the operands, which have one dtype, lie in the result. */
  layout(parts: Tuple<TensorType, N>, attributes: A): Found<Layout>;
  /** The name of the transpose, which is made of the layout; or the operands' cotangents, by ops that are there already. */
  readonly transpose:
    string | ((cotangent: Value, parts: Tuple<Value, N>, attributes: A) => readonly Value[]);
}

/** A join, transposed: `x` cut into parts like the given ones. */
export interface Split<A> extends OpOf<SplitFamily<A>, A> {
  (x: Value, parts: readonly Value[], ...attributes: Given<A>): readonly Value[];
}

/** An op whose result is put together of its operands. */
export function join<
  const D extends Description = None,
  const N extends number = number,
  F extends AnyFunction = AnyFunction,
>(head: Head<D, N>, rules: NoInfer<JoinRules<Attributes<D>, N>>, apply: F): F & JoinOp<Attributes<D>>;
export function join<A, F extends AnyFunction>(
  head: Head<Description, number>,
  { layout, transpose, ...rules }: JoinRules<A, number>,
  apply: F,
): F & JoinOp<A> {
  requireRules(head.name, { layout, transpose, behind: rules.behind }, ['layout', 'transpose', 'behind']);
  if (typeof transpose === 'function') {
    return define(head, { kind: 'join' as const, layout, transpose }, rules, apply);
  }
  type Apply = (x: Value, parts: readonly Value[], ...attributes: [A?]) => readonly Value[];
  const twin: Apply & OpOf<SplitFamily<A>, A> = define<A, SplitFamily<A>, Apply>(
    { name: transpose, ...(head.attributes && { attributes: head.attributes }) },
    {
      kind: 'split',
      layout,
      transpose: (cotangents, attributes): Value => build1(op, cotangents, attributes),
    },
    { latex: (inputs) => application('split', inputs.slice(0, 1)), behind: rules.behind },
    (x, parts, ...attributes): readonly Value[] => {
      expectArgument(transpose, 'parts', parts, someValues);
      return build(twin, [x, ...parts], givenOr(attributes)).outputs;
    },
  );
  const op: F & JoinOp<A> = define(
    head,
    {
      kind: 'join' as const,
      layout,
      twin,
      transpose: (...operands: readonly [Value, readonly Value[], A]) => twin(...operands),
    },
    rules,
    apply,
  );
  return op;
}

/** The transpose that was made of an op, callable. */
export const splitOf = <A>(op: JoinOp<A>): Split<A> =>
  // `join` made it, with this signature.
  twinOf(op) as Split<A>;
