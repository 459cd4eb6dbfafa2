import { AdjointException, multiply, scalar, type Node, type Scalar, type Value } from '@adjoint/core';
import {
  at,
  build1,
  map,
  opError,
  stretched,
  titleOf,
  type PrefixFamily,
  type ReductionFamily,
} from '@adjoint/core/extend';

/** The derivatives of reductions and prefixes. */

/**
 * ∂out/∂x for an element and the result; `undefined` where it is 1. A sum's is that of what is summed.
 * @throws AdjointException where the record gives no expression: left out, a factor would be 1 without a word
 */
function slopeOf(
  { op, inputs, attributes }: Node,
  { slope, element }: ReductionFamily,
  x: scalar.ArgumentScalar,
  out: Scalar,
): Scalar | undefined {
  if (slope === undefined)
    return element && (scalar.derivative(element(x), x) ?? scalar.constant(0, x.dtype));
  const given: unknown = slope(x, out);
  if (scalar.isScalar(given) && given.dtype === x.dtype) return given;
  const problem = `its slope is not a scalar expression of dtype ${x.dtype}`;
  const remedy = 'A slope is made of the element and the result, such as scalar.divide(out, x).';
  throw new AdjointException(opError(titleOf(op, attributes), inputs, { problem, remedy }));
}

/** The slope at each element of a reduction's operand; `undefined` where it is 1. */
export function reductionSlope(node: Node, family: ReductionFamily): Value | undefined {
  const [x, out] = [at(node.inputs, 0), at(node.outputs, 0)];
  const [element, result] = [scalar.argument('x', x.dtype), scalar.argument('out', x.dtype)];
  const body = slopeOf(node, family, element, result);
  if (body === undefined) return undefined;
  const name = `${titleOf(node.op, node.attributes)}′`;
  return scalar.partsOf(body).includes(result)
    ? map(name, { parameters: [element, result], body }, [x, unreduced(node, family, out)])
    : map(name, { parameters: [element], body }, [x]);
}

/** A value of a reduction's result type, stretched to its operand's shape. */
function unreduced({ inputs, attributes }: Node, family: ReductionFamily, value: Value): Value {
  const x = at(inputs, 0);
  return stretched(value, x, family.axes(attributes, x.shape.length), family.keepDims(attributes));
}

/** The cotangent of a reduction's operand: stretched to its shape, times the slope. */
export function reductionPullback(node: Node, family: ReductionFamily, cotangent: Value): Value {
  const slope = reductionSlope(node, family);
  const back = unreduced(node, family, cotangent);
  return slope === undefined ? back : multiply(back, slope);
}

/** The cotangent of a cumulative sum's operand: accumulated the other way round. */
export const prefixPullback = ({ op, attributes }: Node, family: PrefixFamily, cotangent: Value): Value =>
  build1(op, [cotangent], family.reversed(attributes));
