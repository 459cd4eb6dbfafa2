import {
  formatType,
  isFloat,
  isValue,
  leaves,
  program,
  state,
  subtract,
  treeOf,
  type Program,
  type Tree,
  type Update,
  type Value,
} from '@adjoint/core';
import { lookup, refuse, sameType, stateOf } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
import { called } from './attempt-task.js';
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
  /** The parameters, by their paths in the tree. */
  readonly parameters: ReadonlyMap<string, Value>;
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

/** The leaves that an optimizer gave: those of `tree`, by path, each of the type that it has there. */
function leavesLike(
  tree: Tree<Value>,
  given: Tree<Value>,
  { name }: Optimizer,
  what: string,
): ReadonlyMap<string, Value> {
  const found = new Map(called(`the optimizer ${name}`, () => leaves(given)));
  const expected = new Map(leaves(tree));
  const fault = (problem: string): never =>
    refuse('plugin', [name, 'update'], `the optimizer gives ${problem}`);
  for (const path of expected.keys()) if (!found.has(path)) fault(`no ${what} for "${path}"`);
  for (const path of found.keys()) {
    if (!expected.has(path)) fault(`a ${what} for "${path}", which there is not`);
  }
  for (const [path, own] of expected) {
    const leaf = lookup(found, path);
    if (!sameType(leaf, own)) {
      fault(`a ${what} for "${path}" that is ${formatType(leaf)}, where it has to be ${formatType(own)}`);
    }
  }
  return found;
}

/** Refuses what cannot be trained: a loss that is no single float, no parameters, two of one state. */
function checkParts({ loss, parameters }: StepParts): void {
  if (!isValue(loss)) {
    refuse('option', ['loss'], 'expected a value', 'Give what a loss makes of a prediction and its target.');
  }
  if (loss.shape.length > 0 || !isFloat(loss.dtype)) {
    refuse(
      'option',
      ['loss'],
      `expected a single float, of rank 0; given ${formatType(loss)}`,
      loss.shape.length > 0 ? 'Take its mean or its sum.' : 'Convert it with astype.',
    );
  }
  if (leaves(parameters).length === 0) {
    refuse('option', ['parameters'], 'there are none, so that nothing is trained', 'Make them with state.');
  }
}

/** Differentiates the loss and applies the optimizer. */
export function optimizerStep(parts: StepParts): Step {
  checkParts(parts);
  const { loss, parameters: given, optimizer } = parts;
  const by = `the optimizer ${optimizer.name}`;
  const places = leaves(given);
  const paths = new Map(places.map(([place, parameter]) => [place, statePath(parameter, place)]));
  const pathOf = (place: string): string => lookup(paths, place);
  /** A tree of the parameters' form, with the paths of their states: those name the optimizer's states too. */
  const byState = (tree: Tree<Value>): Tree<Value> =>
    treeOf(leaves(tree).map(([place, leaf]) => [pathOf(place), leaf]));

  const parameters = byState(given);
  const gradients = gradient(loss, given);
  const before = state(
    called(by, () => optimizer.init(parameters)),
    'optimizer',
  );
  const made = called(by, () => {
    // Taken apart here: what is no record of them is the optimizer's fault too.
    const { steps, state: next } = optimizer.update({
      gradients: byState(gradients),
      state: before,
      parameters,
    });
    return { steps, next };
  });
  const steps = leavesLike(parameters, made.steps, optimizer, 'step');
  const after = leavesLike(before, made.next, optimizer, 'next state');

  const nexts = new Map(
    places.map(([place, parameter]) => [place, subtract(parameter, lookup(steps, pathOf(place)))]),
  );
  return {
    gradients: new Map(leaves(gradients)),
    updates: [
      ...places.map(([place, parameter]) => ({ state: parameter, next: lookup(nexts, place) })),
      ...leaves(before).map(([path, own]) => ({ state: own, next: lookup(after, path) })),
    ],
    parameters: new Map(places),
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
