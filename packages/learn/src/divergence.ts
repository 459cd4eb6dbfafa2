import {
  fromData,
  nameOfInput,
  type AdjointError,
  type Node,
  type Program,
  type Tensor,
  type Tensors,
  type Value,
} from '@adjoint/core';
import {
  at,
  constantOf,
  evaluateNodes,
  inputNameOf,
  last,
  lookup,
  nodeText,
  stateOf,
} from '@adjoint/core/extend';
import type { Watched } from './watch.js';

/** A step at which a loss, a gradient or a next parameter was not finite. */
export interface Suspect {
  readonly program: Program;
  readonly watched: readonly Watched[];
  /** Which step it is, counted from 0. */
  readonly step: number;
  /** The losses up to this step, which is the last of them. */
  readonly loss: Float64Array;
  /** The state before the step. */
  readonly state: Tensors;
  /** The feeds of the step, per-step inputs with a leading axis of 1. */
  readonly feeds: Tensors;
}

const isFiniteTensor = ({ data }: Tensor): boolean => data.every((x) => Number.isFinite(x));

/** The values of a step's inputs and states. */
function givenValues(
  { graph, perStep }: Program,
  state: Tensors,
  feeds: Tensors,
): ReadonlyMap<Value, Tensor> {
  const given = new Map<Value, Tensor>();
  const [fed, states] = [new Map(Object.entries(feeds)), new Map(Object.entries(state))];
  for (const input of graph.inputs) {
    const name = nameOfInput(input);
    const feed = lookup(fed, name);
    given.set(input, perStep.includes(name) ? fromData(feed.dtype, feed.shape.slice(1), feed.data) : feed);
  }
  for (const node of graph.nodes) {
    const own = stateOf(node);
    if (own !== undefined) given.set(at(node.outputs, 0), lookup(states, own.path));
  }
  return given;
}

/** The nodes on the way to a value that is not finite that are not finite themselves, in order. */
function failingNodes(
  nodes: readonly Node[],
  failed: Value,
  values: ReadonlyMap<Value, Tensor>,
): readonly Node[] {
  const isBad = (value: Value): boolean => !isFiniteTensor(lookup(values, value));
  const path = new Set<Node>([failed.node]);
  // Later nodes first, so that whoever uses a node was looked at before it.
  for (const node of [...nodes].reverse()) {
    if (!path.has(node)) continue;
    for (const input of node.inputs) if (isBad(input)) path.add(input.node);
  }
  return nodes.filter((node) => path.has(node));
}

/** What training starts from: no node before it made it. */
interface Given {
  /** What a reader calls it. */
  readonly what: string;
  readonly remedy: string;
  /** Whether it is to blame for an infinity in it, which may be meant: a mask has them, and trained before. */
  readonly isNew: boolean;
}

/** What a node gives that is there before the step; `undefined` for what the step, or one before it, computes. */
function givenBy(node: Node, step: number, perStep: readonly string[]): Given | undefined {
  const input = inputNameOf(node);
  if (input !== undefined) {
    const isNew = step === 0 || perStep.includes(input);
    return { what: `The input "${input}"`, remedy: 'Feed finite numbers.', isNew };
  }
  const state = stateOf(node);
  if (state !== undefined && step === 0) {
    return {
      what: `The initial value of "${state.path}"`,
      remedy: 'Start from finite numbers.',
      isNew: true,
    };
  }
  return constantOf(node) === undefined
    ? undefined
    : { what: 'A constant', remedy: 'Build the program with finite numbers.', isNew: step === 0 };
}

/** The first element that is not finite, NaN before infinities, as `NaN at [3, 1]`. */
function firstFault({ shape, data }: Tensor): string {
  const missing = data.findIndex((x) => Number.isNaN(x));
  let index = missing < 0 ? data.findIndex((x) => !Number.isFinite(x)) : missing;
  const fault = String(at(data, index));
  const place: number[] = [];
  for (const size of [...shape].reverse()) {
    place.unshift(index % size);
    index = Math.floor(index / size);
  }
  return place.length === 0 ? fault : `${fault} at [${place.join(', ')}]`;
}

/** The earliest node on the way to the failing value, and what to do about it. */
function blame(
  { program: { graph, perStep }, step }: Suspect,
  failed: Value,
  values: ReadonlyMap<Value, Tensor>,
): { readonly node: string; readonly remedy: string } {
  const failing = failingNodes(graph.nodes, failed, values);
  for (const node of failing) {
    const given = givenBy(node, step, perStep);
    if (given === undefined) continue;
    const tensor = lookup(values, at(node.outputs, 0));
    if (!given.isNew && !tensor.data.some((x) => Number.isNaN(x))) continue;
    const remedy = `${given.what} has ${firstFault(tensor)}. ${given.remedy}`;
    return { node: nodeText(graph, node), remedy };
  }
  const made = failing.find((node) => givenBy(node, step, perStep) === undefined) ?? failed.node;
  return {
    node: nodeText(graph, made),
    remedy: 'Try a smaller learning rate, or a loss that stays finite, such as one with logits.',
  };
}

/** Runs the step in the interpreter, which knows every value, and says where the first one is that is not finite. */
export function explainDivergence(suspect: Suspect): AdjointError {
  const { program, watched, step, loss, state, feeds } = suspect;
  const values = evaluateNodes(program.graph.nodes, givenValues(program, state, feeds));
  const failed = watched.find(({ value }) => !isFiniteTensor(lookup(values, value)));
  const found =
    failed === undefined
      ? {
          quantity: Number.isFinite(last(loss)) ? 'a gradient or a next parameter' : 'the loss',
          node: 'not to be found: in the interpreter every value of this step is finite',
        }
      : { quantity: failed.quantity, ...blame(suspect, failed.value, values) };
  return { tag: 'DivergenceError', step, ...found, loss, state };
}
