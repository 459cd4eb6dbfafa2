import { add, input, leaves, state, treeOf, zeros, zipTrees, type Tree, type Value } from '@adjoint/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const value = input('x', [2]);
const name = fc.stringMatching(/^[a-c]$/);
/** Trees of values, none of whose branches is empty. */
const { tree } = fc.letrec<{ tree: Tree<Value>; branch: Tree<Value> }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, fc.constant(value), tie('branch')),
  branch: fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
}));

describe('treeOf', () => {
  it('is the inverse of leaves', () => {
    fc.assert(
      fc.property(tree, (each) => {
        expect(treeOf(leaves(each))).toEqual(each);
      }),
    );
  });

  it('refuses a path that stands twice, or goes on where another one ends', () => {
    const entries = (...paths: readonly string[]) => paths.map((path) => [path, value] as const);
    const both = 'a leaf has this path, and so has another leaf or a branch';
    expect(() => treeOf(entries('a.b', 'a.b'))).toThrow(`invalid state at $.a.b: ${both}`);
    expect(() => treeOf(entries('a', 'a.b'))).toThrow(`invalid state at $.a: ${both}`);
    expect(treeOf([])).toEqual({});
  });
});

describe('zipTrees', () => {
  const two = state({ layer: { w: zeros([2]), b: zeros([2]) } });

  it('pairs leaves by their paths, whatever their order', () => {
    const swapped = { layer: { b: two.layer.b, w: two.layer.w } };
    const paths: string[] = [];
    const sums = zipTrees(two, swapped, (x, y, path) => {
      expect(x).toBe(y);
      paths.push(path);
      return add(x, y);
    });
    expect(paths).toEqual(['layer.w', 'layer.b']);
    expect(leaves(sums).map(([path]) => path)).toEqual(paths);
  });

  it('refuses trees of different forms', () => {
    const one = { layer: { w: value } };
    const pair = (x: Value, y: Value): readonly [Value, Value] => [x, y];
    const message = /invalid state at \$\.layer\.b: two trees should be of one form/;
    expect(() => zipTrees(two, one, pair)).toThrow(message);
    expect(() => zipTrees(one, two, pair)).toThrow(message);
  });
});
