import {
  boxesOf,
  constant,
  formatType,
  inputNameOf,
  nameValues,
  nodesUnder,
  operationText,
  stateOf,
  type Graph,
  type Node,
  type Value,
} from '@adjoint/core';
import type { GraphDrawing } from './graph-layout.js';

type DrawingNode = GraphDrawing['nodes'][number];

/** Whether a reader wants to see it as an operand, not as a box. */
const isLiteral = (node: Node): boolean =>
  node.op.name === constant.name && node.outputs.every(({ shape }) => shape.length === 0);

/** What a named value is, or else what computes it, without its operands: the edges show those. */
function labelOf(node: Node, names: ReadonlyMap<Value, string>): string {
  const operation = operationText(node, names).split('  # ');
  const [text = ''] = operation;
  // Derivatives of scalar functions are formulas, everything else is a name and operands in parentheses.
  const short = operation.length > 1 ? text : text.replace(/\(.*$/s, '');
  return node.name === undefined ? short : `${node.name} = ${short}`;
}

/**
 * A graph as a picture shows it: inputs, states and ops as boxes, composites folded into one, literals left out.
 * @param forward the value, such as the loss, under which the forward pass lies; every other node is backward
 */
export function graphDrawing(graph: Graph, forward: Value): GraphDrawing {
  // Numbers given to values without a name say nothing in a picture: the edges show the operands.
  const names = new Map([...nameValues(graph)].filter(([, name]) => !name.startsWith('%')));
  const forwardNodes = new Set(nodesUnder([forward]));
  const outputs = new Set(Object.values(graph.outputs).map(({ node }) => node));
  const boxes = boxesOf(graph);
  const shownAs = new Map<Node, Node>();
  const titles = new Map<Node, string>();
  for (const { scope, nodes } of boxes) {
    const last = nodes.at(-1);
    if (last === undefined) continue;
    for (const node of nodes) shownAs.set(node, last);
    titles.set(last, last.name === undefined ? scope.name : `${last.name} = ${scope.name}`);
  }
  const shown = graph.nodes.filter((node) => !isLiteral(node) && (shownAs.get(node) ?? node) === node);
  const ids = new Map(shown.map((node, index) => [node, `n${index}`]));

  const kindOf = (node: Node): DrawingNode['kind'] => {
    if (inputNameOf(node) !== undefined) return 'input';
    if (stateOf(node) !== undefined) return 'state';
    if (node.inputs.length === 0) return 'constant';
    return outputs.has(node) ? 'output' : 'operation';
  };
  const nodes = shown.map((node): DrawingNode => {
    const source = inputNameOf(node) ?? stateOf(node)?.path;
    return {
      id: ids.get(node) ?? '',
      label: source ?? titles.get(node) ?? labelOf(node, names),
      detail: node.outputs.map(formatType).join(', '),
      kind: kindOf(node),
      phase: forwardNodes.has(node) ? 'forward' : 'backward',
    };
  });
  const edges = new Map<string, { readonly from: string; readonly to: string }>();
  for (const node of graph.nodes) {
    const to = ids.get(shownAs.get(node) ?? node);
    for (const input of node.inputs) {
      const from = ids.get(shownAs.get(input.node) ?? input.node);
      if (from !== undefined && to !== undefined && from !== to) edges.set(`${from} ${to}`, { from, to });
    }
  }
  return { nodes, edges: [...edges.values()] };
}
