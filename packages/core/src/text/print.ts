import { last, lookup } from '../support/list.js';
import { formatType } from '../value/error.js';
import { formatTensor } from '../value/format.js';
import { isTensor } from '../value/tensor.js';
import { graphsOf } from '../ir/attributes.js';
import type { Graph, Node, OperationText, Value } from '../ir/grammar.js';
import { nameOfInput } from '../ir/graph.js';
import { constantOf, inputNameOf, isLiteral } from '../ir/source.js';
import { titleOf } from '../ir/types.js';
import { boxesOf, type Box } from './fold.js';
import { aBoolean, expectArgument, expectOptions } from '../value/argument.js';
import { aGraph } from '../ir/sorts.js';

/**
 * What print, charts and errors call each value: its node's name, a literal, or a number. No two values share one.
 * @param hidden nodes that are not shown, and need no number
 */
export function nameValues(
  { nodes }: Graph,
  hidden: (node: Node) => boolean = () => false,
): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  // Where the next suffix of a name that is taken may be: names are many where nobody chose them.
  const suffixes = new Map<string, number>();
  let next = 1;
  const unique = (wanted: string): string => {
    let name = wanted;
    let suffix = suffixes.get(wanted) ?? 2;
    for (; taken.has(name); suffix++) name = `${wanted}_${suffix}`;
    suffixes.set(wanted, suffix);
    taken.add(name);
    return name;
  };
  for (const node of nodes) {
    const held = constantOf(node);
    if (held?.shape.length === 0) {
      for (const output of node.outputs) names.set(output, formatTensor(held));
      continue;
    }
    // Files may have inputs whose nodes have no name.
    const own = node.name ?? inputNameOf(node);
    if (own === undefined && hidden(node)) continue;
    const name = unique(own ?? `%${next++}`);
    for (const output of node.outputs) {
      names.set(output, node.outputs.length === 1 ? name : `${name}.${output.index}`);
    }
  }
  return names;
}

/** What computes a node, as print writes it. */
function operationText({ op, inputs, attributes }: Node, names: ReadonlyMap<Value, string>): OperationText {
  const operands = inputs.map((input) => names.get(input));
  const own = op.text?.(operands, attributes);
  if (own !== undefined) return own;
  const described = op.describe?.(attributes) ?? describe(attributes);
  const shown = [...operands.map((operand) => operand ?? '?'), ...(described === '' ? [] : [described])];
  return { operation: `${titleOf(op, attributes)}(${shown.join(', ')})` };
}

const describe = (attributes: unknown): string =>
  typeof attributes === 'object' && attributes !== null
    ? Object.entries(attributes)
        .filter(([, value]) => value !== false)
        .map(([key, value]) => (value === true ? key : `${key}=${JSON.stringify(value, readable)}`))
        .join(', ')
    : '';

/** What JSON has no word for, as code has it; graphs, expressions and tensors are too long for a line. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (isTensor(value)) return formatTensor(value);
  const isLong = typeof value === 'object' && value !== null && ('nodes' in value || 'parameters' in value);
  return isLong ? '…' : value;
}

/** A line of print in its parts. */
export interface NodeParts extends OperationText {
  /** The outputs, each by its name and type. */
  readonly results: readonly string[];
}

const typed = (value: Value, names: ReadonlyMap<Value, string>): string =>
  `${names.get(value) ?? '?'}: ${formatType(value)}`;

/**
 * The parts of which print puts a node's line together.
 * @param names what values are called; one without a name is written `?`
 */
export const nodeParts = (node: Node, names: ReadonlyMap<Value, string>): NodeParts => ({
  results: node.outputs.map((value) => typed(value, names)),
  ...operationText(node, names),
});

/** One node as a line of its graph's print: `%3: f64[4, 1] = log(A2)`. */
export function nodeText(
  graph: Graph,
  node: Node,
  names: ReadonlyMap<Value, string> = nameValues(graph),
): string {
  const { results, operation, comment } = nodeParts(node, names);
  return `${results.join(', ')} = ${operation}${comment === undefined ? '' : `  # ${comment}`}`;
}

export interface PrintOptions {
  /** Whether each composite and layer is one line; true unless given. */
  readonly fold?: boolean;
}

/** A box's line: its name applied to what it uses from outside. */
function boxText({ nodes, scope }: Box, names: ReadonlyMap<Value, string>): string {
  const inside = new Set(nodes);
  const operands = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter(({ node }) => !inside.has(node) && !isLiteral(node))),
  );
  const shown = last(nodes)
    .outputs.map((value) => typed(value, names))
    .join(', ');
  return `${shown} = ${scope.name}(${[...operands].map((value) => lookup(names, value)).join(', ')})`;
}

/** The lines of a graph's print; the first begins with what the graph is to the op that holds it. */
function linesOf(graph: Graph, fold: boolean, role = ''): readonly string[] {
  const boxes = new Map(
    (fold ? boxesOf(graph) : []).flatMap((box) => box.nodes.map((node) => [node, box] as const)),
  );
  const hidden = (node: Node): boolean =>
    inputNameOf(node) !== undefined ||
    isLiteral(node) ||
    (boxes.has(node) && boxes.get(node)?.nodes.at(-1) !== node);
  const names = nameValues(graph, hidden);
  const inputs = graph.inputs.map((input) => `${nameOfInput(input)}: ${formatType(input)}`);
  const lines = graph.nodes
    .filter((node) => !hidden(node))
    .flatMap((node) => {
      const box = boxes.get(node);
      if (box !== undefined) return [boxText(box, names)];
      const graphs = Object.entries(graphsOf(node.op.attributes, node.attributes));
      // One among several says which it is.
      const bodies = graphs.flatMap(([part, body]) =>
        linesOf(body, fold, graphs.length > 1 ? `${part} ` : ''),
      );
      return [nodeText(graph, node, names), ...bodies.map((text) => `  ${text}`)];
    });
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    const shown = lookup(names, value);
    return shown === name ? name : `${name} = ${shown}`;
  });
  return [
    `${role}(${inputs.join(', ')}) {`,
    ...lines.map((line) => `  ${line}`),
    `  return ${outputs.join(', ')}`,
    '}',
  ];
}

/**
 * A graph as text, one node or folded composite a line; derivatives of scalar functions as formulas.
 * @example print(graph({ out: multiply(x, y) })).split('\n')[1] // '  %1: f64[2] = multiply(x, y)'
 */
export function print(graph: Graph, options: PrintOptions = {}): string {
  expectArgument('print', 'graph', graph, aGraph);
  expectOptions('print', options, { fold: aBoolean });
  return linesOf(graph, options.fold ?? true).join('\n');
}
