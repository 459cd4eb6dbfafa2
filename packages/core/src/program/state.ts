import { at } from '../support/list.js';
import { refuse } from '../value/error.js';
import { variable } from '../families/source.js';
import type { Value } from '../ir/grammar.js';
import { isValue } from '../ir/node.js';
import { isTensor, type Tensor } from '../value/tensor.js';

/** Leaves under names, as deep as one likes: parameters by layer, an optimizer's moments by parameter. */
export type Tree<T> = T | { readonly [name: string]: Tree<T> };

/** The tree of state values for a tree of initial tensors. */
export type StateOf<T> =
  T extends Tensor<infer D, infer S> ? Value<D, S> : { readonly [K in keyof T]: StateOf<T[K]> };

/** The branches of a tree at a path. Refuses what is neither that nor a leaf, such as a tensor among values. */
function branchesOf<T>(
  tree: Readonly<Record<string, Tree<T>>>,
  path: readonly string[],
  leaf: 'tensor' | 'value',
): readonly (readonly [string, Tree<T>])[] {
  const given: unknown = tree;
  if (typeof given === 'object' && given !== null && !isTensor(given) && !Array.isArray(given)) {
    return Object.entries(tree);
  }
  const found = isTensor(given) ? 'a tensor' : Array.isArray(given) ? 'a list' : String(given);
  const remedy =
    leaf === 'tensor'
      ? 'Make tensors of numbers with tensor.'
      : 'Make values of tensors: parameters with state(…), others with constant(…).';
  return refuse('state', path, `expected a ${leaf}, or a record of such; given ${found}`, remedy);
}

/**
 * States with these initial values; what names each is its path, such as `hidden.weight`.
 * @param path goes before the names of the tree
 * @throws AdjointException where a name contains a dot, as then two paths could be one
 * @example leaves(state({ hidden: { weight: zeros([2, 10]), bias: zeros([1, 10]) } })).map(([path]) => path) // ["hidden.weight", "hidden.bias"]
 */
export function state<const T extends Tree<Tensor>>(tree: T, path = ''): StateOf<T> {
  const build = (branch: Tree<Tensor>, at: readonly string[]): Tree<Value> => {
    if (isTensor(branch)) return variable(at.join('.'), branch);
    return Object.fromEntries(
      branchesOf(branch, at, 'tensor').map(([name, inner]) => {
        if (name === '' || name.includes('.'))
          refuse('state', [...at, name], 'a name is not empty and has no dot');
        return [name, build(inner, [...at, name])];
      }),
    );
  };
  // Each tensor became a state of its dtype and shape, at the same place.
  return build(tree, path === '' ? [] : path.split('.')) as StateOf<T>;
}

/** The leaves of a tree of values in order, each with its path. */
export function leaves(
  tree: Tree<Value>,
  path: readonly string[] = [],
): readonly (readonly [string, Value])[] {
  if (isValue(tree)) return [[path.join('.'), tree]];
  return branchesOf(tree, path, 'value').flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** A tree of the same form with other leaves. */
export function mapTree<T>(
  tree: Tree<Value>,
  map: (leaf: Value, path: string) => T,
  path: readonly string[] = [],
): Tree<T> {
  if (isValue(tree)) return map(tree, path.join('.'));
  return Object.fromEntries(
    branchesOf(tree, path, 'value').map(([name, inner]) => [name, mapTree(inner, map, [...path, name])]),
  );
}

/**
 * The tree with these leaves by path: the inverse of `leaves`.
 * @throws AdjointException where a path stands twice, or goes on where another one ends
 * @example leaves(treeOf([['hidden.weight', w], ['scale', x]])).map(([path]) => path) // ["hidden.weight", "scale"]
 */
export function treeOf<T>(
  entries: readonly (readonly [path: string, leaf: T])[],
  prefix: readonly string[] = [],
): Tree<T> {
  const [first, ...others] = entries;
  if (first?.[0] === '' && others.length === 0) return first[1];
  const branches = new Map<string, (readonly [rest: string, leaf: T])[]>();
  for (const [path, leaf] of entries) {
    if (path === '') refuse('state', prefix, 'a leaf has this path, and so has another leaf or a branch');
    const names = path.split('.');
    const name = at(names, 0);
    const branch = branches.get(name) ?? [];
    branch.push([names.slice(1).join('.'), leaf]);
    branches.set(name, branch);
  }
  return Object.fromEntries([...branches].map(([name, branch]) => [name, treeOf(branch, [...prefix, name])]));
}

/**
 * Two trees of one form combined leaf by leaf.
 * @throws AdjointException where one has a leaf that the other has not
 * @example leaves(zipTrees({ a: x, b: w }, { a: y, b: dw }, add)).length // 2
 */
export function zipTrees<T>(
  first: Tree<Value>,
  second: Tree<Value>,
  combine: (first: Value, second: Value, path: string) => T,
): Tree<T> {
  const [firsts, seconds] = [new Map(leaves(first)), new Map(leaves(second))];
  const refuseForm = (path: string): never =>
    refuse('state', path.split('.'), 'two trees should be of one form, and only one of them has this leaf');
  for (const path of seconds.keys()) if (!firsts.has(path)) refuseForm(path);
  return mapTree(first, (leaf, path) => combine(leaf, seconds.get(path) ?? refuseForm(path), path));
}
