import { formatType } from '../error.js';
import { formatTensor } from '../format.js';
import { map, type MapAttributes } from '../ops/map.js';
import { formatScalar } from '../scalar/format.js';
import { nameOfInput, type Graph } from './graph.js';
import { titleOf, type Primitive } from './op.js';
import { scopePath, type Scope } from './scope.js';
import { constant } from './source.js';
import type { Node, Value } from './value.js';

const isLiteral = ({ op, outputs: [out] }: Node): boolean =>
  op === (constant as Primitive) && out?.shape.length === 0;

/** What print, charts and errors call each value: its node's name, a literal, or a number. No two values share one. */
export function nameValues({ nodes }: Graph): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  let next = 1;
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let suffix = 2; taken.has(name); suffix++) name = `${wanted}_${suffix}`;
    taken.add(name);
    return name;
  };
  for (const node of nodes) {
    if (isLiteral(node)) {
      // The attributes of a constant are its tensor.
      const { value } = node.attributes as { value: Parameters<typeof formatTensor>[0] };
      for (const output of node.outputs) names.set(output, formatTensor(value));
      continue;
    }
    const name = unique(node.name ?? `%${next++}`);
    for (const output of node.outputs) {
      names.set(output, node.outputs.length === 1 ? name : `${name}.${output.index}`);
    }
  }
  return names;
}

/** Whether a map is a derivative that a pullback made: a reader wants its formula, not its name. */
const isDerived = ({ op, attributes }: Node): boolean =>
  // The attributes of a map are its name and expression.
  op === (map as Primitive) && (attributes as MapAttributes).name.includes('′');

function operation(node: Node, names: ReadonlyMap<Value, string>): string {
  const { op, inputs, attributes } = node;
  const operands = inputs.map((input) => names.get(input) ?? '?');
  if (isDerived(node)) {
    const { name, lambda } = attributes as MapAttributes; // `isDerived` has just said so
    const byName = new Map(
      lambda.parameters.map((parameter, index) => [parameter.name, operands[index] ?? '?']),
    );
    return `${formatScalar(lambda.body, byName)}  # ${name}`;
  }
  if (op === (map as Primitive)) return `${titleOf(op, attributes)}(${operands.join(', ')})`;
  const described = op.describe?.(attributes) ?? describe(attributes);
  return `${titleOf(op, attributes)}(${[...operands, ...(described === '' ? [] : [described])].join(', ')})`;
}

const describe = (attributes: unknown): string =>
  typeof attributes === 'object' && attributes !== null
    ? Object.entries(attributes)
        .filter(([, value]) => value !== false)
        .map(([key, value]) => (value === true ? key : `${key}=${JSON.stringify(value)}`))
        .join(', ')
    : '';

/** One node as a line of its graph's print: `%3: f64[4, 1] = log(A2)`. */
export function nodeText(graph: Graph, node: Node, names: ReadonlyMap<Value, string> = nameValues(graph)): string {
  const typed = node.outputs.map((value) => `${names.get(value) ?? '?'}: ${formatType(value)}`).join(', ');
  return `${typed} = ${operation(node, names)}`;
}

export interface PrintOptions {
  /** Whether each composite and layer is one line; true unless given. */
  readonly fold?: boolean;
}

/** The lines of a graph: a node each, or a box of nodes that were built in one scope. */
interface Line {
  readonly nodes: Node[];
  readonly box: Scope | undefined;
}

function linesOf(nodes: readonly Node[], fold: boolean): readonly Line[] {
  const boxes = new Map<Scope, Line>();
  const lines: Line[] = [];
  for (const node of nodes) {
    const [box] = fold ? scopePath(node.scope) : [];
    const known = box && boxes.get(box);
    if (known === undefined) {
      const line = { nodes: [node], box };
      if (box !== undefined) boxes.set(box, line);
      lines.push(line);
    } else {
      // A box stands where its last node does, so that whatever it uses stands above.
      known.nodes.push(node);
      lines.splice(lines.indexOf(known), 1);
      lines.push(known);
    }
  }
  return lines;
}

/** A box's line: its name applied to what its nodes use from outside, giving what is used outside of them. */
function boxText({ nodes, box }: Line, graph: Graph, names: ReadonlyMap<Value, string>): string {
  const inside = new Set(nodes);
  const shown = (value: Value): string => names.get(value) ?? '?';
  const operands = new Set(
    nodes
      .flatMap(({ inputs }) => inputs)
      .filter(({ node }) => !inside.has(node))
      .map(shown),
  );
  const used = new Set<Value>([
    ...graph.nodes.filter((node) => !inside.has(node)).flatMap(({ inputs }) => inputs),
    ...Object.values(graph.outputs),
  ]);
  const results = nodes.flatMap(({ outputs }) => outputs).filter((value) => used.has(value));
  const typed = results.map((value) => `${shown(value)}: ${formatType(value)}`).join(', ');
  return `${typed} = ${box?.name ?? ''}(${[...operands].join(', ')})`;
}

/**
 * A graph as text, one node or folded composite a line; derivatives of scalar functions as formulas.
 * @example print(graph({ out: multiply(x, y) })).split('\n')[1] // '  %1: f64[2] = multiply(x, y)'
 */
export function print(graph: Graph, { fold = true }: PrintOptions = {}): string {
  const names = nameValues(graph);
  const inputs = graph.inputs.map((input) => `${nameOfInput(input)}: ${formatType(input)}`);
  const hidden = new Set<Node>(graph.inputs.map(({ node }) => node));
  const lines = linesOf(
    graph.nodes.filter((node) => !hidden.has(node) && !isLiteral(node)),
    fold,
  ).flatMap((line) => {
    const [node] = line.nodes;
    if (node === undefined) return [];
    if (line.box !== undefined) return [boxText(line, graph, names)];
    const bodies = (node.op.subgraphs?.(node.attributes) ?? []).flatMap((body) =>
      print(body, { fold }).split('\n'),
    );
    return [nodeText(graph, node, names), ...bodies.map((text) => `  ${text}`)];
  });
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    const shown = names.get(value) ?? '?';
    return shown === name ? name : `${name} = ${shown}`;
  });
  return [
    `(${inputs.join(', ')}) {`,
    ...lines.map((line) => `  ${line}`),
    `  return ${outputs.join(', ')}`,
    '}',
  ].join('\n');
}
