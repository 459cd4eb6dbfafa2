import { dependencyOrder } from '@adjoint/core/extend';

/** One output of a node. */
export interface Source<N> {
  readonly node: N;
  readonly index: number;
}

/** What reverse mode needs to know: it is the same algorithm for numbers and for tensors. */
export interface Algebra<N, C> {
  /** What a node was computed from. */
  readonly inputs: (node: N) => readonly Source<N>[];
  /** The inputs' cotangents from the outputs'; `undefined` for none. */
  readonly pullback: (node: N, cotangents: readonly (C | undefined)[]) => readonly (C | undefined)[];
  readonly add: (x: C, y: C) => C;
  /** Called with a cotangent when all its terms are added up, before it is used. */
  readonly finish?: (source: Source<N>, cotangent: C) => C;
}

/** The nodes that lie between the sources and the roots, each after the nodes it was computed from. */
function activeNodes<N, C>({ inputs }: Algebra<N, C>, roots: readonly N[], sources: readonly N[]): N[] {
  const active = new Set(sources);
  return dependencyOrder(roots, (node, index) => inputs(node)[index]?.node).filter((node) => {
    if (inputs(node).some((input) => active.has(input.node))) active.add(node);
    return active.has(node);
  });
}

/**
 * Reverse mode: walks from the roots to the sources, and at each node adds up the cotangents of all its uses before it
 * pulls them back to its inputs. Iterative, so the depth of a graph is no limit.
 * @param roots outputs with the cotangents to start from
 * @param sources the nodes whose cotangents are asked for
 * @returns the cotangents of each node's outputs, for every node between sources and roots
 */
export function backpropagate<N, C>(
  algebra: Algebra<N, C>,
  roots: readonly (readonly [Source<N>, C])[],
  sources: readonly N[],
): ReadonlyMap<N, readonly (C | undefined)[]> {
  const order = activeNodes(
    algebra,
    roots.map(([{ node }]) => node),
    sources,
  );
  const cotangents = new Map<N, (C | undefined)[]>(order.map((node) => [node, []]));
  const accumulate = ({ node, index }: Source<N>, term: C): void => {
    const sums = cotangents.get(node);
    if (sums === undefined) return;
    const sum = sums[index];
    sums[index] = sum === undefined ? term : algebra.add(sum, term);
  };
  for (const [root, cotangent] of roots) accumulate(root, cotangent);
  for (const node of order.reverse()) {
    const own = cotangents.get(node);
    if (own === undefined || own.every((cotangent) => cotangent === undefined)) continue;
    own.forEach((cotangent, index) => {
      if (cotangent !== undefined && algebra.finish !== undefined)
        own[index] = algebra.finish({ node, index }, cotangent);
    });
    const inputs = algebra.inputs(node);
    if (!inputs.some((input) => cotangents.has(input.node))) continue;
    const terms = algebra.pullback(node, own);
    inputs.forEach((input, position) => {
      const term = terms[position];
      if (term !== undefined) accumulate(input, term);
    });
  }
  return cotangents;
}
