import { gradient } from '@adjoint/autograd';
import {
  AdjointException,
  checkGraph,
  formulasOf,
  interpreter,
  nameOfInput,
  print,
  program,
  readGraph,
  rebind,
  simplify,
  sum,
  writeGraph,
  zeros,
  type Graph,
  type Program,
  type SyncBackend,
  type Tensors,
} from '@adjoint/core';
import { graphsOf, sizeOf } from '@adjoint/core/extend';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { expectError } from '../error.js';
import { expect } from '../target.js';
import { takesLong } from '../watch/message.js';
import { secondsSpent } from '../watch/spent.js';
import { registry } from './samples.js';

/** What is asked of every file: an error that says something, or a graph with which everything can be done. */

/**
 * Does a part of what is done with a file, in less than a second of the processor's.
 * @param more seconds that it may take beyond that
 */
function timed<T>(what: string, run: () => T, more = 0): T {
  const begun = secondsSpent();
  const result = run();
  expect(secondsSpent() - begun <= 1 + more, `${what} ${takesLong}`);
  return result;
}

/** What may throw, since it is called in code, throws what Adjoint throws. */
function mayRefuse<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AdjointException)) throw error;
    expectError(error.error);
    return undefined;
  }
}

/** Elements and steps that are computed, about: a file may ask for more than a second of honest work. */
function workOf({ nodes }: Graph): number {
  let work = 0;
  for (const { op, inputs, outputs, attributes } of nodes) {
    const sizes = [...inputs, ...outputs].map(({ shape }) => sizeOf(shape));
    const each = op.family.kind === 'contraction' ? sizes.reduce((x, y) => x * Math.max(y, 1), 1) : 0;
    const { length = 1 } = Object(attributes) as { readonly length?: unknown }; // any attributes
    const steps = typeof length === 'number' ? length : 1;
    const first = inputs[0]?.shape[0] ?? 1;
    const inner = Object.values(graphsOf(op.attributes, attributes)).reduce(
      (total, body) => total + workOf(body),
      0,
    );
    work += Math.max(each, ...sizes, 1) + inner * Math.max(steps, first, 1);
  }
  return work;
}
const MOST_WORK = 3e6;

/** So many nodes and outputs are compiled in a second at least, beyond the first. */
const NODES_A_SECOND = 1000;

function expectRuns(backend: SyncBackend, compiled: Program, feeds: Tensors | undefined): void {
  // The engine's own compiler is a part of it, which takes its time for each kernel.
  const more = (compiled.graph.nodes.length + compiled.outputs.length) / NODES_A_SECOND;
  const executable = timed(`compiling for ${backend.name}`, () => backend.compileSync({ compiled }), more);
  if (E.isLeft(executable)) {
    expectError(executable.left);
    return;
  }
  if (feeds !== undefined) {
    const { runSync } = executable.right;
    const result = timed(`running on ${backend.name}`, () => runSync('compiled', feeds, { steps: 2 }));
    if (E.isLeft(result)) expectError(result.left);
    else {
      const given = Object.keys(result.right.outputs);
      expect(
        given.length === compiled.outputs.length && compiled.outputs.every((name) => given.includes(name)),
        `${backend.name} gives the outputs ${given.join().slice(0, 100)}`,
      );
    }
  }
  executable.right.dispose();
}

function expectGraph(graph: Graph): void {
  const checked = timed('checking', () => checkGraph(graph));
  expect(E.isRight(checked), 'a graph that was read does not pass its check');
  const text = timed('printing', () => print(graph));
  timed('printing unfolded', () => print(graph, { fold: false }));
  timed('the formulas', () => formulasOf(graph));
  const written = timed('writing', () => writeGraph(graph));
  const again = readGraph(written, registry);
  expect(E.isRight(again), 'what was read and written cannot be read again');
  expect(E.isLeft(again) || print(again.right) === text, 'what was read and written prints differently');
  const simpler = timed('simplifying', () => simplify(graph));
  print(simpler);
  const types = Object.fromEntries(graph.inputs.map((input) => [nameOfInput(input), input]));
  const rebound = timed('rebinding', () => rebind(graph, types));
  if (E.isLeft(rebound)) expectError(rebound.left);

  const built = mayRefuse(() => program({ outputs: graph.outputs }));
  if (built === undefined) return;
  const feeds =
    workOf(graph) > MOST_WORK
      ? undefined
      : Object.fromEntries(
          built.graph.inputs.map((input) => [nameOfInput(input), zeros(input.shape, input.dtype)]),
        );
  for (const backend of [interpreter, wasm]) expectRuns(backend, built, feeds);

  const [output] = Object.values(graph.outputs);
  const [input] = graph.inputs;
  if (output === undefined || input === undefined) return;
  const derived = timed('the gradient', () => mayRefuse(() => gradient(sum(output), input)));
  if (derived === undefined) return;
  const slope = program({ outputs: { derived } }).graph;
  timed('printing the gradient', () => print(slope));
}

export function expectReads(text: string): void {
  const result = timed('reading', () => readGraph(text, registry));
  if (E.isLeft(result)) expectError(result.left);
  else expectGraph(result.right);
}
