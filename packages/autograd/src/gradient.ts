import {
  AdjointException,
  formatShape,
  isFloat,
  leaves,
  mapTree,
  zerosLike,
  type Tree,
  type Value,
} from '@adjoint/core';
import { lookup, opError, refuse, titleOf } from '@adjoint/core/extend';
import { remember, valuesUnder } from './dependence.js';
import { one, pullback } from './tensor.js';

export interface GradientOptions {
  /**
   * What there is for a parameter from which no path leads to the loss: an error unless given, since as a rule it was
   * forgotten; or zeros.
   */
  readonly unconnected?: 'error' | 'zeros';
}

/** Why there is no gradient of, or by, a value. */
function checkDifferentiable(value: Value, role: string): void {
  if (isFloat(value.dtype)) return;
  const problem = `${role} is ${value.dtype}; only f64 and f32 have gradients`;
  const remedy = 'Convert it with astype where that is meant.';
  throw new AdjointException(opError('gradient', [value], { problem, remedy }));
}

/** What a reader calls a parameter. */
const calledBy = (path: string, { node: { name, op, attributes } }: Value): string =>
  name ?? (path === '' ? `the result of ${titleOf(op, attributes)}` : path);

/** Refuses parameters that the loss does not depend on. That a derivative vanishes on a path is no fault. */
function checkConnected(loss: Value, parameters: readonly (readonly [path: string, Value])[]): void {
  const under = valuesUnder(loss);
  const absent = parameters.filter(([, parameter]) => !under.has(parameter));
  if (absent.length === 0) return;
  const names = new Set([...under].map(({ node }) => node.name));
  const renamed = absent.find(([, { node }]) => node.name !== undefined && names.has(node.name));
  const problem = `no path leads from ${absent.map(([path, parameter]) => calledBy(path, parameter)).join(', ')} to the loss`;
  const remedy =
    renamed === undefined
      ? "Use it in the loss or leave it out; with { unconnected: 'zeros' } its gradient is zeros."
      : `The loss depends on another value named ${calledBy(...renamed)}: name a value before it is used, and differentiate by the named one.`;
  const values = absent.map(([, parameter]) => parameter);
  throw new AdjointException(opError('gradient', values, { problem, remedy }));
}

/**
 * The gradient of a loss by parameters, as values in the same form: one value, or a tree of them. They are nodes like
 * any other: print them, compile them, or take their gradient again, to any order.
 * @param loss a single number, of rank 0
 * @throws AdjointException where `loss` has a rank above 0, a dtype without gradients is involved, or no path leads from
 *   a parameter to the loss: a path through an op without derivatives, such as a comparison, is one, and gives zeros
 * @example gradient(loss, parameters).W1.shape // [2, 1]
 */
export function gradient<const T extends Tree<Value>>(
  loss: Value,
  parameters: T,
  { unconnected = 'error' }: GradientOptions = {},
): T {
  checkDifferentiable(loss, 'the loss');
  if (loss.shape.length > 0) {
    refuse(
      'graph',
      [],
      `the gradient of a loss of shape ${formatShape(loss.shape)} is not one number for each parameter`,
      'Reduce the loss first, with sum or mean; or use pullback with a cotangent.',
    );
  }
  const variables = leaves(parameters);
  for (const [path, variable] of variables)
    checkDifferentiable(variable, path === '' ? 'the parameter' : `"${path}"`);
  const cotangents = pullback(
    [[loss, one(loss)]],
    variables.map(([, variable]) => variable),
  );
  const without = variables.filter((_, index) => cotangents[index] === undefined);
  if (unconnected === 'error' && without.length > 0) checkConnected(loss, without);
  const zeros = new Map(without.map(([path, variable]) => [path, zerosLike(variable)] as const));
  remember([...zeros.values()], [loss]);
  const byPath = new Map(
    variables.map(([path], index) => [path, cotangents[index] ?? lookup(zeros, path)] as const),
  );
  // Each value has become the gradient by it, of its dtype and shape.
  return mapTree(parameters, (_variable, path) => lookup(byPath, path)) as T;
}
