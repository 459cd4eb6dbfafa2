import {
  astype,
  constant,
  isFloat,
  multiply,
  negate,
  scalar,
  sumLike,
  type Node,
  type Scalar,
  type Value,
} from '@adjoint/core';
import { constantOf, freshName, isLiteral, lookup, map, shapeRoot, titleOf, at } from '@adjoint/core/extend';

/** The derivatives of scalar expressions at each position of tensors. */

/** ∂out/∂input at each position: an expression, and the values that its arguments stand for. */
export interface PartialDerivative {
  readonly expression: Scalar;
  readonly operands: ReadonlyMap<Scalar, Value>;
  /** What a reader calls it. */
  readonly name: string;
}

/** The partial derivative of a map by one of its inputs; `undefined` where it is 0. */
export function partialOf(
  { op, inputs, outputs, attributes }: Node,
  { parameters, body }: scalar.Lambda,
  index: number,
): PartialDerivative | undefined {
  const parameter = at(parameters, index);
  if (!isFloat(parameter.dtype)) return undefined;
  const partial = scalar.derivative(body, parameter);
  if (partial === undefined) return undefined;
  // Where the partial uses the result, as tanh′ does, it reads the node's output and does not compute it again.
  const taken = parameters.map(({ name }) => name);
  const result = scalar.argument(freshName('out', taken), body.dtype);
  const operands = new Map<Scalar, Value>([[result, at(outputs, 0)]]);
  parameters.forEach((each, position) => operands.set(each, at(inputs, position)));
  const expression =
    body.kind === 'applied' ? scalar.substitute(partial, new Map([[body, result]])) : partial;
  const suffix = parameters.length > 1 ? parameter.name : '';
  return { expression, operands, name: `${titleOf(op, attributes)}′${suffix}` };
}

/** value · partial, written as a person would: no factor 1, a sign as a sign. */
export function scaled(value: Value, { expression, operands, name }: PartialDerivative): Value {
  const used = scalar.subexpressions([expression]).filter((part) => part.kind === 'argument');
  if (used.length === 0) {
    const factor = scalar.evaluateScalar(expression, {});
    if (factor === 1) return value;
    if (factor === -1) return negate(value);
    return multiply(value, constant(factor, expression.dtype));
  }
  const inputs = used.map((part) => lookup(operands, part));
  const factor = operands.get(expression) ?? map(name, { parameters: used, body: expression }, inputs);
  return isOne(value) ? factor : multiply(value, factor);
}

/** The cotangent that a loss starts from. */
const isOne = ({ node }: Value): boolean => isLiteral(node) && constantOf(node)?.data[0] === 1;

/** The cotangent of each input: cotangent · ∂out/∂input, summed back to the input's shape. */
export const mapPullback = (
  node: Node,
  lambda: scalar.Lambda,
  cotangent: Value,
): readonly (Value | undefined)[] =>
  node.inputs.map((input, index) => {
    const partial = partialOf(node, lambda, index);
    if (partial === undefined) return undefined;
    const term = scaled(cotangent, partial);
    const converted = term.dtype === input.dtype ? term : astype(term, input.dtype);
    const out = at(node.outputs, 0);
    // Rebinding keeps ranks: what is a single number has only single numbers as operands.
    const sameAlways = out.shape.length === 0 || shapeRoot(out) === shapeRoot(input);
    return sameAlways ? converted : sumLike(converted, input);
  });
