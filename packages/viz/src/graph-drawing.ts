import { formatType, type Graph, type Node, type Value } from '@adjoint/core';
import {
  boxesOf,
  constantOf,
  inputNameOf,
  last,
  nameValues,
  nodeParts,
  nodesUnder,
  stateOf,
  titleOf,
} from '@adjoint/core/extend';
import type { GraphDrawing } from './graph-layout.js';

type DrawingNode = GraphDrawing['nodes'][number];

/** Whether a reader wants to see it as an operand, not as a box. */
const isLiteral = (node: Node): boolean => constantOf(node)?.shape.length === 0;

/** What computes a node. The edges show its operands, so only numbers are written: `divide(·, 4)`. */
function operationLabel(node: Node, names: ReadonlyMap<Value, string>): string {
  const { operation, comment } = nodeParts(node, names);
  // What bears a comment is a formula, such as the derivative of a scalar function.
  if (comment !== undefined) return operation;
  const title = titleOf(node.op, node.attributes);
  if (!node.inputs.some((input) => isLiteral(input.node))) return title;
  const operands = node.inputs.map((input) => (isLiteral(input.node) ? names.get(input) : '·'));
  return `${title}(${operands.join(', ')})`;
}

/**
 * A graph as a picture shows it: inputs, states and ops as boxes, composites folded into one, numbers written where
 * they are used.
 * @param forward the value, such as the loss, under which the forward pass lies; every other node is backward
 */
export function graphDrawing(graph: Graph, forward: Value): GraphDrawing {
  // The edges show the operands: a value that has no name gets no number.
  const names = nameValues(graph, () => true);
  const forwardNodes = new Set(nodesUnder([forward]));
  const outputs = new Set(Object.values(graph.outputs).map(({ node }) => node));
  const boxOf = new Map(boxesOf(graph).flatMap((box) => box.nodes.map((node) => [node, box] as const)));
  /** The node whose box in the picture stands for this one. */
  const shownAs = (node: Node): Node => {
    const box = boxOf.get(node);
    return box === undefined ? node : last(box.nodes);
  };
  const shown = graph.nodes.filter((node) => !isLiteral(node) && shownAs(node) === node);
  const ids = new Map(shown.map((node, index) => [node, `n${index}`]));

  const kindOf = (node: Node): DrawingNode['kind'] => {
    if (inputNameOf(node) !== undefined) return 'input';
    if (stateOf(node) !== undefined) return 'state';
    if (node.inputs.length === 0) return 'constant';
    return outputs.has(node) ? 'output' : 'operation';
  };
  const labelOf = (node: Node): string => {
    const source = inputNameOf(node) ?? stateOf(node)?.path;
    if (source !== undefined) return source;
    const operation = boxOf.get(node)?.scope.name ?? operationLabel(node, names);
    return node.name === undefined ? operation : `${node.name} = ${operation}`;
  };
  const nodes = [...ids].map(([node, id]): DrawingNode => ({
    id,
    label: labelOf(node),
    detail: node.outputs.map(formatType).join(', '),
    kind: kindOf(node),
    phase: forwardNodes.has(node) ? 'forward' : 'backward',
  }));
  const edges = new Map<string, { readonly from: string; readonly to: string }>();
  for (const node of graph.nodes) {
    const to = ids.get(shownAs(node));
    for (const input of node.inputs) {
      const from = ids.get(shownAs(input.node));
      if (from !== undefined && to !== undefined && from !== to) edges.set(`${from} ${to}`, { from, to });
    }
  }
  return { nodes, edges: [...edges.values()] };
}
