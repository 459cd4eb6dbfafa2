import { add, checkGraph, graph, input, interpreter, renderError, tanh, type Value } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, vi } from 'vitest';

// What two versions in node_modules are: modules of the same names, loaded twice.
vi.resetModules();
const other = await import('@adjoint/core');

const message =
  /made by another copy of @adjoint\/core \(version 0\.1\.0; this one is 0\.1\.0\)[^]*Install one copy/;

describe('a value of another copy of core', () => {
  it('is told where it meets this one', () => {
    const foreign: Value = other.input('x', [2]);
    expect(() => add(input('y', [2]), foreign)).toThrow(message);
    expect(() => tanh(foreign)).toThrow(message);
    expect(() => other.add(other.input('y', [2]), input('x', [2]))).toThrow(message);
  });

  it('is told by the check of a graph, and so by backends', () => {
    const foreign = other.graph({ out: other.tanh(other.input('x', [2])) });
    const checked = checkGraph(foreign);
    expect(E.isLeft(checked) && renderError(checked.left)).toMatch(message);
    const program = other.program({ outputs: foreign.outputs });
    const compiled = interpreter.compileSync({ program });
    expect(E.isLeft(compiled) && renderError(compiled.left)).toMatch(message);
    expect(E.isRight(checkGraph(graph({ out: tanh(input('x', [2])) })))).toBe(true);
  });
});
