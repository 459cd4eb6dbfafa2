import {
  add,
  input,
  matmul,
  mean,
  relu,
  square,
  state,
  subtract,
  zeros,
  type Tensors,
  type Value,
} from '@adjoint/core';
import { adam, type Optimizer } from '@adjoint/learn';
import { numpyLegacy } from '@adjoint/random';

/** A training that differs from step to step: each has a batch of its own. */
export interface Problem {
  readonly loss: Value;
  readonly parameters: Readonly<Record<string, Value>>;
  readonly optimizer: Optimizer;
  readonly feeds: Tensors;
  readonly perStep: readonly string[];
  readonly steps: number;
}

export interface Size {
  readonly steps: number;
  readonly batch?: number;
  readonly hidden?: number;
  readonly rate?: number;
}

/** A regression with hidden layers: the same numbers in each process, and for fewer steps those of the first. */
export function problem({ steps, batch = 4, hidden = 3, rate = 0.01 }: Size): Problem {
  const random = numpyLegacy(7);
  const [X, Y] = [input('X', [batch, 2]), input('Y', [batch, 1])];
  const [W1, b1, W2, W3] = [
    state(random.randn([2, hidden]), 'W1'),
    state(zeros([hidden]), 'b1'),
    state(random.randn([hidden, hidden]), 'W2'),
    state(random.randn([hidden, 1]), 'W3'),
  ];
  const prediction = matmul(relu(matmul(relu(add(matmul(X, W1), b1)), W2)), W3);
  return {
    loss: mean(square(subtract(prediction, Y))),
    parameters: { W1, b1, W2, W3 },
    optimizer: adam({ learningRate: rate }),
    feeds: { X: random.randn([steps, batch, 2]), Y: numpyLegacy(8).randn([steps, batch, 1]) },
    perStep: ['X', 'Y'],
    steps,
  };
}
