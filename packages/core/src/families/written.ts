import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { ControlFamily, Found, KernelCall, OpaqueFamily, OpOf, Reading } from '../ir/grammar.js';
import {
  define,
  requireDerivative,
  requireRules,
  type AnyFunction,
  type Batched,
  type Differentiation,
  type Head,
  type None,
} from '../ir/op.js';
import type { Tuple } from '../support/tuple.js';
import type { TensorType } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';

/** Ops of which type rule and kernel are written out: control, and whatever is in no other family. */

export interface Written<A, N extends number> extends Reading<A, N> {
  types(inputs: Tuple<TensorType, N>, attributes: A): Found<readonly TensorType[]>;
  /** Fills the outputs. */
  kernel(call: KernelCall<A, Tuple<Tensor, N>>): void;
}

export type ControlRules<A> = Written<A, number> &
  Pick<ControlFamily<A>, 'form' | 'specialize'> &
  Differentiation<A, number>;

/** An op whose attributes hold sub-graphs, into which every transform goes. */
export function control<const D extends Description, F extends AnyFunction>(
  head: Head<D, number>,
  rules: NoInfer<ControlRules<Attributes<D>>>,
  apply: F,
): F & OpOf<ControlFamily<Attributes<D>>, Attributes<D>>;
export function control<A, F extends AnyFunction>(
  head: Head<Description, number>,
  { form, types, kernel, specialize, ...rules }: ControlRules<A>,
  apply: F,
): F & OpOf<ControlFamily<A>, A> {
  requireRules(head.name, { types, kernel, specialize }, ['types', 'kernel', 'specialize']);
  requireDerivative(head.name, rules);
  return define(head, { kind: 'control', ...(form && { form }), types, kernel, specialize }, rules, apply);
}

export type OpaqueRules<A, N extends number> = Written<A, N> & Partial<Batched<A>> & Differentiation<A, N>;

export type OpaqueOp<A> = OpOf<OpaqueFamily<A>, A>;

/** An op that no other family holds: its kernel is run as it is written, by compiled programs too. */
export function opaque<
  const D extends Description = None,
  const N extends number = number,
  F extends AnyFunction = AnyFunction,
>(head: Head<D, N>, rules: NoInfer<OpaqueRules<Attributes<D>, N>>, apply: F): F & OpaqueOp<Attributes<D>>;
export function opaque<A, F extends AnyFunction>(
  head: Head<Description, number>,
  { types, kernel, ...rules }: OpaqueRules<A, number>,
  apply: F,
): F & OpaqueOp<A> {
  requireRules(head.name, { types, kernel }, ['types', 'kernel']);
  requireDerivative(head.name, rules);
  return define(head, { kind: 'opaque', types, kernel }, rules, apply);
}
