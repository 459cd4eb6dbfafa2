import type { Graph, Node } from '../ir/grammar.js';
import { scopePath, type Scope } from '../ir/scope.js';

/** The nodes of a composite or layer that a reader may see as one. The last of them gives its result. */
export interface Box {
  readonly scope: Scope;
  readonly nodes: readonly Node[];
}

/** The scopes of which the graph has every node: a part of a scope under the scope's name would mislead. */
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

/** Whether no node but the last has an output that is used outside of these nodes, or is an output of the graph. */
function hasOneResult(
  nodes: readonly Node[],
  users: ReadonlyMap<Node, readonly Node[]>,
  outputs: ReadonlySet<Node>,
): boolean {
  const inside = new Set(nodes);
  return nodes.every(
    (node, index) =>
      index === nodes.length - 1 ||
      (!outputs.has(node) && (users.get(node) ?? []).every((user) => inside.has(user))),
  );
}

/** The outermost scopes that a reader may see as one box: every node is there, and only the last is used outside. */
export function boxesOf(graph: Graph): readonly Box[] {
  const complete = completeScopes(graph.nodes);
  const members = new Map<Scope, Node[]>();
  const users = new Map<Node, Node[]>();
  const append = <K, T>(lists: Map<K, T[]>, key: K, value: T): void => {
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [value]);
    else list.push(value);
  };
  for (const node of graph.nodes) {
    for (const scope of scopePath(node.scope)) if (complete.has(scope)) append(members, scope, node);
    for (const input of node.inputs) append(users, input.node, node);
  }
  const outputs = new Set(Object.values(graph.outputs).map(({ node }) => node));
  const boxes: Box[] = [];
  const folded = new Set<Node>();
  // Outer scopes have their first node no later than the scopes inside them, and come first.
  for (const [scope, nodes] of members) {
    if (nodes.length < 2 || nodes.some((node) => folded.has(node)) || !hasOneResult(nodes, users, outputs))
      continue;
    boxes.push({ scope, nodes });
    for (const node of nodes) folded.add(node);
  }
  return boxes;
}
