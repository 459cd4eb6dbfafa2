import { application } from '../scalar/formula.js';
import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { Found, IndexedOp, IndexedView, OpOf, Reading, UnindexedFamily, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
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
import type { DType } from '../value/dtype.js';
import type { Shape } from '../value/shape.js';

/** Ops that show elements at indices that are data, and their transposes. */

export interface IndexedRules<A> extends Reading<A, 2>, Batched<A> {
  /** Where the elements of the result are, for indices of 0, and where the index of each is. */
  view(shapes: readonly [x: Shape, indices: Shape], attributes: A): Found<IndexedView>;
  /** The name of the transpose, which is made of the view. */
  readonly transpose: string;
}

/** Indexing, transposed: `x` added up where the indices read `like`, and 0 elsewhere. */
export interface Unindexed<A> extends OpOf<UnindexedFamily<A>, A> {
  <D extends DType, S extends Shape>(
    x: Value<D>,
    indices: Value,
    like: Value<DType, S>,
    ...attributes: Given<A>
  ): Value<D, S>;
}

/** An op of two operands, whose result shows elements of the first at the indices of the second. */
export function indexed<const D extends Description = None, F extends AnyFunction = AnyFunction>(
  head: Head<D, 2>,
  rules: NoInfer<IndexedRules<Attributes<D>>>,
  apply: F,
): F & IndexedOp<Attributes<D>>;
export function indexed<A, F extends AnyFunction>(
  head: Head<Description, 2>,
  { view, transpose: name, ...rules }: IndexedRules<A>,
  apply: F,
): F & IndexedOp<A> {
  requireRules(head.name, { view, transpose: name, behind: rules.behind }, ['view', 'transpose', 'behind']);
  // `inferTypes` gives the rule the shapes of the two operands.
  const viewed = { view: view };
  type Apply = (x: Value, indices: Value, like: Value, ...attributes: [A?]) => Value;
  const twin: Apply & OpOf<UnindexedFamily<A>, A> = define<A, UnindexedFamily<A>, Apply>(
    { ...head, name, arity: 3 },
    {
      kind: 'unindexed',
      of: head.name,
      ...viewed,
      transpose: (cotangent, indices, attributes): Value => build1(op, [cotangent, indices], attributes),
    },
    { latex: ([x]) => application(name, x === undefined ? [] : [x]), behind: rules.behind },
    (x, indices, like, ...attributes): Value => build1(twin, [x, indices, like], givenOr(attributes)),
  );
  const op: F & IndexedOp<A> = define(
    { ...head, arity: 2 },
    {
      kind: 'indexed' as const,
      ...viewed,
      twin,
      transpose: (...operands: readonly [Value, Value, Value, A]) => twin(...operands),
    },
    rules,
    apply,
  );
  return op;
}

/** The transpose that was made of an op, callable. */
export const unindexedOf = <A>(op: IndexedOp<A>): Unindexed<A> =>
  // `indexed` made it, with this signature.
  twinOf(op) as Unindexed<A>;
