import { isOf, isRecord, remedyFor, type Sort } from '../value/argument.js';
import { describe } from '../support/describe.js';
import { refuse } from '../value/error.js';
import { isTensor } from '../value/tensor.js';

/** Leaves under names, as deep as one likes: parameters by layer, an optimizer's moments by parameter. */
export type Tree<T> = T | { readonly [name: string]: Tree<T> };

/** Deeper than anybody writes, and shallow enough for every stack. */
export const DEEPEST = 100;

/** A branch that stands in many places may make of a small record more leaves than there is memory for. */
const MOST_LEAVES = 1_000_000;

/** What a walk over a tree does. */
export interface Visit<T, R> {
  readonly leaf: Sort<T>;
  /** What becomes of a leaf; its path has the names that lead to it. */
  readonly map: (leaf: T, path: readonly string[]) => R;
}

/**
 * A tree of the same form with other leaves.
 * @param path goes before the names of the tree
 * @throws AdjointException where something is neither a leaf nor a record, a record holds itself, or records are nested
 *   more than 100 deep
 */
export function walkTree<T, R>(tree: unknown, path: readonly string[], { leaf, map }: Visit<T, R>): Tree<R> {
  const around: object[] = [];
  let count = 0;
  const walk = (branch: unknown, at: readonly string[]): Tree<R> => {
    if (isOf(leaf, branch)) {
      count += 1;
      if (count > MOST_LEAVES) refuse('state', at, `a tree has at most ${MOST_LEAVES} leaves`);
      return map(branch, at);
    }
    if (!isOf(isBranch, branch)) {
      const problem = `expected ${leaf.name}, or a record of such; found ${describe(branch)}`;
      refuse('state', at, problem, remedyFor(leaf, branch));
    }
    if (around.includes(branch)) refuse('state', at, 'a record should not hold itself');
    if (around.length >= DEEPEST) {
      refuse('state', at.slice(0, 3), `records should not be nested more than ${DEEPEST} deep`);
    }
    around.push(branch);
    const entries = Object.entries(branch).map(
      ([name, inner]) => [name, walk(inner, [...at, name])] as const,
    );
    around.pop();
    return Object.fromEntries(entries);
  };
  return walk(tree, path);
}

/** A tensor is a leaf or out of place: its fields are no branches. */
const isBranch: Sort<Readonly<Record<string, unknown>>> = {
  name: 'a record',
  is: (u): u is Readonly<Record<string, unknown>> => isRecord(u) && !isTensor(u),
};
