import type { Graph } from './graph.js';
import { scopePath, type Scope } from './scope.js';
import type { Node, Value } from './value.js';

/** The nodes of a composite or layer that a reader may see as one. The last of them gives its result. */
export interface Box {
  readonly scope: Scope;
  readonly nodes: readonly Node[];
}

/** The scopes of which the graph has every node: what is left of others would bear the name of the whole. */
function completeScopes(nodes: readonly Node[]): ReadonlySet<Scope> {
  const present = new Map<Scope, number>();
  for (const { scope } of nodes) if (scope !== undefined) present.set(scope, (present.get(scope) ?? 0) + 1);
  const complete = new Set(
    [...present].filter(([scope, count]) => count >= scope.size).map(([scope]) => scope),
  );
  const broken = [...present.keys()].filter((scope) => !complete.has(scope));
  for (const scope of broken) for (const outer of scopePath(scope)) complete.delete(outer);
  return complete;
}

/**
 * The outermost complete scopes as boxes. A node whose value is used outside of its box, other than the box's last,
 * stays outside, and so does what it needs from the box.
 */
export function boxesOf(graph: Graph): readonly Box[] {
  const complete = completeScopes(graph.nodes);
  const boxOf = new Map<Node, Scope>();
  for (const node of graph.nodes) {
    const outermost = scopePath(node.scope).find((scope) => complete.has(scope));
    if (outermost !== undefined) boxOf.set(node, outermost);
  }
  const last = new Map<Scope, Node>();
  for (const node of graph.nodes) {
    const box = boxOf.get(node);
    if (box !== undefined) last.set(box, node);
  }
  const results = new Set<Value>(Object.values(graph.outputs));
  // Users before what they use, so that a node that leaves its box takes along what it needs.
  const usedOutside = new Set<Node>([...results].map(({ node }) => node));
  for (const node of [...graph.nodes].reverse()) {
    const box = boxOf.get(node);
    if (box !== undefined && usedOutside.has(node) && last.get(box) !== node) boxOf.delete(node);
    const own = boxOf.get(node);
    for (const input of node.inputs) if (boxOf.get(input.node) !== own) usedOutside.add(input.node);
  }
  const members = new Map<Scope, Node[]>();
  for (const [node, box] of boxOf) members.set(box, [...(members.get(box) ?? []), node]);
  return [...members].flatMap(([scope, nodes]) => (nodes.length > 1 ? [{ scope, nodes }] : []));
}
