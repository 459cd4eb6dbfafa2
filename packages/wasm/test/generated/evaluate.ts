import * as a from '@adjoint/core';
import type { SyncBackend, Tensors } from '@adjoint/core';
import { right } from '../running.js';

/** The outputs of one step; of the feeds it takes those that it has inputs for. */
export function evaluate(backend: SyncBackend, p: a.Program, feeds: Tensors = {}): Tensors {
  const needed = p.graph.inputs.map(a.nameOfInput);
  const given = Object.fromEntries(Object.entries(feeds).filter(([name]) => needed.includes(name)));
  return right(right(backend.compileSync({ p })).runSync('p', given)).outputs;
}
