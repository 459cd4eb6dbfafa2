import {
  constant,
  graph,
  input,
  named,
  rebind,
  renderError,
  scan,
  scope,
  state,
  tensor,
  zeros,
  type TensorType,
  type Value,
} from '@adjoint/core';
import { limits } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const long = 'x'.repeat(300);

describe('a name in code', () => {
  const x = input('x', [2]);
  it.each<[string, () => unknown, RegExp]>([
    ['of an output', () => graph({ ['__proto__']: x }), /at \$\.outputs\.__proto__: this cannot be a name/],
    ['of an input', () => input('__proto__', [2]), /input[^]*cannot be a name/],
    ['of a state', () => state({ ['__proto__']: zeros([1]) }), /at \$\.__proto__: this cannot be a name/],
    ['of a state alone', () => state(tensor(0), 'x'.repeat(250)), /at most 240 characters/],
    ['of a value', () => named(long, x), /at most 256 characters/],
    ['of a scope', () => scope(long, () => x), /at most 256 characters/],
    ['that is half a character', () => input('\udc00', [2]), /ends inside a character/],
  ])('is refused as others are: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('may be one that every object has', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty'];
    const made = graph(Object.fromEntries(names.map((name) => [name, input(name, [2])])));
    const type: TensorType = { dtype: 'f64', shape: [3] };
    const rebound = rebind(made, Object.fromEntries([['toString', type]]));
    if (E.isLeft(rebound)) throw new Error(renderError(rebound.left));
    expect(Object.values(rebound.right.outputs).map(({ shape }) => shape)).toEqual([[2], [3], [2]]);
    const unknown = rebind(graph({ x }), Object.fromEntries([['toString', type]]));
    expect(E.isLeft(unknown) && renderError(unknown.left)).toMatch(/no such input; the graph has x/);
  });
});

describe('rebinding', () => {
  it('refuses sizes that no tensor has', () => {
    const result = rebind(graph({ x: input('x', [2]) }), { x: { dtype: 'f64', shape: [2 ** 31] } });
    expect(E.isLeft(result) && renderError(result.left)).toMatch(/multiply to at most 2147483647/);
  });
});

describe('nesting', () => {
  it('of scopes ends at a limit, and leaves the scopes around as they were', () => {
    const nest = (depth: number): Value => scope('deep', () => (depth === 1 ? constant(1) : nest(depth - 1)));
    expect(nest(limits.scopes).node.scope?.name).toBe('deep');
    expect(() => nest(limits.scopes + 1)).toThrow(/scopes are nested more than 1000 deep/);
    expect(constant(1).node.scope).toBeUndefined();
  });

  it('of graphs ends at a limit', () => {
    const nest = (depth: number, x: Value): Value => {
      if (depth === 0) return x;
      const [out] = scan(([carry]) => ({ carries: [carry === undefined ? x : nest(depth - 1, carry)] }), {
        init: [x],
        length: 1,
      });
      return out ?? x;
    };
    expect(() => graph({ out: nest(limits.graphs, input('x', [])) })).not.toThrow();
    expect(() => graph({ out: nest(limits.graphs + 1, input('x', [])) })).toThrow(
      /graphs are nested more than 64 deep/,
    );
  });
});
