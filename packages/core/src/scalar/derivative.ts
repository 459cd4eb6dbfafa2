import { isFloat } from '../value/dtype.js';
import { at } from '../support/list.js';
import { expectArgument } from '../value/argument.js';
import {
  aScalar,
  constant,
  partsOf,
  type AppliedScalar,
  type ArgumentScalar,
  type Partial,
  type Scalar,
} from './expression.js';
import { add, multiply, negate, select } from './functions.js';
import { partialsOf } from './partials.js';

const isConstant = (scalar: Scalar, value: number): boolean =>
  scalar.kind === 'constant' && scalar.value === value;

/** x · y, not written out where one is 1 or -1: that changes no IEEE value. */
export function times(x: Scalar, y: Scalar): Scalar {
  expectArgument('scalar.times', 'x', x, aScalar);
  expectArgument('scalar.times', 'y', y, aScalar);
  if (isConstant(x, 1)) return y;
  if (isConstant(y, 1)) return x;
  if (isConstant(x, -1)) return negate(y);
  if (isConstant(y, -1)) return negate(x);
  return multiply(x, y);
}

const plus = (x: Partial, y: Partial): Partial => (x === undefined ? y : y === undefined ? x : add(x, y));

/** The derivative of one application, given those of its operands. */
function applied(out: AppliedScalar, derivatives: readonly Partial[]): Partial {
  const { fn, operands } = out;
  if (fn.signature === 'select') {
    // Each branch keeps its own derivative: as a product with 0 or 1 the branch not chosen would give 0 · ∞.
    const [, x, y] = derivatives;
    if (x === undefined && y === undefined) return undefined;
    const zero = constant(0, out.dtype);
    return select(at(operands, 0), x ?? zero, y ?? zero);
  }
  if (fn.signature === out.dtype) return derivatives[0] && fn(derivatives[0]);
  const partials = partialsOf(out);
  return derivatives.reduce<Partial>((sum, derivative, index) => {
    const partial = partials[index];
    return derivative === undefined || partial === undefined ? sum : plus(sum, times(derivative, partial));
  }, undefined);
}

/**
 * The derivative of `expression` by `by`, as an expression of the same dtype; `undefined` where it is 0
 * because `expression` does not depend on `by`. It is derived forwards, so it can be derived again.
 * @example derivative(tanh(x), x) // 1 - square(tanh(x))
 */
export function derivative(expression: Scalar, by: ArgumentScalar): Partial {
  expectArgument('scalar.derivative', 'expression', expression, aScalar);
  expectArgument('scalar.derivative', 'by', by, aScalar);
  const derivatives = new Map<Scalar, Partial>([[by, constant(1, by.dtype)]]);
  for (const part of partsOf(expression)) {
    if (part.kind !== 'applied' || !isFloat(part.dtype)) continue;
    const own = part.operands.map((operand) => derivatives.get(operand));
    if (own.some((d) => d !== undefined)) derivatives.set(part, applied(part, own));
  }
  return derivatives.get(expression);
}
