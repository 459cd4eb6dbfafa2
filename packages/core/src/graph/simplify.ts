import { full } from '../tensor.js';
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
import { argument, substitute, type Lambda, type Scalar } from '../scalar/expression.js';
import * as scalar from '../scalar/functions.js';
import { sameShape, sizeOf } from '../shape.js';
import { formatNumber } from '../error.js';
import { replaceEach } from '../list.js';
import { nodesUnder, type Graph } from './graph.js';
import type { Primitive } from './op.js';
import { constant } from './source.js';
import { makeNode, type Node, type Value } from './value.js';

const isConstant = ({ node }: Value): boolean => node.op === (constant as Primitive);

interface ConstantAttributes {
  readonly value: {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data: ArrayLike<number>;
  };
}

/** The number that a value holds everywhere; `undefined` where it is none that is known. */
function literalOf(value: Value): number | undefined {
  if (!isConstant(value) || value.dtype === 'bool') return undefined;
  // Attributes of a node are those of its op.
  const { data } = (value.node.attributes as ConstantAttributes).value;
  return data.length === 1 ? data[0] : undefined;
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
  readonly name: string;
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

function withNumber({ op, inputs, attributes }: Node, out: Value): WithNumber | undefined {
  if (op !== (map as Primitive)) return undefined;
  const { body, parameters } = (attributes as MapAttributes).lambda;
  if (body.kind !== 'applied' || body.operands.length !== 2) return undefined;
  if (!inputs.some(isConstant) && body.operands.every(({ kind }) => kind !== 'constant')) return undefined;
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
  {
    name: 'a count is a number',
    ops: [count],
    apply: (node, out) => {
      const { axes } = node.attributes as { readonly axes?: readonly number[] };
      const shape = node.inputs[0]?.shape ?? [];
      const sizes = axes === undefined ? shape : axes.map((axis) => shape.at(axis) ?? 1);
      return literal(sizeOf(sizes), out);
    },
  },
  {
    name: 'a function of numbers is a number',
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
  {
    name: 'what changes no shape changes nothing',
    ops: [...reshapes, ...broadcasts, sumLike],
    apply: ({ inputs: [x] }, out) => (x !== undefined && sameShape(x.shape, out.shape) ? x : undefined),
  },
  {
    name: 'of two reshapes the second counts',
    ops: reshapes,
    apply: (node, out) => {
      const inner = node.inputs[0]?.node;
      const x = inner?.inputs[0];
      if (inner === undefined || x === undefined || !oneOf(inner, reshapes)) return undefined;
      return applied(reshape, [x], { shape: out.shape }, out);
    },
  },
  {
    name: 'permutations compose',
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
  {
    name: 'a function broadcasts its operands itself',
    ops: [map],
    apply: (node, out) => {
      const inputs = replaceEach(node.inputs, (input) =>
        oneOf(input.node, broadcasts) ? (input.node.inputs[0] ?? input) : input,
      );
      const whole = inputs.some((input) => sameShape(input.shape, out.shape));
      return inputs !== node.inputs && whole ? applied(map, inputs, node.attributes, out) : undefined;
    },
  },
  {
    name: 'x · 1, 1 · x, x / 1 and x − 0 are x',
    ops: [map],
    apply: (node, out) => {
      const { fn, x, number, numberFirst } = withNumber(node, out) ?? {};
      if (fn === 'multiply' && number === 1) return x;
      if (fn === 'divide' && number === 1 && numberFirst === false) return x;
      return fn === 'subtract' && Object.is(number, 0) && numberFirst === false ? x : undefined;
    },
  },
  {
    name: 'x · −1 is −x',
    ops: [map],
    apply: (node, out) => {
      const { fn, x, number } = withNumber(node, out) ?? {};
      if (fn !== 'multiply' || number !== -1 || x === undefined) return undefined;
      const parameter = argument('x', x.dtype);
      const lambda: Lambda = { parameters: [parameter], body: scalar.negate(parameter) };
      return applied(map, [x], { name: 'negate', lambda }, out);
    },
  },
  {
    name: '−(−x) is x',
    ops: [map],
    apply: (node) => {
      const negated = (each: Node | undefined): Value | undefined => {
        if (each === undefined || !oneOf(each, [map])) return undefined;
        const { body } = (each.attributes as MapAttributes).lambda;
        return body.kind === 'applied' && body.fn === scalar.negate && body.operands[0]?.kind === 'argument'
          ? each.inputs[0]
          : undefined;
      };
      return negated(negated(node)?.node);
    },
  },
];

const rulesOf = new Map<Op, readonly Rule[]>();
for (const rule of rules) for (const op of rule.ops) rulesOf.set(op, [...(rulesOf.get(op) ?? []), rule]);

/** What some rule makes of a value. */
function simpler(value: Value): Value | undefined {
  for (const rule of rulesOf.get(value.node.op) ?? []) {
    const found = rule.apply(value.node, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Attributes as text; `undefined` where they hold more than plain data. */
function plainText(attributes: unknown): string | undefined {
  const opaque: unknown[] = [];
  const text = JSON.stringify(attributes, (_key, value: unknown) => {
    if (typeof value === 'function' || ArrayBuffer.isView(value)) opaque.push(value);
    // NaN, the infinities and −0 have no JSON of their own.
    return typeof value === 'number' ? formatNumber(value) : value;
  });
  return opaque.length === 0 ? text : undefined;
}

const lambdaIds = new WeakMap<Lambda, number>();

/** The same for lambdas that compute the same: equal expressions are one object, once their arguments have the same names. */
function idOf(lambda: Lambda): number {
  const known = lambdaIds.get(lambda);
  if (known !== undefined) return known;
  const renamed = lambda.parameters.map(
    (parameter, index) => [parameter, argument(`#${index}`, parameter.dtype)] as const,
  );
  const { id } = substitute(lambda.body, new Map<Scalar, Scalar>(renamed));
  lambdaIds.set(lambda, id);
  return id;
}

/** Tells apart what does not compute the same. */
class Keys {
  readonly #ids = new Map<unknown, number>();

  #id(thing: unknown): number {
    const id = this.#ids.get(thing) ?? this.#ids.size;
    this.#ids.set(thing, id);
    return id;
  }

  /** Equal for nodes that compute the same; `undefined` for those that are not compared. */
  of({ op, inputs, attributes }: Node): string | undefined {
    if (op === (constant as Primitive)) {
      const { dtype, shape, data } = (attributes as ConstantAttributes).value;
      const [element] = Array.from(data);
      return data.length === 1 ? `${dtype} [${shape.join()}] ${formatNumber(element ?? NaN)}` : undefined;
    }
    if (op.subgraphs !== undefined || inputs.length === 0) return undefined;
    const operands = inputs.map((input) => this.#id(input)).join();
    if (op !== (map as Primitive)) {
      const written = plainText(attributes);
      return written === undefined ? undefined : `${this.#id(op)} ${operands} ${written}`;
    }
    return `${this.#id(op)} ${operands} ${idOf((attributes as MapAttributes).lambda)}`;
  }
}

/** The values of a graph in their simplest form, each computed once. */
class Simplifier {
  readonly #keys = new Keys();
  readonly #known = new Map<string, Value>();
  /** What stands for each value; a value in its simplest form for itself. */
  readonly #simplest = new Map<Value, Value>();
  /** The names of nodes that have gone, for those that stand for them. */
  readonly #names = new Map<Node, string>();

  readonly #now = (value: Value): Value => this.#simplest.get(value) ?? value;

  add(node: Node): void {
    const inputs = replaceEach(node.inputs, this.#now);
    const attributes = node.op.replaceSubgraphs?.(node.attributes, simplify) ?? node.attributes;
    const same = attributes === node.attributes && inputs === node.inputs;
    const { outputs } = same ? node : makeNode(node.op, inputs, attributes, node.outputs, node);
    outputs.forEach((output, index) => {
      const old = node.outputs[index];
      if (old === undefined) return;
      const simplest = outputs.length === 1 ? this.#reduce(output) : output;
      this.#simplest.set(simplest, simplest).set(old, simplest);
      const { node: found } = simplest;
      if (
        node.name !== undefined &&
        found.name === undefined &&
        found.inputs.length > 0 &&
        !this.#names.has(found)
      ) {
        this.#names.set(found, node.name);
      }
    });
  }

  #reduce(value: Value): Value {
    let current = value;
    while (this.#simplest.get(current) !== current) {
      const next = simpler(current);
      if (next === undefined) return this.#first(current);
      current = next;
    }
    return current;
  }

  /** The first value that was computed in the same way. */
  #first(value: Value): Value {
    const key = this.#keys.of(value.node);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known === undefined && key !== undefined) this.#known.set(key, value);
    return known ?? value;
  }

  /** The graph of some values, under the names that readers gave them. */
  graph(outputs: Readonly<Record<string, Value>>, inputs: readonly Value[]): Graph {
    const simplest = Object.entries(outputs).map(([name, value]) => [name, this.#now(value)] as const);
    const renamed = new Map<Value, Value>();
    const last = (value: Value): Value => renamed.get(value) ?? value;
    const nodes = nodesUnder([...simplest.map(([, value]) => value), ...inputs]).map((node) => {
      const name = node.name ?? this.#names.get(node);
      const operands = replaceEach(node.inputs, last);
      if (name === node.name && operands === node.inputs) return node;
      const copy = makeNode(node.op, operands, node.attributes, node.outputs, { name, scope: node.scope });
      copy.outputs.forEach((output, index) => {
        const old = node.outputs[index];
        if (old !== undefined) renamed.set(old, output);
      });
      return copy;
    });
    return {
      inputs,
      nodes,
      outputs: Object.fromEntries(simplest.map(([name, value]) => [name, last(value)])),
    };
  }
}

/**
 * The graph as a person would write it by hand: numbers computed, what is written twice computed once, what does
 * nothing left out. The outputs keep their bits. It holds for the sizes that the graph has now: rebind the original.
 * @example print(simplify(graph({ dW: gradient(loss, b1) }))).includes('count') // false
 */
export function simplify({ inputs, nodes, outputs }: Graph): Graph {
  const simplifier = new Simplifier();
  for (const node of nodes) simplifier.add(node);
  return simplifier.graph(outputs, inputs);
}
