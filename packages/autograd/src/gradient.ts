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
import { lookup, opError, refuse } from '@adjoint/core/extend';
import { one, pullback } from './tensor.js';

/** Why there is no gradient of, or by, a value. */
function checkDifferentiable(value: Value, role: string): void {
  if (isFloat(value.dtype)) return;
  const problem = `${role} is ${value.dtype}; only f64 and f32 have gradients`;
  const remedy = 'Convert it with astype where that is meant.';
  throw new AdjointException(opError('gradient', [value], { problem, remedy }));
}

/**
 * The gradient of a loss by parameters, as values in the same form: one value, or a tree of them. They are nodes like
 * any other: print them, compile them, or take their gradient again, to any order.
 * @param loss a single number, of rank 0
 * @throws AdjointException where `loss` has a rank above 0, or a dtype without gradients is involved
 * @example gradient(loss, parameters).W1.shape // [2, 1]
 */
export function gradient<const T extends Tree<Value>>(loss: Value, parameters: T): T {
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
  const byPath = new Map(
    variables.map(([path, variable], index) => [path, cotangents[index] ?? zerosLike(variable)] as const),
  );
  // Each value has become the gradient by it, of its dtype and shape.
  return mapTree(parameters, (_variable, path) => lookup(byPath, path)) as T;
}
