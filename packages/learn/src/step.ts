import {
  leaves,
  lookup,
  program,
  refuse,
  state,
  stateOf,
  subtract,
  treeOf,
  type Program,
  type Tree,
  type Update,
  type Value,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import type { Optimizer } from './optimizer.js';

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

/** The path of the state that a parameter is; `place` leads to it in the tree of parameters. */
function statePath(parameter: Value, place: string): string {
  const own = stateOf(parameter.node);
  if (own === undefined) {
    refuse(
      'program',
      ['parameters', place],
      `${parameter.node.op.name} is not a state, so it cannot be updated`,
      'Make parameters with state.',
    );
  }
  return own.path;
}

/** The leaves that an optimizer gave, which must be those of `tree`, by path. */
function leavesLike(
  tree: Tree<Value>,
  given: Tree<Value>,
  { name }: Optimizer,
  what: string,
): ReadonlyMap<string, Value> {
  const found = new Map(leaves(given));
  const expected = new Set(leaves(tree).map(([path]) => path));
  const fault = (problem: string): never =>
    refuse('plugin', [name, 'update'], `the optimizer gives ${problem}`);
  for (const path of expected) if (!found.has(path)) fault(`no ${what} for "${path}"`);
  for (const path of found.keys())
    if (!expected.has(path)) fault(`a ${what} for "${path}", which there is not`);
  return found;
}

/** Differentiates the loss and applies the optimizer. */
export function optimizerStep({ loss, parameters: given, optimizer }: StepParts): Step {
  const places = leaves(given);
  const paths = new Map(places.map(([place, parameter]) => [place, statePath(parameter, place)]));
  const pathOf = (place: string): string => lookup(paths, place);
  /** A tree of the parameters' form, with the paths of their states: those name the optimizer's states too. */
  const byState = (tree: Tree<Value>): Tree<Value> =>
    treeOf(leaves(tree).map(([place, leaf]) => [pathOf(place), leaf]));

  const parameters = byState(given);
  const gradients = gradient(loss, given);
  const before = state(optimizer.init(parameters), 'optimizer');
  const result = optimizer.update({ gradients: byState(gradients), state: before, parameters });
  const steps = leavesLike(parameters, result.steps, optimizer, 'step');
  const after = leavesLike(before, result.state, optimizer, 'next state');

  const nexts = new Map(
    places.map(([place, parameter]) => [place, subtract(parameter, lookup(steps, pathOf(place)))]),
  );
  return {
    gradients: new Map(leaves(gradients)),
    updates: [
      ...places.map(([place, parameter]) => ({ state: parameter, next: lookup(nexts, place) })),
      ...leaves(before).map(([path, own]) => ({ state: own, next: lookup(after, path) })),
    ],
    nexts,
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
