import {
  add,
  input,
  map,
  matmul,
  named,
  program,
  sigmoid,
  state,
  type Elementwise,
  type FloatDType,
  type Program,
  type Tensor,
  type Value,
} from '@adjoint/core';
import type { Loss } from '@adjoint/learn';

/** Where the parameters start. W1: [2, hidden], b1: [1, hidden], W2: [hidden, 1], b2: [1, 1] */
export interface InitialParameters {
  readonly W1: Tensor;
  readonly b1: Tensor;
  readonly W2: Tensor;
  readonly b2: Tensor;
}

export const parameterNames: readonly (keyof InitialParameters)[] = ['W1', 'b1', 'W2', 'b2'];

/** The values of the network by the notebook's names. */
export interface XorModel {
  readonly inputs: Readonly<Record<'X' | 'Y', Value>>;
  readonly parameters: Readonly<Record<keyof InitialParameters, Value>>;
  readonly Z1: Value;
  readonly A1: Value;
  readonly Z2: Value;
  /** The prediction: [examples, 1] */
  readonly A2: Value;
  readonly loss: Value;
  /** The prediction alone, for any number of points once it is rebound. */
  readonly predict: Program;
}

/**
 * The network of the notebook as a graph: two inputs, a hidden layer, one sigmoid output.
 * Its inputs are X: [4, 2] and Y: [4, 1]; its state is W1, b1, W2 and b2.
 */
export function xorModel(
  initial: InitialParameters,
  activation: Elementwise,
  loss: Loss,
  dtype: FloatDType,
): XorModel {
  const X: Value = input('X', [4, 2], dtype);
  const Y: Value = input('Y', [4, 1], dtype);
  const parameters = {
    W1: state<Tensor>(initial.W1, 'W1'),
    b1: state<Tensor>(initial.b1, 'b1'),
    W2: state<Tensor>(initial.W2, 'W2'),
    b2: state<Tensor>(initial.b2, 'b2'),
  };
  const { W1, b1, W2, b2 } = parameters;

  const Z1 = named('Z1', add(matmul(X, W1), b1));
  const A1 = named('A1', map(activation.name, activation.lambda([dtype]), [Z1]));
  const Z2 = named('Z2', add(matmul(A1, W2), b2));
  const A2 = named('A2', sigmoid(Z2));

  return {
    inputs: { X, Y },
    parameters,
    Z1,
    A1,
    Z2,
    A2,
    loss: named('loss', loss.build(loss.takes === 'logits' ? Z2 : A2, Y)),
    predict: program({ outputs: { A2 } }),
  };
}
