import * as E from 'fp-ts/lib/Either.js';
import {
  checkFeeds,
  checkPrograms,
  checkRun,
  checkState,
  disposed,
  type Programs,
  type RunOptions,
  type RunResult,
  type SyncBackend,
  type SyncExecutable,
  type Tensors,
} from '../program/backend.js';
import { exclusive } from '../program/exclusive.js';
import type { Program } from '../program/program.js';
import { backendWithTask, executableWithTasks } from '../program/tasks.js';
import { at, lookup } from '../support/list.js';
import { AdjointException, attempt, formatType, opError, type AdjointError } from '../value/error.js';
import { allocate, copyOf, MemoryException } from '../value/memory.js';
import type { Graph, Node, Value } from '../ir/grammar.js';
import { nameOfInput } from '../ir/graph.js';
import { titleOf } from '../ir/types.js';
import { runKernel } from './kernels.js';
import { sizeOf } from '../value/shape.js';
import { sliceOf, zeros, type Tensor } from '../value/tensor.js';

/** The reference backend: each node's kernel in turn, in plain loops. Every other backend is compared with it. */

// Graphs

/** Zeros for an output of a node; throws an AdjointException where there is not so much memory. */
function allocateOutput(node: Node, { dtype, shape }: Value): Tensor {
  try {
    return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
  } catch (error) {
    if (!(error instanceof MemoryException)) throw error;
    const problem = `it gives ${formatType({ dtype, shape })}, more than there is memory for`;
    const fault = { problem, remedy: 'Take smaller batches.' };
    throw new AdjointException(opError(titleOf(node.op, node.attributes), node.inputs, fault, node.name));
  }
}

/** Runs one node, whose inputs are among the results already. */
function runNode(node: Node, results: ReadonlyMap<Value, Tensor>): readonly Tensor[] {
  const inputs = node.inputs.map((input) => {
    const tensor = results.get(input);
    if (tensor === undefined) throw new TypeError(`${node.op.name} ran before its input`);
    return tensor;
  });
  const outputs = node.outputs.map((output) => allocateOutput(node, output));
  const out = at(outputs, 0);
  runKernel(node, { inputs, outputs, out, attributes: node.attributes, evaluate: evaluateGraph });
  return outputs;
}

/**
 * Every value of a graph.
 * @param given the values that are known already: those of inputs and states
 */
export function evaluateNodes(nodes: readonly Node[], given: ReadonlyMap<Value, Tensor>): Map<Value, Tensor> {
  const results = new Map(given);
  for (const node of nodes) {
    if (results.has(at(node.outputs, 0))) continue;
    const outputs = runNode(node, results);
    node.outputs.forEach((value, index) => results.set(value, at(outputs, index)));
  }
  return results;
}

/** The outputs of a graph for these operands, in order. */
export function evaluateGraph(
  { inputs, nodes, outputs }: Graph,
  operands: readonly Tensor[],
): readonly Tensor[] {
  // An input without an operand says so itself when its node runs.
  const results = evaluateNodes(
    nodes,
    new Map(operands.map((operand, index) => [at(inputs, index), operand])),
  );
  return Object.values(outputs).map((value) => lookup(results, value));
}

// Programs

/** Results and states share no storage with what the caller has: it may be filled anew. */
const copied = ({ dtype, shape, data }: Tensor): Tensor => ({ dtype, shape, data: copyOf(dtype, data) });

const copiedEach = (tensors: Iterable<readonly [string, Tensor]>): readonly (readonly [string, Tensor])[] =>
  [...tensors].map(([name, tensor]) => [name, copied(tensor)]);

type State = ReadonlyMap<string, Tensor>;

/** A run whose feeds and options were checked. */
interface Run {
  readonly program: Program;
  readonly fed: ReadonlyMap<Value, Tensor>;
  readonly steps: number;
  readonly record: readonly string[];
  /** The states' values in the graphs, by path. */
  readonly slots: ReadonlyMap<string, { readonly value: Value }>;
  readonly state: State;
}

/** The results of a run, and the state after its last step. */
function runSteps({ program, fed, steps, record, slots, state }: Run): readonly [RunResult, State] {
  const { graph, outputs, updates, perStep } = program;
  const current = new Map(state);
  const sliced = new Set(perStep);
  const recorded = new Map<string, Tensor>();
  let results: ReadonlyMap<string, Tensor> = new Map();
  for (let step = 0; step < steps; step++) {
    const given = new Map<Value, Tensor>();
    for (const [input, feed] of fed) {
      given.set(input, sliced.has(nameOfInput(input)) ? sliceOf(feed, step) : feed);
    }
    for (const [path, { value }] of slots) given.set(value, lookup(current, path));
    const values = evaluateNodes(graph.nodes, given);
    results = new Map(Object.entries(graph.outputs).map(([name, value]) => [name, lookup(values, value)]));
    for (const output of record) {
      const { dtype, shape, data } = lookup(results, output);
      const stacked = recorded.get(output) ?? zeros([steps, ...shape], dtype);
      stacked.data.set(data, step * data.length);
      recorded.set(output, stacked);
    }
    for (const { path, output } of updates) current.set(path, lookup(results, output));
  }
  for (const { path } of updates) current.set(path, copied(lookup(current, path)));
  const last = outputs.map((output) => [output, copied(lookup(results, output))] as const);
  return [{ outputs: Object.fromEntries(last), recorded: Object.fromEntries(recorded) }, current];
}

function compileSync<P extends Programs>(
  programs: P,
): E.Either<AdjointError, SyncExecutable<keyof P & string>> {
  const slots = checkPrograms(programs);
  if (E.isLeft(slots)) return slots;
  const started = attempt('the interpreter', () =>
    copiedEach([...slots.right].map(([path, { initial }]) => [path, initial])),
  );
  if (E.isLeft(started)) return started;
  // Nothing after `dispose`.
  let current: State | undefined = new Map(started.right);
  const alone = exclusive();

  const run = (name: string, feeds: Tensors, options: RunOptions): E.Either<AdjointError, RunResult> => {
    const state = current;
    if (state === undefined) return E.left(disposed());
    const checked = checkRun(programs, name, options);
    if (E.isLeft(checked)) return checked;
    const { steps = 1, record = [] } = options;
    const program = checked.right;
    const fed = checkFeeds(program, feeds, steps);
    if (E.isLeft(fed)) return fed;
    const [result, next] = runSteps({ program, fed: fed.right, steps, record, slots: slots.right, state });
    // A kernel may have disposed of it meanwhile.
    current &&= next;
    return E.right(result);
  };
  const read = (): E.Either<AdjointError, Tensors> =>
    current === undefined ? E.left(disposed()) : E.right(Object.fromEntries(copiedEach(current)));
  const write = (replaced: Tensors): E.Either<AdjointError, void> => {
    if (current === undefined) return E.left(disposed());
    const checked = checkState(slots.right, replaced);
    if (E.isRight(checked)) current = new Map([...current, ...copiedEach(Object.entries(replaced))]);
    return checked;
  };
  const dispose = (): void => {
    current = undefined;
  };
  return E.right(
    executableWithTasks({
      runSync: (name: keyof P & string, feeds, options = {}) =>
        alone('the run', () => run(name, feeds, options)),
      readSync: () => alone('reading the state', read),
      writeSync: (replaced) => alone('writing the state', () => write(replaced)),
      dispose,
    }),
  );
}

export const interpreter: SyncBackend = backendWithTask({ name: 'interpreter', compileSync });
