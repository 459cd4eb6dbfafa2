import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { renderError } from '@adjoint/core';
import { attempt, errorOf, refuse } from '@adjoint/core/extend';

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
