import {
  checkPlugin,
  composite,
  corePlugin,
  createRegistry,
  elementwise,
  graph,
  input,
  readGraph,
  renderError,
  scalar,
  square,
  thing,
  writeGraph,
  type Kind,
  type Op,
  type Plugin,
  type Value,
} from '@adjoint/core';
import { type OpaqueOp, build1, natural, opaque } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
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

describe('a kind of another package', () => {
  interface Recipe {
    readonly name: string;
    readonly steps: number;
  }
  const recipeKind: Kind<'recipes', Recipe> = {
    key: 'recipes',
    singular: 'recipe',
    check: thing('a recipe', { steps: natural }),
  };
  const soup: Recipe = { name: 'soup', steps: 3 };
  const cook: Plugin<typeof recipeKind> = { name: 'cook', version: '1.0.0', core: '*', recipes: [soup] };

  it('has a map of its things in the registry, with their type', () => {
    const registry = createRegistry([corePlugin, cook], [recipeKind]);
    if (E.isLeft(registry)) throw new Error(registry.left.map(renderError).join('\n'));
    expectTypeOf(registry.right.recipes.get('soup')).toEqualTypeOf<Recipe | undefined>();
    expectTypeOf(registry.right.ops.get('matmul')).toEqualTypeOf<Op | undefined>();
    expect(registry.right.recipes.get('soup')).toBe(soup);
    expect(registry.right.op('matmul')).toBe(registry.right.ops.get('matmul'));
    expect(Object.isFrozen(registry.right)).toBe(true);
  });

  it('is unknown to a registry without it', () => {
    expect(faults(cook)).toEqual([
      'invalid plugin at $.cook: unknown key "recipes"; expected name, version, core, requires, scalarFunctions, ops, backends, randomSources',
    ]);
  });

  it('has a key of its own', () => {
    const keyed = (key: string): Kind => ({ ...recipeKind, key });
    const registry = createRegistry(
      [],
      [recipeKind, recipeKind, keyed('recipes'), keyed('ops'), keyed('core')],
    );
    expect(E.isLeft(registry) && registry.left.map(renderError)).toEqual([
      'invalid plugin at $.kinds.recipes: two kinds have this key',
      'invalid plugin at $.kinds.ops: two kinds have this key',
      'invalid plugin at $.kinds.core: this cannot be the key of a kind',
    ]);
  });
});

describe('the check of a plugin', () => {
  const refusals = (candidate: unknown): readonly string[] => {
    const checked = checkPlugin(candidate);
    return E.isLeft(checked) ? checked.left.map(renderError) : [];
  };

  it('gives the plugin itself', () => {
    const mine = plugin('mine', { ops: [cube] });
    const checked = checkPlugin(mine);
    expect(E.isRight(checked) && checked.right).toBe(mine);
  });

  it('names plugin, entry and field, all at once', () => {
    const source = { name: 'dice', create: 6 };
    const odd = { kind: 'function', name: 'odd' };
    expect(
      refusals({
        name: 'mine',
        version: 1,
        requires: { other: 2 },
        ops: [cube, odd, 5, { kind: 'elementwise', name: 'half' }],
        backends: { wasm: {} },
        randomSources: [source, { create: () => undefined }],
        op: [],
      }),
    ).toEqual([
      'invalid plugin at $.mine: unknown key "op"; expected name, version, core, requires, scalarFunctions, ops, backends, randomSources',
      'invalid plugin at $.mine.version: expected a name, found 1',
      'invalid plugin at $.mine.core: expected a name, found nothing',
      'invalid plugin at $.mine.requires.other: expected string, found 2',
      'invalid plugin at $.mine.ops.odd.kind: expected primitive or elementwise or composite, found "function"',
      'invalid plugin at $.mine.ops[2]: expected an op, found 5',
      'invalid plugin at $.mine.ops.half.arity: expected a natural number, found nothing',
      'invalid plugin at $.mine.ops.half.lambda: expected a function, found nothing',
      'invalid plugin at $.mine.ops.half.build: expected a function, found nothing',
      'invalid plugin at $.mine.backends: expected a list, of a backend each, found an object with the key wasm',
      'invalid plugin at $.mine.randomSources.dice.create: expected a function, found 6',
      'invalid plugin at $.mine.randomSources[1].name: expected a name, found nothing',
    ]);
    expect(refusals('mine')).toEqual([
      'invalid plugin: expected a plugin: { name, version, core, … }, found "mine"',
    ]);
    expect(refusals({})).toHaveLength(3);
  });
});

describe('a plugin that cannot be read', () => {
  const planted = (): never => {
    throw new RangeError('planted');
  };
  const withGetter = (key: string): Plugin =>
    Object.defineProperty(plugin('mine'), key, { get: planted, enumerable: true });

  it.each(['name', 'version', 'core', 'requires', 'ops'])('since its %s throws is a Left', (key) => {
    const whose = key === 'name' ? 'a plugin' : 'the plugin "mine"';
    const checked = checkPlugin(withGetter(key));
    expect(E.isLeft(checked) && checked.left.map(renderError)).toEqual([
      `reading ${whose} threw RangeError: planted`,
    ]);
    expect(faults(withGetter(key), plugin('yours', { core: '^9.0.0' }))).toHaveLength(2);
  });

  it('since it is a proxy that is revoked, or throws whatever it is asked, is a Left', () => {
    const { proxy, revoke } = Proxy.revocable(plugin('mine'), {});
    revoke();
    const hostile = new Proxy(plugin('mine'), { get: planted, ownKeys: planted, getPrototypeOf: planted });
    for (const each of [proxy, hostile]) {
      expect(E.isLeft(checkPlugin(each))).toBe(true);
      expect(faults(each)).toHaveLength(1);
    }
  });

  it.each(Array.from({ length: 16 }, (_, times) => times))(
    'is a Left, or read, where a getter throws once it was asked %i times',
    (times) => {
      let asked = 0;
      const get = (): string => ((asked += 1) > times ? planted() : 'mine');
      const given = faults(Object.defineProperty(plugin('mine'), 'name', { get, enumerable: true }));
      if (asked > times) expect(given.join()).toContain('threw RangeError: planted');
      else expect(given).toEqual([]);
    },
  );
});

describe('a primitive', () => {
  it('declares that it has no derivative, or has a pullback', () => {
    const rules = { types: () => E.right([]), kernel: () => undefined };
    const define = (): unknown =>
      Reflect.apply(opaque, undefined, [{ name: 'ruleless' }, rules, () => undefined]); // plain JavaScript
    expect(define).toThrow(/the op has no pullback\n {2}Write one, or declare differentiable: false/);
  });
});

describe('a third-party op in a graph file', () => {
  /** Every `step`-th element of a vector. */
  const applyEvery = (x: Value, step: number): Value => build1(every, [x], { step });
  const every: typeof applyEvery & OpaqueOp<{ readonly step: number }> = opaque(
    { name: 'every', arity: 1, attributes: { step: 'integer' } },
    {
      types: ([{ dtype, shape }], { step }) =>
        shape.length === 1 && step > 0
          ? E.right([{ dtype, shape: [Math.ceil((shape[0] ?? 0) / step)] }])
          : E.left({ problem: 'takes a vector and a step above 0' }),
      kernel({ inputs: [x], out, attributes: { step } }) {
        for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[i * step] ?? 0;
      },
      differentiable: false,
    },
    applyEvery,
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
