import { application } from '../scalar/formula.js';
import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { Found, OpOf, Reading, UnviewFamily, Value, ViewOp } from '../ir/grammar.js';
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
import type { View } from '../ir/view.js';
import type { Tuple } from '../support/tuple.js';
import type { DType } from '../value/dtype.js';
import type { Shape } from '../value/shape.js';

/** Ops that show elements of an operand, and their transposes. */

export interface ViewRules<A, N extends number> extends Reading<A, N>, Batched<A> {
  /** Where the elements of the result are. */
  view(shapes: Tuple<Shape, N>, attributes: A): Found<View>;
  /** The attributes with which the op is a given view, where there are any: by it chains of views become one. */
  recognize?(view: View, shape: Shape): A | undefined;
  /** Whether the result has the shape of the second operand, however they are rebound. */
  readonly like?: boolean;
  /** Whether axes are aligned at the last: an operand of fewer axes is read as if it had more of size 1 in front. */
  readonly broadcasts?: boolean;
  /** The name of the transpose, which is made of the view; or the operand's cotangent, by ops that are there already. */
  readonly transpose: string | TwinReading<A> | ((cotangent: Value, x: Value, attributes: A) => Value);
}

/** How a transpose that is made reads. */
export interface TwinReading<A> extends Reading<A, 2> {
  readonly name: string;
}

/** A view, transposed: `x` added up where the view of `like` reads, and 0 elsewhere. */
export interface Unview<A> extends OpOf<UnviewFamily<A>, A> {
  <D extends DType, S extends Shape>(
    x: Value<D>,
    like: Value<DType, S>,
    ...attributes: Given<A>
  ): Value<D, S>;
}

/** An op whose result shows elements of its first operand; of a second one only the shape matters. */
export function view<
  const D extends Description = None,
  const N extends number = 1,
  F extends AnyFunction = AnyFunction,
>(head: Head<D, N>, rules: NoInfer<ViewRules<Attributes<D>, N>>, apply: F): F & ViewOp<Attributes<D>>;
export function view<A, F extends AnyFunction>(
  { arity = 1, ...head }: Head<Description, number>,
  { view: viewOf, recognize, like = false, broadcasts = false, transpose, ...rules }: ViewRules<A, number>,
  apply: F,
): F & ViewOp<A> {
  requireRules(head.name, { view: viewOf, transpose, behind: rules.behind }, ['view', 'transpose', 'behind']);
  const viewed = { kind: 'view' as const, view: viewOf, like, broadcasts, ...(recognize && { recognize }) };
  if (typeof transpose === 'function') {
    return define({ ...head, arity }, { ...viewed, transpose }, rules, apply);
  }
  const { name, ...reading } = typeof transpose === 'string' ? { name: transpose } : transpose;
  type Apply = (x: Value, like: Value, ...attributes: [A?]) => Value;
  const twin: Apply & OpOf<UnviewFamily<A>, A> = define<A, UnviewFamily<A>, Apply>(
    { ...head, name, arity: 2 },
    {
      kind: 'unview',
      of: head.name,
      view: viewOf,
      broadcasts,
      transpose: (cotangent, x, attributes): Value =>
        build1(op, arity === 2 ? [cotangent, x] : [cotangent], attributes),
    },
    { latex: ([x]) => application(name, x === undefined ? [] : [x]), ...reading, behind: rules.behind },
    (x, likeValue, ...attributes): Value => build1(twin, [x, likeValue], givenOr(attributes)),
  );
  const op: F & ViewOp<A> = define(
    { ...head, arity },
    {
      ...viewed,
      twin,
      transpose: (cotangent: Value, x: Value, attributes: A) => twin(cotangent, x, attributes),
    },
    rules,
    apply,
  );
  return op;
}

/** The transpose that was made of an op, callable. */
export const transposeOf = <A>(op: ViewOp<A>): Unview<A> =>
  // `view` made it, with this signature.
  twinOf(op) as Unview<A>;
