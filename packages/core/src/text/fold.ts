import type { Graph, Node } from '../ir/grammar.js';
import type { Scope } from '../ir/scope.js';

/** The nodes of a composite or layer that a reader may see as one. The last of them gives its result. */
export interface Box {
  readonly scope: Scope;
  readonly nodes: readonly Node[];
}

/** A scope and what a graph has of it. Numbers are first its own, and then those of the scopes inside as well. */
interface Branch {
  readonly scope: Scope;
  readonly parent: Branch | undefined;
  readonly depth: number;
  /** How many nodes it has itself. */
  own: number;
  nodes: number;
  /** How many nodes have a result that is used outside. */
  escaping: number;
  /** The position of the last node. */
  last: number;
  /** Whether nodes of a scope inside are missing. */
  isBroken: boolean;
  /** The box that it is, or is in. */
  box: { readonly scope: Scope; readonly nodes: Node[] } | undefined;
}

/** A branch for each scope of some nodes, each after the one that it is in. */
function branchesOf(nodes: readonly Node[]): ReadonlyMap<Scope, Branch> {
  const branches = new Map<Scope, Branch>();
  for (const { scope } of nodes) {
    const missing: Scope[] = [];
    let each = scope;
    for (; each !== undefined && !branches.has(each); each = each.parent) missing.push(each);
    let parent = each && branches.get(each);
    for (const inner of missing.reverse()) {
      const depth = parent === undefined ? 1 : parent.depth + 1;
      const counts = { own: 0, nodes: 0, escaping: 0, last: 0, isBroken: false };
      const branch: Branch = { scope: inner, parent, depth, ...counts, box: undefined };
      branches.set(inner, branch);
      parent = branch;
    }
  }
  return branches;
}

/** The innermost branch that both are in; `undefined` where there is none. */
function common(first: Branch | undefined, second: Branch | undefined): Branch | undefined {
  let [a, b] = [first, second];
  while (a !== b) {
    if (a === undefined || b === undefined) return undefined;
    if (a.depth >= b.depth) a = a.parent;
    else b = b.parent;
  }
  return a;
}

/** For each node the innermost branch in which everything that uses it is too: outside of it nobody sees the node. */
function reachesOf(
  { nodes, outputs }: Graph,
  branchOf: (node: Node) => Branch | undefined,
): readonly (Branch | undefined)[] {
  const reaches = new Map(nodes.map((node) => [node, branchOf(node)]));
  for (const user of nodes) {
    for (const { node } of user.inputs) reaches.set(node, common(reaches.get(node), branchOf(user)));
  }
  for (const { node } of Object.values(outputs)) reaches.set(node, undefined);
  return nodes.map((node) => reaches.get(node));
}

/** Adds up what branches have, from the inside to the outside. */
function addUp(branches: readonly Branch[]): void {
  for (const branch of branches.toReversed()) {
    const { parent, own, scope } = branch;
    branch.nodes += own;
    if (parent === undefined) continue;
    parent.nodes += branch.nodes;
    parent.escaping += branch.escaping;
    parent.last = Math.max(parent.last, branch.last);
    parent.isBroken ||= branch.isBroken || (own > 0 && own < scope.size);
  }
}

/**
 * Whether a reader may see a branch as one: every node is there, since a part of a scope under its name would mislead,
 * and only the last has a result that is used outside.
 */
function isBox(
  { scope, depth, own, nodes, escaping, last, isBroken }: Branch,
  reaches: readonly (Branch | undefined)[],
): boolean {
  if (isBroken || own === 0 || own < scope.size || nodes < 2) return false;
  const reach = reaches[last];
  const lastEscapes = reach === undefined || reach.depth < depth;
  return escaping === (lastEscapes ? 1 : 0);
}

/** The outermost scopes that a reader may see as one box. */
export function boxesOf(graph: Graph): readonly Box[] {
  const branches = branchesOf(graph.nodes);
  if (branches.size === 0) return [];
  const branchOf = ({ scope }: Node): Branch | undefined => scope && branches.get(scope);
  const reaches = reachesOf(graph, branchOf);
  for (const [position, node] of graph.nodes.entries()) {
    const branch = branchOf(node);
    if (branch === undefined) continue;
    branch.own += 1;
    branch.last = position;
    // A node is seen in each branch from its own up to the one that it does not leave.
    branch.escaping += 1;
    const reach = reaches[position];
    if (reach !== undefined) reach.escaping -= 1;
  }
  const ordered = [...branches.values()];
  addUp(ordered);
  const boxes: Box[] = [];
  for (const branch of ordered) {
    branch.box = branch.parent?.box;
    if (branch.box !== undefined || !isBox(branch, reaches)) continue;
    branch.box = { scope: branch.scope, nodes: [] };
    boxes.push(branch.box);
  }
  for (const node of graph.nodes) branchOf(node)?.box?.nodes.push(node);
  return boxes;
}
