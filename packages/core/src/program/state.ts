import { at } from '../support/list.js';
import { refuse } from '../value/error.js';
import { faultOfName } from '../value/limits.js';
import { variable } from '../families/source.js';
import type { Value } from '../ir/grammar.js';
import { aValue } from '../ir/sorts.js';
import {
  aFunction,
  aList,
  aString,
  everyOf,
  expectArgument,
  sort,
  strings,
  type Sort,
} from '../value/argument.js';
import { aTensor, isTensor, type Tensor } from '../value/tensor.js';
import { DEEPEST, walkTree, type Tree } from './tree.js';

export type { Tree } from './tree.js';

/** The tree of state values for a tree of initial tensors. */
export type StateOf<T> =
  T extends Tensor<infer D, infer S> ? Value<D, S> : { readonly [K in keyof T]: StateOf<T[K]> };

/** The sorts of leaves, with what to do where another thing stands in a tree. */
const tensorLeaf: Sort<Tensor> = {
  ...aTensor,
  remedy: (given) => (isTensor(given) ? aTensor.remedy?.(given) : 'Make tensors of numbers with tensor.'),
};
const valueLeaf: Sort<Value> = {
  ...aValue,
  remedy: (given) =>
    isTensor(given) || typeof given !== 'object'
      ? 'Make values of tensors: parameters with state(…), others with constant(…).'
      : aValue.remedy?.(given),
};

/**
 * States with these initial values; what names each is its path, such as `hidden.weight`.
 * @param path goes before the names of the tree
 * @throws AdjointException where a name contains a dot, as then two paths could be one
 * @example leaves(state({ hidden: { weight: zeros([2, 10]), bias: zeros([1, 10]) } })).map(([path]) => path) // ["hidden.weight", "hidden.bias"]
 */
export function state<const T extends Tree<Tensor>>(tree: T, path = ''): StateOf<T> {
  expectArgument('state', 'path', path, aString);
  const prefix = path === '' ? [] : path.split('.');
  const made = walkTree(tree, prefix, {
    leaf: tensorLeaf,
    map: (initial, at) => {
      for (const name of at.slice(prefix.length)) {
        const plain = name !== '' && !name.includes('.');
        const fault = plain ? faultOfName(name) : 'a name is not empty and has no dot';
        if (fault !== undefined) refuse('state', at, fault);
      }
      return variable(at.join('.'), initial);
    },
  });
  // Each tensor became a state of its dtype and shape, at the same place.
  return made as StateOf<T>;
}

/** The leaves of a tree of values in order, each with its path. */
export function leaves(
  tree: Tree<Value>,
  path: readonly string[] = [],
): readonly (readonly [string, Value])[] {
  const found: (readonly [string, Value])[] = [];
  mapTree(tree, (leaf, at) => found.push([at, leaf]), path);
  return found;
}

/** A tree of the same form with other leaves. */
export function mapTree<T>(
  tree: Tree<Value>,
  map: (leaf: Value, path: string) => T,
  path: readonly string[] = [],
): Tree<T> {
  expectArgument('mapTree', 'map', map, aFunction);
  expectArgument('mapTree', 'path', path, strings);
  return walkTree(tree, path, { leaf: valueLeaf, map: (leaf, at) => map(leaf, at.join('.')) });
}

const someLeaves: Sort<readonly (readonly [string, unknown])[]> = sort(
  'a list of leaves by path, as in [["hidden.weight", w]]',
  (u): u is readonly (readonly [string, unknown])[] =>
    everyOf(
      u,
      (each): each is readonly [string, unknown] =>
        aList.is(each) && each.length === 2 && typeof each[0] === 'string',
    ),
);

/**
 * The tree with these leaves by path: the inverse of `leaves`.
 * @throws AdjointException where a path stands twice, or goes on where another one ends
 * @example leaves(treeOf([['hidden.weight', w], ['scale', x]])).map(([path]) => path) // ["hidden.weight", "scale"]
 */
export function treeOf<T>(
  entries: readonly (readonly [path: string, leaf: T])[],
  prefix: readonly string[] = [],
): Tree<T> {
  expectArgument('treeOf', 'entries', entries, someLeaves);
  expectArgument('treeOf', 'prefix', prefix, strings);
  return treeAt(entries, prefix);
}

function treeAt<T>(
  entries: readonly (readonly [path: string, leaf: T])[],
  prefix: readonly string[],
): Tree<T> {
  const [first, ...others] = entries;
  if (prefix.length > DEEPEST) {
    refuse('state', prefix.slice(0, 3), `records should not be nested more than ${DEEPEST} deep`);
  }
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
  return Object.fromEntries([...branches].map(([name, branch]) => [name, treeAt(branch, [...prefix, name])]));
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
  expectArgument('zipTrees', 'combine', combine, aFunction);
  const [firsts, seconds] = [new Map(leaves(first)), new Map(leaves(second))];
  const refuseForm = (path: string): never =>
    refuse('state', path.split('.'), 'two trees should be of one form, and only one of them has this leaf');
  for (const path of seconds.keys()) if (!firsts.has(path)) refuseForm(path);
  return mapTree(first, (leaf, path) => combine(leaf, seconds.get(path) ?? refuseForm(path), path));
}
