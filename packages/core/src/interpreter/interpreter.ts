import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
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
import { allocate } from '../value/dtype.js';
import { AdjointException, formatType, invalid, type AdjointError } from '../value/error.js';
import type { Graph, Node, Value } from '../ir/grammar.js';
import { nameOfInput } from '../ir/graph.js';
import { titleOf } from '../ir/types.js';
import { runKernel } from './kernels.js';
import { sizeOf } from '../value/shape.js';
import { fromData, sliceOf, zeros, type Tensor } from '../value/tensor.js';

/** The reference backend: each node's kernel in turn, in plain loops. Every other backend is compared with it. */

/** Zeros for an output of a node; throws an AdjointException where there is no such memory. */
function room(node: Node, { dtype, shape }: Value): Tensor {
  try {
    return fromData(dtype, shape, allocate(dtype, sizeOf(shape)));
  } catch (error) {
    // What engines throw where an array cannot be so long.
    if (!(error instanceof RangeError)) throw error;
    const problem = `${titleOf(node.op, node.attributes)} gives ${formatType({ dtype, shape })}, more than there is memory`;
    throw new AdjointException(invalid('program', [], problem, 'Take smaller batches.'));
  }
}

/** Runs one node; results of state and input nodes stand in `results` already. */
function runNode(node: Node, results: ReadonlyMap<Value, Tensor>): readonly Tensor[] {
  const inputs = node.inputs.map((input) => {
    const tensor = results.get(input);
    if (tensor === undefined) throw new TypeError(`${node.op.name} ran before its input`);
    return tensor;
  });
  const outputs = node.outputs.map((output) => room(node, output));
  const [out] = outputs;
  if (out !== undefined) {
    runKernel(node.op, { inputs, outputs, out, attributes: node.attributes, evaluate: evaluateGraph });
  }
  return outputs;
}

/**
 * Every value of a graph.
 * @param given the values that are known already: those of inputs and states
 */
export function evaluateNodes(nodes: readonly Node[], given: ReadonlyMap<Value, Tensor>): Map<Value, Tensor> {
  const results = new Map(given);
  for (const node of nodes) {
    const [first] = node.outputs;
    if (first === undefined || results.has(first)) continue;
    const outputs = runNode(node, results);
    node.outputs.forEach((value, index) => {
      const tensor = outputs[index];
      if (tensor !== undefined) results.set(value, tensor);
    });
  }
  return results;
}

/** The outputs of a graph for these operands, in order. */
export function evaluateGraph(
  { inputs, nodes, outputs }: Graph,
  operands: readonly Tensor[],
): readonly Tensor[] {
  const given = new Map<Value, Tensor>();
  inputs.forEach((input, index) => {
    const operand = operands[index];
    if (operand !== undefined) given.set(input, operand);
  });
  const results = evaluateNodes(nodes, given);
  return Object.values(outputs).flatMap((value) => results.get(value) ?? []);
}

/** Results and states share no storage with what the caller has: it may be filled anew. */
const copied = ({ dtype, shape, data }: Tensor): Tensor => fromData(dtype, shape, data.slice());

function compileSync<P extends Programs>(
  programs: P,
): E.Either<AdjointError, SyncExecutable<keyof P & string>> {
  const slots = checkPrograms(programs);
  if (E.isLeft(slots)) return slots;
  let state = new Map([...slots.right].map(([path, { initial }]) => [path, copied(initial)]));
  let isDisposed = false;

  const runSync = (
    name: keyof P & string,
    feeds: Tensors,
    options: RunOptions = {},
  ): E.Either<AdjointError, RunResult> => {
    try {
      return run(name, feeds, options);
    } catch (error) {
      if (error instanceof AdjointException) return E.left(error.error);
      throw error;
    }
  };
  const run = (
    name: keyof P & string,
    feeds: Tensors,
    options: RunOptions,
  ): E.Either<AdjointError, RunResult> => {
    if (isDisposed) return E.left(disposed());
    const { steps = 1, record = [] } = options;
    const checked = checkRun(name, programs[name], options);
    if (E.isLeft(checked)) return checked;
    const { graph, outputs, updates, perStep } = checked.right;
    const fed = checkFeeds(checked.right, feeds, steps);
    if (E.isLeft(fed)) return fed;

    const current = new Map(state);
    const recorded = new Map<string, Tensor>();
    let last: ReadonlyMap<string, Tensor> = new Map();
    for (let step = 0; step < steps; step++) {
      const given = new Map<Value, Tensor>();
      for (const [input, feed] of fed.right) {
        given.set(input, perStep.includes(nameOfInput(input)) ? sliceOf(feed, step) : feed);
      }
      for (const [path, { value }] of slots.right) {
        const tensor = current.get(path);
        if (tensor !== undefined) given.set(value, tensor);
      }
      const values = evaluateNodes(graph.nodes, given);
      const resultOf = (output: string): Tensor | undefined => {
        const value = graph.outputs[output];
        return value && values.get(value);
      };
      last = new Map(outputs.flatMap((output) => pairs(output, resultOf(output))));
      for (const output of record) {
        const result = last.get(output);
        if (result === undefined) continue;
        const stacked = recorded.get(output) ?? zeros([steps, ...result.shape], result.dtype);
        stacked.data.set(result.data, step * result.data.length);
        recorded.set(output, stacked);
      }
      for (const { path, output } of updates) {
        const next = resultOf(output);
        if (next !== undefined) current.set(path, next);
      }
    }
    for (const { path } of updates) {
      const updated = current.get(path);
      if (updated !== undefined) current.set(path, copied(updated));
    }
    state = current;
    return E.right({
      outputs: Object.fromEntries([...last].map(([output, tensor]) => [output, copied(tensor)])),
      recorded: Object.fromEntries(recorded),
    });
  };
  const readSync = (): E.Either<AdjointError, Tensors> =>
    isDisposed
      ? E.left(disposed())
      : E.right(Object.fromEntries([...state].map(([path, tensor]) => [path, copied(tensor)])));
  const writeSync = (replaced: Tensors): E.Either<AdjointError, void> => {
    if (isDisposed) return E.left(disposed());
    const checked = checkState(slots.right, replaced);
    if (E.isRight(checked)) {
      const copies = Object.entries(replaced).map(([path, tensor]) => [path, copied(tensor)] as const);
      state = new Map([...state, ...copies]);
    }
    return checked;
  };
  return E.right({
    runSync,
    readSync,
    writeSync,
    run: (name, feeds, options) => TE.fromIOEither(() => runSync(name, feeds, options)),
    read: () => TE.fromIOEither(readSync),
    write: (replaced) => TE.fromIOEither(() => writeSync(replaced)),
    dispose: () => {
      isDisposed = true;
      state = new Map();
    },
  });
}

const pairs = <K, T>(key: K, value: T | undefined): readonly (readonly [K, T])[] =>
  value === undefined ? [] : [[key, value]];

export const interpreter: SyncBackend = {
  name: 'interpreter',
  compile: (programs) => TE.fromIOEither(() => compileSync(programs)),
  compileSync,
};
