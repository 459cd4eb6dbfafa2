import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { exact } from '../file/codec.js';
import { allocate, isFloat, type TypedArray } from '../value/dtype.js';
import { lambdaCodec } from '../file/lambda.js';
import { derivative } from '../scalar/derivative.js';
import { evaluateLambda, evaluateScalar } from '../scalar/evaluate.js';
import { argument, subexpressions, substitute, type Lambda, type Scalar } from '../scalar/expression.js';
import { formatScalar, scalarFormula } from '../scalar/format.js';
import { primitive, type Primitive, type PullbackCall } from '../ir/op.js';
import { build1, shapeRoot, type Value } from '../ir/value.js';
import { freshName } from '../support/names.js';
import { broadcastShapes, broadcastStrides, offsetsOf, sameShape, type Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import { astype, multiply, negate } from './elementwise.js';
import { sumLike } from './reduction.js';
import { constant, constantOf } from '../ir/source.js';

export interface MapAttributes {
  /** The elementwise op's name, for the reader. */
  readonly name: string;
  readonly lambda: Lambda;
}

/** Derivatives that a pullback makes are named after their function, with a prime. */
const isDerived = (name: string): boolean => name.includes('′');

/** Whether a value is a literal, whose shape no rebinding changes. */
const isLiteral = ({ node, shape }: Value): boolean =>
  node.op === (constant as Primitive) && shape.length === 0;

/** The elements of an operand at each position of the broadcast shape. */
function stretch({ dtype, shape, data }: Tensor, target: Shape): TypedArray {
  if (sameShape(shape, target)) return data;
  const offsets = offsetsOf(target, broadcastStrides(shape, target));
  const stretched = allocate(dtype, offsets.length);
  for (let i = 0; i < offsets.length; i++) stretched[i] = data[offsets[i] ?? 0] ?? 0;
  return stretched;
}

type MapBuilder = (name: string, lambda: Lambda, inputs: readonly Value[]) => Value;

/**
 * Applies a scalar expression at each position of its broadcast operands. Every elementwise op is this one node;
 * its pullback stands here once.
 */
export const map: MapBuilder & Primitive<MapAttributes> = primitive(
  {
    name: 'map',
    attributes: (names) => exact({ name: t.string, lambda: lambdaCodec(names.scalarFunction) }),
    types(inputs, { lambda: { parameters, body } }) {
      if (inputs.length !== parameters.length) {
        return E.left({ problem: `takes ${parameters.length} operands, given ${inputs.length}` });
      }
      const wrong = parameters.findIndex(({ dtype }, index) => inputs[index]?.dtype !== dtype);
      if (wrong >= 0) {
        return E.left({
          problem: `operand ${wrong} should be ${parameters[wrong]?.dtype ?? ''}`,
          remedy: 'Operands have one dtype; convert with astype.',
        });
      }
      const shape = broadcastShapes(...inputs.map((input) => input.shape));
      if (shape === undefined) {
        return E.left({
          problem: 'the shapes do not broadcast',
          remedy: 'Aligned at the right, the sizes of an axis must be equal, or one of them 1.',
        });
      }
      return E.right([{ dtype: body.dtype, shape }]);
    },
    kernel({ inputs, out, attributes: { lambda } }) {
      evaluateLambda(
        lambda,
        inputs.map((input) => stretch(input, out.shape)),
        out.data,
      );
    },
    pullback: (call) => call.inputs.map((_, index) => cotangentOf(call, index)),
    text(operands, { name, lambda: { parameters, body } }: MapAttributes) {
      if (!isDerived(name))
        return { operation: `${name}(${operands.map((operand) => operand ?? '?').join(', ')})` };
      // A reader wants the formula of a derivative; an operand without a name keeps the parameter's.
      const names = parameters.map(
        (parameter, index) => [parameter.name, operands[index] ?? parameter.name] as const,
      );
      return { operation: formatScalar(body, new Map(names)), comment: name };
    },
    title: ({ name }: MapAttributes) => name,
    shapeLike(inputs) {
      const [first, ...rest] = inputs.filter((input) => !isLiteral(input)).map(shapeRoot);
      return rest.every((root) => root === first) ? first : undefined;
    },
    latex(inputs, { lambda: { parameters, body } }) {
      const names = parameters.flatMap(({ name }, index) => {
        const formula = inputs[index];
        return formula === undefined ? [] : [[name, formula] as const];
      });
      return scalarFormula(body, new Map(names));
    },
  },
  (op): MapBuilder =>
    (name, lambda, inputs) =>
      build1(op(), inputs, { name, lambda }),
);

/** cotangent · ∂out/∂input, summed back to the input's shape. */
function cotangentOf({ inputs, out, cotangent, attributes }: PullbackCall<MapAttributes>, index: number) {
  const { name, lambda } = attributes;
  const input = inputs[index];
  const parameter = lambda.parameters[index];
  if (input === undefined || parameter === undefined || !isFloat(input.dtype)) return undefined;
  const partial = derivative(lambda.body, parameter);
  if (partial === undefined) return undefined;

  // Where the partial uses the result, as tanh′ does, it reads the node's output and does not compute it again.
  const result = argument(
    freshName(
      'out',
      lambda.parameters.map(({ name: taken }) => taken),
    ),
    lambda.body.dtype,
  );
  const operands = new Map<Scalar, Value>([[result, out]]);
  lambda.parameters.forEach((each, position) => {
    const operand = inputs[position];
    if (operand !== undefined) operands.set(each, operand);
  });
  const expression =
    lambda.body.kind === 'applied' ? substitute(partial, new Map([[lambda.body, result]])) : partial;
  const suffix = lambda.parameters.length > 1 ? parameter.name : '';
  const scaled = scale(cotangent, expression, operands, `${name}′${suffix}`);

  const converted = scaled.dtype === input.dtype ? scaled : astype(scaled, input.dtype);
  // Rebinding keeps ranks: what is a single number has only single numbers as operands.
  const sameAlways = out.shape.length === 0 || shapeRoot(out) === shapeRoot(input);
  return sameAlways ? converted : sumLike(converted, input);
}

/** cotangent · partial, written as a person would: no factor 1, a sign as a sign. */
function scale(cotangent: Value, partial: Scalar, operands: ReadonlyMap<Scalar, Value>, name: string): Value {
  const used = subexpressions([partial]).filter((part) => part.kind === 'argument');
  if (used.length === 0) {
    const factor = evaluateScalar(partial, {});
    if (factor === 1) return cotangent;
    if (factor === -1) return negate(cotangent);
    return multiply(cotangent, constant(factor, partial.dtype));
  }
  const whole = operands.get(partial);
  if (whole !== undefined) return isOne(cotangent) ? whole : multiply(cotangent, whole);
  const inputs = used.flatMap((part) => operands.get(part) ?? []);
  const derived = map(name, { parameters: used, body: partial }, inputs);
  return isOne(cotangent) ? derived : multiply(cotangent, derived);
}

/** The cotangent that a loss starts from. */
const isOne = (value: Value): boolean => isLiteral(value) && constantOf(value.node)?.data[0] === 1;
