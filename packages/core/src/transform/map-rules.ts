import { map } from '../families/map.js';
import type { Lambda, Scalar } from '../scalar/expression.js';
import { argument } from '../scalar/expression.js';
import type { ScalarFunction } from '../scalar/expression.js';
import { evaluateScalar } from '../scalar/evaluate.js';
import * as scalar from '../scalar/functions.js';
import type { Node, Value } from '../ir/grammar.js';
import { constantOf } from '../ir/source.js';
import { at, replaceEach } from '../support/list.js';
import { sameShape } from '../value/shape.js';
import { applied, literal, literalOf, type Rule } from './node.js';
import { stretchedOperand } from './view-rules.js';

/** What scalar expressions of values are written more simply, as a table. */

/** The expression of a node that applies one. */
export const lambdaOf = ({ op: { family }, attributes }: Node): Lambda | undefined =>
  family.kind === 'map' ? family.lambda(attributes) : undefined;

/** The operand that an expression names, where it names one. */
function operandOf(part: Scalar | undefined, { parameters }: Lambda, { inputs }: Node): Value | undefined {
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
  const [first, second] = operands.map((part) => {
    if (part.kind === 'constant') return { number: part.value };
    const x = operandOf(part, lambda, node);
    const number = x && literalOf(x);
    return number === undefined ? { x } : { number };
  });
  const [x, number] = [first?.x ?? second?.x, first?.number ?? second?.number];
  if (x === undefined || number === undefined || !sameShape(x.shape, out.shape)) return undefined;
  return { fn, x, number, numberFirst: first?.number !== undefined };
}

/** The operand of a node that only changes its sign. */
function negated(node: Node | undefined): Value | undefined {
  const lambda = node && lambdaOf(node);
  if (node === undefined || lambda?.body.kind !== 'applied' || lambda.body.fn !== scalar.negate)
    return undefined;
  const x = operandOf(lambda.body.operands[0], lambda, node);
  return x !== undefined && sameShape(x.shape, at(node.outputs, 0).shape) ? x : undefined;
}

/** Every rule holds for every IEEE value, NaN, the infinities and −0 included, and changes no bit. */
export const mapRules: readonly Rule[] = [
  // A function of numbers is a number
  (node, out) => {
    const lambda = lambdaOf(node);
    if (lambda === undefined || out.dtype === 'bool' || out.shape.length > 0) return undefined;
    const values: Record<string, number> = {};
    for (const [index, { name }] of lambda.parameters.entries()) {
      const number = literalOf(at(node.inputs, index));
      if (number === undefined) return undefined;
      values[name] = number;
    }
    return literal(evaluateScalar(lambda.body, values), out);
  },
  // A function broadcasts its operands itself
  (node, out) => {
    const inputs = replaceEach(node.inputs, (input) => stretchedOperand(input.node) ?? input);
    const whole = inputs.some((input) => sameShape(input.shape, out.shape));
    return inputs !== node.inputs && whole ? applied(node.op, inputs, node.attributes, out) : undefined;
  },
  // X · 1, 1 · x, x / 1 and x − 0 are x
  (node, out) => {
    const { fn, x, number, numberFirst } = withNumber(node, out) ?? {};
    if (fn === scalar.multiply && number === 1) return x;
    if (fn === scalar.divide && number === 1 && numberFirst === false) return x;
    return fn === scalar.subtract && Object.is(number, 0) && numberFirst === false ? x : undefined;
  },
  // X · −1 is −x
  (node, out) => {
    const { fn, x, number } = withNumber(node, out) ?? {};
    if (fn !== scalar.multiply || number !== -1 || x === undefined) return undefined;
    const parameter = argument('x', x.dtype);
    const lambda: Lambda = { parameters: [parameter], body: scalar.negate(parameter) };
    return applied(map, [x], { name: 'negate', lambda }, out);
  },
  // −(−x) is x
  (node) => negated(negated(node)?.node),
];
