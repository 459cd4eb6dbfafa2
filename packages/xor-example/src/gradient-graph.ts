import { pullback } from '@adjoint/autograd';
import { constant, graph, simplify, zerosLike, type Graph, type Value } from '@adjoint/core';
import type { Quantities } from './manual.js';
import type { XorModel } from './model.js';
import { entry } from './record.js';

/** A model and its gradients as one graph, the way a person would write it. */
export interface GradientGraph {
  readonly loss: Value;
  /** The values of the graph by the notebook's names. */
  readonly quantities: Readonly<Record<keyof Quantities, Value>>;
  /** The loss, and its gradients by W1, b1, W2 and b2. */
  readonly whole: Graph;
}

/** The loss of a model with its gradients, simplified. */
export function gradientGraph(model: XorModel): GradientGraph {
  const { Z1, A1, Z2, A2, parameters } = model;
  const { W1, b1, W2, b2 } = parameters;
  const differentiated = Object.entries({ A2, Z2, W2, b2, A1, Z1, W1, b1 });
  const cotangents = pullback(
    [[model.loss, constant(1, model.loss.dtype)]],
    differentiated.map(([, value]) => value),
  );
  const derived = differentiated.map(
    // What the loss does not depend on has a gradient of zeros.
    ([name, value], index) => [`d${name}`, cotangents[index] ?? zerosLike(value)] as const,
  );
  const { outputs } = simplify(graph({ loss: model.loss, Z1, A1, Z2, A2, ...Object.fromEntries(derived) }));
  const simplified = (name: keyof Quantities | 'loss'): Value => entry(outputs, name);
  const loss = simplified('loss');
  const quantities = {
    Z1: simplified('Z1'),
    A1: simplified('A1'),
    Z2: simplified('Z2'),
    A2: simplified('A2'),
    dA2: simplified('dA2'),
    dZ2: simplified('dZ2'),
    dW2: simplified('dW2'),
    db2: simplified('db2'),
    dA1: simplified('dA1'),
    dZ1: simplified('dZ1'),
    dW1: simplified('dW1'),
    db1: simplified('db1'),
  };
  const { dW1, db1, dW2, db2 } = quantities;
  return { loss, quantities, whole: graph({ loss, dW1, db1, dW2, db2 }) };
}
