import {
  input,
  interpreter,
  program,
  renderError,
  state,
  tensor,
  zeros,
  type AdjointError,
  type Program,
  type SyncExecutable,
  type Tensor,
  type Value,
} from '@adjoint/core';
import * as a from '@adjoint/core';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';

/** What tests of the backend run, and what they make of its answers. */

export const right = <T>(either: E.Either<AdjointError, T>): T => {
  if (E.isLeft(either)) throw new Error(renderError(either.left));
  return either.right;
};
export const message = (either: E.Either<AdjointError, unknown>): string =>
  E.isLeft(either) ? renderError(either.left) : 'no error';

export const compile = (compiled: Program): SyncExecutable<'p'> => right(wasm.compileSync({ p: compiled }));
export const run = (out: Value, feeds: Readonly<Record<string, Tensor>> = {}): Tensor => {
  const result = right(compile(program({ outputs: { out } })).runSync('p', feeds)).outputs.out;
  if (result === undefined) throw new Error('no output');
  return result;
};
export const interpreted = (out: Value, feeds: Readonly<Record<string, Tensor>> = {}): Tensor => {
  const compiled = right(interpreter.compileSync({ p: program({ outputs: { out } }) }));
  const result = right(compiled.runSync('p', feeds)).outputs.out;
  if (result === undefined) throw new Error('no output');
  return result;
};

/** A running total: its state grows by the input of each step. */
export const counter = (): Program => {
  const { total } = state({ total: zeros([3]) });
  const by = input('by', [3]);
  const next = a.add(total, by);
  return program({
    outputs: { next: a.sum(next), before: total },
    updates: [{ state: total, next }],
    perStep: ['by'],
  });
};
export const steps = tensor([
  [1, 2, 3],
  [10, 20, 30],
]);
