import { full } from '../value/tensor.js';
import { map, type MapAttributes } from '../ops/map.js';
import {
  broadcastLike,
  broadcastTo,
  expandDims,
  flatten,
  permuteDims,
  reshape,
  reshapeLike,
  squeeze,
  unflatten,
} from '../ops/movement.js';
import { count, sumLike } from '../ops/reduction.js';
import { evaluateScalar } from '../scalar/evaluate.js';
import { argument, type Lambda } from '../scalar/expression.js';
import * as scalar from '../scalar/functions.js';
import { sameShape, sizeOf } from '../value/shape.js';
import { replaceEach } from '../support/list.js';
import type { Primitive } from '../ir/op.js';
import { constant, constantOf } from '../ir/source.js';
import { makeNode, type Node, type Value } from '../ir/value.js';

/** What is written more simply, as a table. */

/** The number that a value holds everywhere; `undefined` where it is none that is known. */
function literalOf({ node, dtype }: Value): number | undefined {
  const data = dtype === 'bool' ? undefined : constantOf(node)?.data;
  return data?.length === 1 ? data[0] : undefined;
}

const literal = (value: number, { dtype }: Value): Value => constant(full([], value, dtype));

/** The only output of an op over an input, of the type of `like`. */
const applied = (
  op: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  like: Value,
): Value | undefined => makeNode(op, inputs, attributes, [like], {}).outputs[0];

/** What stands for the only output of a node of some ops instead; its inputs are simplified already. */
interface Rule {
  readonly ops: readonly Op[];
  readonly apply: (node: Node, out: Value) => Value | undefined;
}

/** Ops are compared by identity; what their attributes and arities are does not matter here. */
type Op = Pick<Primitive, 'name'>;

/** An application of one scalar function to a value and a number, one of them on either side. */
interface WithNumber {
  readonly fn: string;
  readonly x: Value;
  readonly number: number;
  readonly numberFirst: boolean;
}

/** Of a map, which the rules for it are given. */
function withNumber({ inputs, attributes }: Node, out: Value): WithNumber | undefined {
  const { body, parameters } = (attributes as MapAttributes).lambda;
  if (body.kind !== 'applied' || body.operands.length !== 2) return undefined;
  if (!inputs.some(({ node }) => constantOf(node)) && body.operands.every(({ kind }) => kind !== 'constant'))
    return undefined;
  const operands = body.operands.map((operand) => {
    const index = parameters.findIndex((parameter) => parameter === operand);
    if (operand.kind === 'constant') return { number: operand.value };
    const input = inputs[index];
    if (input === undefined) return {};
    const number = literalOf(input);
    return number === undefined ? { x: input } : { number };
  });
  const [first, second] = operands;
  const [x, number] = [first?.x ?? second?.x, first?.number ?? second?.number];
  if (x === undefined || number === undefined || !sameShape(x.shape, out.shape)) return undefined;
  return { fn: body.fn.name, x, number, numberFirst: first?.number !== undefined };
}

const oneOf = (node: Node, ops: readonly Op[]): boolean => ops.some((op) => op === node.op);

const reshapes: readonly Op[] = [reshape, reshapeLike, flatten, unflatten, expandDims, squeeze];
const broadcasts: readonly Op[] = [broadcastLike, broadcastTo];

