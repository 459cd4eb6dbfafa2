import * as a from '@adjoint/core';
import type { SyncBackend, Tensors } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';

const right = <T>(either: E.Either<a.AdjointError, T>): T => {
  if (E.isLeft(either)) throw new Error(a.renderError(either.left));
  return either.right;
};

/** The outputs of one step; of the feeds it takes those that it has inputs for. */
export function evaluate(backend: SyncBackend, p: a.Program, feeds: Tensors = {}): Tensors {
  const needed = p.graph.inputs.map(a.nameOfInput);
  const given = Object.fromEntries(Object.entries(feeds).filter(([name]) => needed.includes(name)));
  return right(right(backend.compileSync({ p })).runSync('p', given)).outputs;
}
