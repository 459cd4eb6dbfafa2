import { isFloat, scalar, type Scalar } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { backpropagate, type Algebra } from './backpropagate.js';

/** A cotangent that is 0 where `guard` does not hold. Guards keep what a select did not choose out of every product. */
interface Guarded {
  readonly value: Scalar;
  readonly guard?: Scalar;
}

const under = (outer: Scalar | undefined, inner: Scalar): Scalar =>
  outer === undefined ? inner : scalar.and(outer, inner);

/** The cotangent as a plain expression. */
const plain = ({ value, guard }: Guarded): Scalar =>
  guard === undefined ? value : scalar.select(guard, value, 0);

const algebra: Algebra<Scalar, Guarded> = {
  inputs: (node) =>
    node.kind === 'applied' ? node.operands.map((operand) => ({ node: operand, index: 0 })) : [],
  pullback(node, [cotangent]) {
    if (node.kind !== 'applied' || cotangent === undefined) return [];
    const { fn, operands } = node;
    const { value, guard } = cotangent;
    if (fn.signature === 'select') {
      const condition = at(operands, 0);
      return [
        undefined,
        { value, guard: under(guard, condition) },
        { value, guard: under(guard, scalar.not(condition)) },
      ];
    }
    if (!isFloat(node.dtype)) return [];
    const partials = fn.signature === node.dtype ? [] : scalar.partialsOf(node);
    return operands.map((operand, index) => {
      if (!isFloat(operand.dtype)) return undefined;
      // A conversion is linear: its cotangent is converted back.
      if (fn.signature === node.dtype) return { ...cotangent, value: scalar.convertTo[operand.dtype](value) };
      const partial = partials[index];
      return partial && { ...cotangent, value: scalar.times(value, partial) };
    });
  },
  add(x, y) {
    if (x.guard !== undefined && x.guard === y.guard)
      return { value: scalar.add(x.value, y.value), guard: x.guard };
    const value = scalar.add(plain(x), plain(y));
    // Where neither holds the sum is 0, and has to stay so through what comes.
    return x.guard === undefined || y.guard === undefined
      ? { value }
      : { value, guard: scalar.or(x.guard, y.guard) };
  },
};

/**
 * The partial derivatives of an expression by several of its sub-expressions, in one backward walk.
 * They are expressions again, and can be differentiated again.
 * @example
 * const x = scalar.argument('x');
 * const [dx] = scalarGradient(scalar.tanh(x), [x]);
 * scalar.formatScalar(dx); // '1 - square(tanh(x))'
 */
export function scalarGradient<const V extends readonly Scalar[]>(
  expression: Scalar,
  by: V,
): { readonly [K in keyof V]: Scalar } {
  const seed: Guarded = { value: scalar.constant(1, expression.dtype) };
  const cotangents = backpropagate(algebra, [[{ node: expression, index: 0 }, seed]], by);
  const gradients = by.map((variable) => {
    const [cotangent] = cotangents.get(variable) ?? [];
    return cotangent === undefined ? scalar.constant(0, variable.dtype) : plain(cotangent);
  });
  // One for each variable, in their order.
  return gradients as readonly Scalar[] as { readonly [K in keyof V]: Scalar };
}