/** Every rule holds for every IEEE value, NaN, the infinities and −0 included, and changes no bit. */
const rules: readonly Rule[] = [
  // A count is a number
  {
    ops: [count],
    apply: (node, out) => {
      const { axes } = node.attributes as { readonly axes?: readonly number[] };
      const shape = node.inputs[0]?.shape ?? [];
      const sizes = axes === undefined ? shape : axes.map((axis) => shape.at(axis) ?? 1);
      return literal(sizeOf(sizes), out);
    },
  },
  // A function of numbers is a number
  {
    ops: [map],
    apply: (node, out) => {
      if (out.dtype === 'bool' || out.shape.length > 0) return undefined;
      const { lambda } = node.attributes as MapAttributes;
      const numbers = node.inputs.map(literalOf);
      if (numbers.some((number) => number === undefined)) return undefined;
      const values = lambda.parameters.map(({ name }, index) => [name, numbers[index] ?? NaN] as const);
      return literal(evaluateScalar(lambda.body, Object.fromEntries(values)), out);
    },
  },
  // What changes no shape changes nothing
  {
    ops: [...reshapes, ...broadcasts, sumLike],
    apply: ({ inputs: [x] }, out) => (x !== undefined && sameShape(x.shape, out.shape) ? x : undefined),
  },
  // Of two reshapes the second counts
  {
    ops: reshapes,
    apply: (node, out) => {
      const inner = node.inputs[0]?.node;
      const x = inner?.inputs[0];
      if (inner === undefined || x === undefined || !oneOf(inner, reshapes)) return undefined;
      return applied(reshape, [x], { shape: out.shape }, out);
    },
  },
  // Permutations compose
  {
    ops: [permuteDims],
    apply: (node, out) => {
      const [x] = node.inputs;
      const { axes } = node.attributes as { readonly axes: readonly number[] };
      const before =
        x !== undefined && oneOf(x.node, [permuteDims])
          ? (x.node.attributes as { readonly axes: readonly number[] }).axes
          : undefined;
      const composed = before === undefined ? axes : axes.map((axis) => before[axis] ?? axis);
      const from = before === undefined ? x : x?.node.inputs[0];
      if (from === undefined) return undefined;
      if (composed.every((axis, at) => axis === at)) return from;
      return before === undefined ? undefined : applied(permuteDims, [from], { axes: composed }, out);
    },
  },
  // A function broadcasts its operands itself
  {
    ops: [map],
    apply: (node, out) => {
      const inputs = replaceEach(node.inputs, (input) =>
        oneOf(input.node, broadcasts) ? (input.node.inputs[0] ?? input) : input,
      );
      const whole = inputs.some((input) => sameShape(input.shape, out.shape));
      return inputs !== node.inputs && whole ? applied(map, inputs, node.attributes, out) : undefined;
    },
  },
  // X · 1, 1 · x, x / 1 and x − 0 are x
  {
    ops: [map],
    apply: (node, out) => {
      const { fn, x, number, numberFirst } = withNumber(node, out) ?? {};
      if (fn === 'multiply' && number === 1) return x;
      if (fn === 'divide' && number === 1 && numberFirst === false) return x;
      return fn === 'subtract' && Object.is(number, 0) && numberFirst === false ? x : undefined;
    },
  },
  // X · −1 is −x
  {
    ops: [map],
    apply: (node, out) => {
      const { fn, x, number } = withNumber(node, out) ?? {};
      if (fn !== 'multiply' || number !== -1 || x === undefined) return undefined;
      const parameter = argument('x', x.dtype);
      const lambda: Lambda = { parameters: [parameter], body: scalar.negate(parameter) };
      return applied(map, [x], { name: 'negate', lambda }, out);
    },
  },
  // −(−x) is x
  {
    ops: [map],
    apply: (node) => {
      const negated = (each: Node | undefined): Value | undefined => {
        if (each === undefined || !oneOf(each, [map])) return undefined;
        const { body, parameters } = (each.attributes as MapAttributes).lambda;
        if (body.kind !== 'applied' || body.fn !== scalar.negate) return undefined;
        const x = each.inputs[parameters.findIndex((parameter) => parameter === body.operands[0])];
        return x !== undefined && sameShape(x.shape, each.outputs[0]?.shape ?? []) ? x : undefined;
      };
      return negated(negated(node)?.node);
    },
  },
];

const rulesOf = new Map<Op, readonly Rule[]>();
for (const rule of rules) for (const op of rule.ops) rulesOf.set(op, [...(rulesOf.get(op) ?? []), rule]);

/** What some rule makes of a value. */
export function simpler(value: Value): Value | undefined {
  for (const rule of rulesOf.get(value.node.op) ?? []) {
    const found = rule.apply(value.node, value);
    if (found !== undefined) return found;
  }
  return undefined;
}
