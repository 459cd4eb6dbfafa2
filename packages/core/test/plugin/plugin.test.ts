import {
  build1,
  composite,
  corePlugin,
  createRegistry,
  elementwise,
  exact,
  graph,
  input,
  integer,
  noAttributes,
  primitive,
  readGraph,
  renderError,
  scalar,
  square,
  writeGraph,
  type Plugin,
  type Value,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { evaluate, registryOf } from '../samples.js';

const plugin = (name: string, rest: Partial<Plugin> = {}): Plugin => ({
  name,
  version: '1.0.0',
  core: '^0.1.0',
  ...rest,
});

const faults = (...plugins: readonly Plugin[]): readonly string[] => {
  const registry = createRegistry([corePlugin, ...plugins]);
  return E.isLeft(registry) ? registry.left.map(renderError) : [];
};

const cube = elementwise('cube', (x) => scalar.multiply(x, scalar.square(x)));

describe('a registry', () => {
  it('finds the things of its plugins by name', () => {
    const registry = registryOf(plugin('mine', { ops: [cube] }));
    expect(registry.op('cube')).toBe(cube);
    expect(registry.op('matmul')?.kind).toBe('primitive');
    expect(registry.op('nothing')).toBeUndefined();
    expect(registry.scalarFunction('tanh')).toBe(scalar.tanh);
  });

  it('takes the same thing from two plugins, and the same plugin twice', () => {
    const mine = plugin('mine', { ops: [cube] });
    expect(faults(mine, mine, plugin('yours', { ops: [cube] }))).toEqual([]);
  });

  it('names both owners of a name', () => {
    const other = elementwise('cube', (x) => x);
    expect(faults(plugin('mine', { ops: [cube] }), plugin('yours', { ops: [other] }))).toEqual([
      'invalid plugin at $.yours.ops: both "mine" and "yours" bring "cube"\n  Rename one, or leave one plugin out.',
    ]);
  });

  it('gives all faults at once', () => {
    expect(
      faults(
        plugin('old', { core: '^3.0.0' }),
        plugin('lonely', { requires: { friend: '^1.0.0' } }),
        plugin('picky', { requires: { old: '^2.0.0' } }),
        plugin('odd', { version: 'new', core: '*' }),
        plugin('strange', { core: 'any' }),
        plugin('clash', { ops: [elementwise('relu', (x) => x)] }),
      ),
    ).toEqual([
      'invalid plugin at $.old: needs core ^3.0.0, installed is 0.1.0',
      'invalid plugin at $.lonely: needs the plugin "friend" ^1.0.0, which is not there',
      'invalid plugin at $.picky: needs the plugin "old" ^2.0.0, installed is 1.0.0',
      'invalid plugin at $.odd: its version "new" is not a semver version',
      'invalid plugin at $.strange: its core range "any" is not a semver range',
      'invalid plugin at $.clash.ops: both "@adjoint/core" and "clash" bring "relu"\n  Rename one, or leave one plugin out.',
    ]);
    expect(faults(plugin('twin'), plugin('twin', { version: '2.0.0' }))).toEqual([
      'invalid plugin at $.twin: two plugins have this name',
    ]);
  });
});

describe('a primitive', () => {
  it('declares that it has no derivative, or has a pullback', () => {
    const record = {
      name: 'rulesless',
      attributes: () => noAttributes,
      types: () => E.right([]),
      kernel: () => undefined,
    };
    const define = (): unknown => Reflect.apply(primitive, undefined, [record, () => () => undefined]); // plain JavaScript
    expect(define).toThrow(/the op has no pullback\n {2}Write one, or declare differentiable: false/);
  });
});

describe('a third-party op in a graph file', () => {
  /** Every `step`-th element of a vector. */
  const every = primitive(
    {
      name: 'every',
      arity: 1,
      attributes: () => exact({ step: integer }),
      types: ([{ dtype, shape }], { step }: { readonly step: number }) =>
        shape.length === 1 && step > 0
          ? E.right([{ dtype, shape: [Math.ceil((shape[0] ?? 0) / step)] }])
          : E.left({ problem: 'takes a vector and a step above 0' }),
      kernel({ inputs: [x], out, attributes: { step } }) {
        for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[i * step] ?? 0;
      },
      differentiable: false,
    },
    (op) =>
      (x: Value, step: number): Value =>
        build1(op(), [x], { step }),
  );
  const doubled = composite('doubled', (x: Value) => square(cube(x)));
  const mine = plugin('mine', { ops: [every, cube, doubled] });
  const x = input('x', [5]);
  const each = graph({ out: doubled(every(x, 2)) });

  it('is read with its plugin', () => {
    const back = readGraph(writeGraph(each), registryOf(mine));
    if (E.isLeft(back)) throw new Error(renderError(back.left));
    expect(evaluate(back.right)).toEqual(evaluate(each));
    expect(evaluate(each).out?.shape).toEqual([3]);
  });

  it('is missed without it, where it is a primitive', () => {
    const back = readGraph(writeGraph(each), registryOf());
    expect(E.isLeft(back) && renderError(back.left)).toMatch(
      /unknown op "every"\n {2}Read the file with the plugin that defines it/,
    );
  });

  it('needs no plugin where it is elementwise or a composite: the file has what they are made of', () => {
    const portable = graph({ out: doubled(x) });
    const back = readGraph(writeGraph(portable), registryOf());
    expect(E.isRight(back) && evaluate(back.right)).toEqual(evaluate(portable));
  });

  it('says where its type rule refuses', () => {
    expect(() => every(input('m', [2, 2]), 2)).toThrow(
      'every: takes a vector and a step above 0\n  operand 0: f64  [2 2]',
    );
  });
});
