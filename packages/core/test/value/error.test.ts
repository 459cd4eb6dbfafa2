import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  checkPlugin,
  corePlugin,
  createRegistry,
  readGraph,
  renderError,
  type AdjointError,
} from '@adjoint/core';
import { attempt, errorOf, invalid, opError, refuse } from '@adjoint/core/extend';

describe('attempt', () => {
  it('gives what the code gives', () => {
    expect(attempt('the kernel of "gate"', () => 3)).toEqual(E.right(3));
  });

  it('passes on the error of an AdjointException', () => {
    const refused = attempt('the kernel of "gate"', () => refuse('feed', ['X'], 'missing'));
    expect(refused).toMatchObject(E.left({ tag: 'InvalidError', subject: 'feed', path: ['X'] }));
  });

  it('says whose code threw what', () => {
    const failed = attempt('the kernel of "gate"', () => {
      throw new TypeError('x is not iterable');
    });
    expect(E.isLeft(failed) && renderError(failed.left)).toBe(
      'the kernel of "gate" threw TypeError: x is not iterable',
    );
    expect(E.isLeft(failed) && 'stack' in failed.left && failed.left.stack).toContain('error.test.ts');
  });
});

describe('errorOf', () => {
  it('makes a sentence of whatever was thrown', () => {
    expect(renderError(errorOf('no', 'a callback'))).toBe('a callback threw no');
    expect(renderError(errorOf(undefined, 'a callback'))).toBe('a callback threw undefined');
    expect(renderError(errorOf(Object.create(null), 'a callback'))).toBe(
      'a callback threw something of type object',
    );
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'stack', { get: () => refuse('feed', [], 'never read') });
    expect(renderError(errorOf(hostile, 'a callback'))).toBe('a callback threw something of type object');
  });
});

describe('an error about a long name', () => {
  const long = 'n'.repeat(100_000);
  const registry = createRegistry([corePlugin]);

  const errorsOf = (
    result: E.Either<AdjointError | readonly AdjointError[], unknown>,
  ): readonly AdjointError[] => (E.isLeft(result) ? [result.left].flat() : []);
  const inGraph = (nodes: readonly unknown[], outputs: unknown = {}): readonly AdjointError[] => {
    const graph = { scopes: [], nodes, inputs: [], outputs };
    const text = JSON.stringify({ format: 'adjoint-graph', version: 1, graph });
    return errorsOf(E.isRight(registry) ? readGraph(text, registry.right) : registry);
  };
  const plugin = { name: 'mine', version: '1.0.0', core: '*' };

  it.each<[string, readonly AdjointError[]]>([
    ['an op', inGraph([{ op: long, inputs: [], attributes: {} }])],
    ['a key', inGraph([{ op: 'sum', inputs: [], attributes: {}, [long]: 1 }])],
    ['an output', inGraph([], { [long]: [0, 0] })],
    ['a plugin', errorsOf(checkPlugin({ ...plugin, name: long, core: undefined }))],
    ['a key of a plugin', errorsOf(checkPlugin({ ...plugin, [long]: [] }))],
    ['a version', errorsOf(createRegistry([{ ...plugin, version: long }]))],
    ['a range', errorsOf(createRegistry([{ ...plugin, core: long }]))],
    ['what is missing', errorsOf(createRegistry([{ ...plugin, requires: { [long]: long } }]))],
    ['the place of a fault', [invalid('state', [long, 1, long], 'no')]],
    ['a function', [invalid('argument', [long, long], 'no')]],
    ['an op in an error', [opError(long, [], { problem: 'no' }, long)]],
    ['whose code threw', [errorOf(new Error(long), long)]],
    ['what was thrown', [errorOf(long, 'a callback')]],
  ])('says the beginning of it: %s', (_, errors) => {
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(renderError(error).length).toBeLessThan(3000);
      expect(renderError(error)).toContain('n…');
    }
  });

  it('says names that anybody writes whole', () => {
    const name = 'layer'.repeat(50);
    expect(renderError(invalid('state', [name], 'no'))).toBe(`invalid state at $.${name}: no`);
  });
});
