import { map } from '../families/map.js';
import { argument, type Lambda, type Scalar, type ScalarFunction } from '../scalar/expression.js';
import { evaluateScalar } from '../scalar/evaluate.js';
import * as scalar from '../scalar/functions.js';
import type { Node, Value } from '../ir/grammar.js';
import { constantOf } from '../ir/source.js';
import { at, replaceEach } from '../support/list.js';
import { sameShape } from '../value/shape.js';
import { applied, literal, literalOf, type Rule } from './node.js';
import { stretchedOperand } from './view-rules.js';

/** How nodes that apply a scalar expression are written more simply, as a table of rules. */

/** The expression of a node that applies one. */
export const lambdaOf = ({ op: { family }, attributes }: Node): Lambda | undefined =>
  family.kind === 'map' ? family.lambda(attributes) : undefined;

/** The operand that an expression names, where it names one. */
function operandOf(part: Scalar, { parameters }: Lambda, { inputs }: Node): Value | undefined {
  const index = parameters.findIndex((parameter) => parameter === part);
  return index < 0 ? undefined : at(inputs, index);
}

/** An application of one scalar function to a value and a number, one of them on either side. */
interface WithNumber {
  readonly fn: ScalarFunction;
  readonly x: Value;
  readonly number: number;
  readonly numberFirst: boolean;
}

function withNumber(node: Node, out: Value): WithNumber | undefined {
  const lambda = lambdaOf(node);
  if (lambda?.body.kind !== 'applied' || lambda.body.operands.length !== 2) return undefined;
  const { fn, operands } = lambda.body;
  if (
    !node.inputs.some((input) => constantOf(input.node)) &&
    operands.every(({ kind }) => kind !== 'constant')
  ) {
    return undefined;
  }
  const read = (part: Scalar): Value | number | undefined => {
    if (part.kind === 'constant') return part.value;
    const x = operandOf(part, lambda, node);
    return x && (literalOf(x) ?? x);
  };
  const [first, second] = [read(at(operands, 0)), read(at(operands, 1))];
  const numberFirst = typeof first === 'number';
  const [number, x] = numberFirst ? [first, second] : [second, first];
  if (typeof number !== 'number' || typeof x !== 'object' || !sameShape(x.shape, out.shape)) return undefined;
  return { fn, x, number, numberFirst };
}

/** A rule for applications of a scalar function to a value and a number. */
const ofNumber =
  (rule: (application: WithNumber, out: Value) => Value | undefined): Rule =>
  (node, out) => {
    const application = withNumber(node, out);
    return application && rule(application, out);
  };

/** The operand of a node that only changes its sign. */
function negated(node: Node | undefined): Value | undefined {
  const lambda = node && lambdaOf(node);
  if (node === undefined || lambda?.body.kind !== 'applied' || lambda.body.fn !== scalar.negate)
    return undefined;
  const x = operandOf(at(lambda.body.operands, 0), lambda, node);
  return x !== undefined && sameShape(x.shape, at(node.outputs, 0).shape) ? x : undefined;
}

/** Every rule holds for every IEEE value, NaN, the infinities and −0 included, and changes no bit. */
export const mapRules: readonly Rule[] = [
  // A function of numbers is a number
  (node, out) => {
    const lambda = lambdaOf(node);
    if (lambda === undefined || out.dtype === 'bool' || out.shape.length > 0) return undefined;
    const values = new Map<string, number>();
    for (const [index, { name }] of lambda.parameters.entries()) {
      const number = literalOf(at(node.inputs, index));
      if (number === undefined) return undefined;
      values.set(name, number);
    }
    return literal(evaluateScalar(lambda.body, Object.fromEntries(values)), out);
  },
  // A function broadcasts its operands itself
  (node, out) => {
    const inputs = replaceEach(node.inputs, (input) => stretchedOperand(input.node) ?? input);
    const whole = inputs.some((input) => sameShape(input.shape, out.shape));
    return inputs !== node.inputs && whole ? applied(node.op, inputs, node.attributes, out) : undefined;
  },
  // X · 1, 1 · x, x / 1 and x − 0 are x
  ofNumber(({ fn, x, number, numberFirst }) => {
    if (fn === scalar.multiply && number === 1) return x;
    if (fn === scalar.divide && number === 1 && !numberFirst) return x;
    return fn === scalar.subtract && Object.is(number, 0) && !numberFirst ? x : undefined;
  }),
  // X · −1 is −x
  ofNumber(({ fn, x, number }, out) => {
    if (fn !== scalar.multiply || number !== -1) return undefined;
    const parameter = argument('x', x.dtype);
    const lambda: Lambda = { parameters: [parameter], body: scalar.negate(parameter) };
    return applied(map, [x], { name: 'negate', lambda }, out);
  }),
  // −(−x) is x
  (node) => negated(negated(node)?.node),
];
