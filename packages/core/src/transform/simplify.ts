import { argument, substitute, type Lambda, type Scalar } from '../scalar/expression.js';
import { formatNumber } from '../value/error.js';
import { at, lookup, replaceEach } from '../support/list.js';
import { graphsOf, replaceGraphs } from '../ir/attributes.js';
import type { Graph, Node, Value } from '../ir/grammar.js';
import { nodesUnder } from '../ir/graph.js';
import { makeNode } from '../ir/node.js';
import { constantOf } from '../ir/source.js';
import { lambdaOf } from './map-rules.js';
import { simpler } from './rules.js';
import { expectArgument } from '../value/argument.js';
import { aGraph } from '../ir/sorts.js';

/** Attributes as text; `undefined` where they hold more than plain data. */
function plainText(attributes: unknown): string | undefined {
  const opaque: unknown[] = [];
  const text = JSON.stringify(attributes, (_key, value: unknown) => {
    // NaN, the infinities and −0 have no JSON of their own.
    if (typeof value === 'number') return `#${formatNumber(value)}`;
    if (typeof value === 'string') return `'${value}`;
    if (typeof value === 'boolean' || value === undefined || value === null || Array.isArray(value))
      return value;
    if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) return value;
    opaque.push(value);
    return undefined;
  });
  return opaque.length === 0 ? text : undefined;
}

const lambdaIds = new WeakMap<Lambda, number>();

/**
 * A number that lambdas share exactly if they compute the same: equal expressions are one object once their arguments
 * have the same names.
 */
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

/** Keys by which nodes that compute the same are recognized. */
class Keys {
  readonly #ids = new Map<unknown, number>();

  #id(thing: unknown): number {
    const id = this.#ids.get(thing) ?? this.#ids.size;
    this.#ids.set(thing, id);
    return id;
  }

  /**
   * Equal for nodes that compute the same; `undefined` for those that are not compared.
   * @param identity stands for attributes that are no plain data: they are the same where they are one object
   */
  of(node: Node, identity: unknown): string | undefined {
    const { op, inputs, attributes } = node;
    const held = constantOf(node);
    if (held !== undefined) {
      const { dtype, shape, data } = held;
      return data.length === 1 ? `${dtype} [${shape.join()}] ${formatNumber(at(data, 0))}` : undefined;
    }
    if (inputs.length === 0) return undefined;
    const applied = `${this.#id(op)} ${inputs.map((input) => this.#id(input)).join()}`;
    const lambda = lambdaOf(node);
    if (lambda !== undefined) return `${applied} ${idOf(lambda)}`;
    const holdsGraphs =
      op.family.kind === 'control' || Object.keys(graphsOf(op.attributes, attributes)).length > 0;
    const written = holdsGraphs ? undefined : plainText(attributes);
    return `${applied} ${written ?? `@${this.#id(identity)}`}`;
  }
}

/** The values of a graph in their simplest form, each computed once. */
class Simplifier {
  readonly #keys = new Keys();
  readonly #known = new Map<string, Node>();
  /** What stands for each value; a value in its simplest form for itself. */
  readonly #simplest = new Map<Value, Value>();
  /** The names of nodes that have gone, for those that stand for them. */
  readonly #names = new Map<Node, string>();

  readonly #now = (value: Value): Value => lookup(this.#simplest, value);

  add(node: Node): void {
    const inputs = replaceEach(node.inputs, this.#now);
    const attributes = replaceGraphs(node.op.attributes, node.attributes, simplify);
    const same = attributes === node.attributes && inputs === node.inputs;
    const made = same ? node : makeNode(node.op, inputs, attributes, node.outputs, node);
    const simplest =
      made.outputs.length === 1
        ? [this.#reduce(at(made.outputs, 0), node.attributes)]
        : this.#first(made, node.attributes).outputs;
    node.outputs.forEach((old, index) => {
      const value = at(simplest, index);
      this.#simplest.set(value, value).set(old, value);
      const { node: found } = value;
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

  #reduce(value: Value, identity: unknown): Value {
    let current = value;
    while (this.#simplest.get(current) !== current) {
      const next = simpler(current);
      if (next === undefined) {
        const { node } = current;
        const first = this.#first(node, current === value ? identity : node.attributes);
        return at(first.outputs, current.index);
      }
      current = next;
    }
    return current;
  }

  /** The first node that computes the same. */
  #first(node: Node, identity: unknown): Node {
    const key = this.#keys.of(node, identity);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known === undefined && key !== undefined) this.#known.set(key, node);
    return known ?? node;
  }

  /** The graph of some values, under the names that readers gave them. */
  graph(outputs: Readonly<Record<string, Value>>, inputs: readonly Value[]): Graph {
    const simplest = Object.entries(outputs).map(([name, value]) => [name, this.#now(value)] as const);
    const renamed = new Map<Value, Value>();
    // A value that needed no name of its own has stayed the same.
    const current = (value: Value): Value => renamed.get(value) ?? value;
    const nodes = nodesUnder([...simplest.map(([, value]) => value), ...inputs]).map((node) => {
      const name = node.name ?? this.#names.get(node);
      const operands = replaceEach(node.inputs, current);
      if (name === node.name && operands === node.inputs) return node;
      const copy = makeNode(node.op, operands, node.attributes, node.outputs, { name, scope: node.scope });
      copy.outputs.forEach((output, index) => renamed.set(at(node.outputs, index), output));
      return copy;
    });
    return {
      inputs,
      nodes,
      outputs: Object.fromEntries(simplest.map(([name, value]) => [name, current(value)])),
    };
  }
}

/**
 * The graph as a person would write it by hand: numbers computed, what is written twice computed once, what does
 * nothing left out. The outputs keep their bits. It holds for the sizes that the graph has now: rebind the original.
 * @example print(simplify(graph({ dW: gradient(loss, b1) }))).includes('count') // false
 */
export function simplify(graph: Graph): Graph {
  expectArgument('simplify', 'graph', graph, aGraph);
  const { inputs, nodes, outputs } = graph;
  const simplifier = new Simplifier();
  for (const node of nodes) simplifier.add(node);
  return simplifier.graph(outputs, inputs);
}
