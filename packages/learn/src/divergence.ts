import {
  at,
  evaluateNodes,
  fromData,
  lookup,
  nameOfInput,
  nodeText,
  stateOf,
  type AdjointError,
  type Node,
  type Program,
  type Tensor,
  type Tensors,
  type Value,
} from '@adjoint/core';

/** A value that has to stay finite, and what a reader calls it. */
export interface Watched {
  readonly quantity: string;
  readonly value: Value;
}

export interface Suspect {
  readonly step: Program;
  readonly watched: readonly Watched[];
  /** The state before the chunk in which something was not finite. */
  readonly state: Tensors;
  /** The chunk's first step, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** The feeds of one step of the chunk, per-step inputs with a leading axis of 1. */
  readonly feedsAt: (step: number) => Tensors;
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

/** From a value that is not finite back over inputs that are not: the earliest of their nodes. */
function earliestNode(nodes: readonly Node[], failed: Value, values: ReadonlyMap<Value, Tensor>): Node {
  const isBad = (value: Value): boolean => !isFiniteTensor(lookup(values, value));
  const path = new Set<Node>([failed.node]);
  // Later nodes first, so that whoever uses a node was looked at before it.
  for (const node of [...nodes].reverse()) {
    if (!path.has(node)) continue;
    for (const input of node.inputs) if (isBad(input)) path.add(input.node);
  }
  return nodes.find((node) => path.has(node)) ?? failed.node;
}

/** Runs a chunk again, one step at a time in the interpreter, to the first value that is not finite. */
export function findDivergence({ step, watched, state, first, count, feedsAt }: Suspect): AdjointError {
  const outputs = new Map(Object.entries(step.graph.outputs));
  let current = state;
  for (let offset = 0; offset < count; offset++) {
    const values = evaluateNodes(step.graph.nodes, givenValues(step, current, feedsAt(offset)));
    const failed = watched.find(({ value }) => !isFiniteTensor(lookup(values, value)));
    if (failed !== undefined) {
      return {
        tag: 'DivergenceError',
        step: first + offset,
        quantity: failed.quantity,
        node: nodeText(step.graph, earliestNode(step.graph.nodes, failed.value, values)),
        remedy: 'Try a smaller learning rate, or a loss that stays finite, such as one with logits.',
      };
    }
    const next = step.updates.map(
      ({ path, output }) => [path, lookup(values, lookup(outputs, output))] as const,
    );
    current = { ...current, ...Object.fromEntries(next) };
  }
  return {
    tag: 'DivergenceError',
    step: first,
    quantity: 'a value within the next steps',
    node: 'not to be found: in the interpreter every value stays finite',
  };
}
