import {
  leaves,
  program,
  subtract,
  type Optimizer,
  type Program,
  type Tree,
  type Update,
  type Value,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';

/** What a training step is made of. */
export interface StepParts {
  /** A single number, of rank 0. */
  readonly loss: Value;
  /** States, in a tree. */
  readonly parameters: Tree<Value>;
  readonly optimizer: Optimizer;
  /** The inputs that are fed one slice a step. */
  readonly perStep?: readonly string[];
}

/** The nodes of one step of an optimizer. */
export interface Step {
  /** The gradient by each parameter's path in the tree. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** The parameter's and the optimizer's updates. */
  readonly updates: readonly Update[];
  /** The next value of each parameter, by its path in the tree. */
  readonly nexts: ReadonlyMap<string, Value>;
}

/** Differentiates the loss and applies the optimizer. */
export function optimizerStep({ loss, parameters, optimizer }: StepParts): Step {
  const named = leaves(parameters);
  const values = named.map(([, value]) => value);
  const gradients = leaves(gradient(loss, parameters));
  const { steps, updates } = optimizer.update(
    gradients.map(([, value]) => value),
    optimizer.init(values, 'optimizer'),
    values,
  );
  const nexts = named.flatMap(([path, value], index) => {
    const step = steps[index];
    return step === undefined ? [] : [{ path, state: value, next: subtract(value, step) }];
  });
  return {
    gradients: new Map(gradients),
    updates: [...nexts.map(({ state, next }) => ({ state, next })), ...updates],
    nexts: new Map(nexts.map(({ path, next }) => [path, next])),
  };
}

/**
 * One step of training as a program: its output is `loss`, before the step; its updates are the parameters and the
 * optimizer's state.
 * @example trainingStep({ loss, parameters, optimizer: sgd({ learningRate: 1.5 }) }).outputs // ["loss"]
 */
export function trainingStep(parts: StepParts): Program {
  const { updates } = optimizerStep(parts);
  return program({
    outputs: { loss: parts.loss },
    updates,
    ...(parts.perStep && { perStep: parts.perStep }),
  });
}
