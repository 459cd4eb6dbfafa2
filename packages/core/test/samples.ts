import {
  add,
  broadcastLike,
  compositeWithPullback,
  cond,
  constant,
  corePlugin,
  createRegistry,
  graph,
  input,
  less,
  matmul,
  mean,
  multiply,
  named,
  relu,
  renderError,
  scan,
  sigmoid,
  splitLike,
  square,
  state,
  subtract,
  sum,
  tensor,
  zeros,
  nameOfInput,
  round,
  type Graph,
  type Plugin,
  type Registry,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { evaluateNodes } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';

export function registryOf(...plugins: readonly Plugin[]): Registry {
  const registry = createRegistry([corePlugin, ...plugins]);
  if (E.isLeft(registry)) throw new Error(registry.left.map(renderError).join('\n'));
  return registry.right;
}

/** The XOR network's loss and its gradients, for a batch of any size. */
export function training(batch: number): Graph {
  const X = input('X', [batch, 2] as Shape);
  const Y = input('Y', [batch, 1] as Shape);
  const parameters = state({
    W1: tensor([
      [0.5, -0.3, 0.8],
      [-0.2, 0.9, 0.4],
    ]),
    b1: tensor([[0.1, -0.1, 0.05]]),
    W2: tensor([[0.7], [-0.6], [0.3]]),
    b2: zeros([1, 1]),
  });
  const { W1, b1, W2, b2 } = parameters;
  const A1 = named('A1', relu(named('Z1', add(matmul(X, W1), b1))));
  const A2 = named('A2', sigmoid(named('Z2', add(matmul(A1, W2), b2))));
  const loss = named('loss', mean(square(subtract(A2, Y))));
  const gradients = Object.entries(gradient<Record<string, Value>>(loss, parameters));
  return graph({ loss, ...Object.fromEntries(gradients.map(([name, value]) => [`d${name}`, value])) });
}

/** A recurrence over the rows of x, and its gradient. */
export function recurrence(length: number): Graph {
  const x = input('x', [length, 3] as Shape);
  const w = input('w', [3]);
  const [last = w, all = x] = scan(
    ([carry = w], [each = w], [weight = w]) => {
      const next = add(multiply(weight, carry), each);
      return { carries: [next], stacked: [square(next)] };
    },
    { init: [constant([0, 0, 0])], sequences: [x], constants: [w] },
  );
  const loss = add(mean(last), mean(all));
  return graph({ loss, dw: gradient(loss, w) });
}

/** A choice by what x adds up to, and its gradient. */
export function choice(length: number): Graph {
  const x = input('x', [length] as Shape);
  const [y = x] = cond(
    less(sum(x), 1),
    ([each = x]) => [square(each)],
    ([each = x]) => [multiply(each, 2)],
    [x],
  );
  const loss = mean(y);
  return graph({ loss, dx: gradient(loss, x) });
}

/** Rounds, and passes the cotangent through as if it had not. */
export const straightThrough = compositeWithPullback(
  'straightThrough',
  (x = constant(0)) => round(x),
  ({ cotangent }) => [cotangent],
);

export const straightThroughPlugin: Plugin = {
  name: 'straight-through',
  version: '1.0.0',
  core: '^0.1.0',
  ops: [straightThrough],
};

/** Constants of every dtype, with the numbers that JSON has no word for. */
export const oddities = (): Graph =>
  graph({
    f64: multiply(constant([NaN, -0, Infinity, -Infinity, 0.1]), 2),
    f32: add(constant(tensor([0.1, -0], 'f32')), constant(NaN, 'f32')),
    i32: add(constant(tensor([-1, 2 ** 31 - 1], 'i32')), 1),
    bool: constant(tensor([true, false], 'bool')),
    empty: constant(zeros([0, 3])),
    parts: splitLike(constant([1, 2, 3]), [constant([0]), constant([0, 0])], { axis: 0 })[1] ?? constant(0),
  });

export const rounded = (): Graph => {
  const x = input('x', [3]);
  return graph({
    out: straightThrough(x),
    dx: gradient(mean(straightThrough(x)), x),
    x: broadcastLike(x, x),
  });
};

/** The outputs of a graph for numbers that follow from its inputs' sizes; states start as they start. */
export function evaluate(each: Graph): Readonly<Record<string, Tensor>> {
  const given = new Map<Value, Tensor>();
  for (const value of each.inputs) {
    const filled = zeros(value.shape, value.dtype);
    for (let i = 0; i < filled.data.length; i++) filled.data[i] = Math.sin(i + nameOfInput(value).length);
    given.set(value, filled);
  }
  const results = evaluateNodes(each.nodes, given);
  return Object.fromEntries(
    Object.entries(each.outputs).flatMap(([name, value]) => {
      const result = results.get(value);
      return result === undefined ? [] : [[name, result] as const];
    }),
  );
}
