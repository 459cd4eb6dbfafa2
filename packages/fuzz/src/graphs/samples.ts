import { gradient } from '@adjoint/autograd';
import { randomProgram, standardRows } from '@adjoint/conformance';
import * as a from '@adjoint/core';
import { corePlugin, createRegistry, graph, input, renderError, writeGraph, type Graph } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { learnKinds, learnPlugin, type LearnKind } from '@adjoint/learn';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';

/** Files that nothing is wrong with: of every op, of random programs with their gradients, and of what neither has. */

function registryOf(): a.Registry<LearnKind> {
  const created = createRegistry([corePlugin, learnPlugin], learnKinds);
  if (E.isLeft(created)) throw new Error(created.left.map(renderError).join('\n'));
  return created.right;
}

/** Where the names in files are looked up. */
export const registry: a.Registry<LearnKind> = registryOf();

/** An op applied to inputs, as its row in the conformance suite samples it. */
function graphsOfOps(): readonly Graph[] {
  return Object.values(standardRows).flatMap(({ taken }) =>
    Object.values(taken).map((samples, which) => {
      const { operands, build } = at(fc.sample(samples, { numRuns: 1, seed: 11 + which }), 0);
      const outs = [build(...operands.map((x, index) => input(`x${index}`, x.shape, x.dtype)))].flat();
      return graph(Object.fromEntries(outs.map((out, index) => [`out${index}`, out])));
    }),
  );
}

const graphsOfPrograms = (): readonly Graph[] =>
  Array.from({ length: 24 }, (_, seed) => {
    const { program } = randomProgram(seed, seed % 2 === 0 ? 'f64' : 'f32', new Map());
    return program.graph;
  });

/** Constants of every dtype, with the numbers that JSON has no word for. */
const constants = (): Graph =>
  graph({
    f64: a.multiply(a.constant([NaN, -0, Infinity, -Infinity, 0.1]), 2),
    f32: a.add(a.constant(a.tensor([0.1, -0], 'f32')), a.constant(NaN, 'f32')),
    i32: a.add(a.constant(a.tensor([-1, 2 ** 31 - 1], 'i32')), 1),
    bool: a.constant(a.tensor([true, false], 'bool')),
    empty: a.constant(a.zeros([0, 3])),
  });

/** States, names and scopes. */
function network(): Graph {
  const X = input('X', [4, 2]);
  const { W, b } = a.state({ W: a.ones([2, 3]), b: a.zeros([3]) });
  const hidden = a.scope('hidden', () => a.named('A1', a.relu(a.named('Z1', a.add(a.matmul(X, W), b)))));
  const loss = a.named('loss', a.mean(a.square(hidden)));
  const { dW, db } = { dW: gradient(loss, W), db: gradient(loss, b) };
  return graph({ loss, dW, db });
}

/** The texts of files of up to so many characters: in long ones damage hits what stands there many times. */
const LONGEST = 30_000;

let known: readonly string[] | undefined;
export const samples = (): readonly string[] =>
  (known ??= [...graphsOfOps(), ...graphsOfPrograms(), constants(), network()]
    .map(writeGraph)
    .filter(({ length }) => length <= LONGEST));
