import { type Tensor, type Value } from '@adjoint/core';
import { evaluateNodes, lookup, nodesUnder } from '@adjoint/core/extend';
import { xorData } from './data.js';
import { parameterNames, type InitialParameters, type XorModel } from './model.js';

/**
 * Values of a model's graph at some parameters, on the four points, in the interpreter.
 * @param known values that are taken as they are given, in place of what the graph has for them
 */
export function evaluateAt(
  { inputs, parameters }: XorModel,
  values: readonly Value[],
  at: InitialParameters,
  known: ReadonlyMap<Value, Tensor> = new Map(),
): (value: Value) => Tensor {
  const { X, Y } = xorData(inputs.X.dtype === 'f32' ? 'f32' : 'f64');
  const given = new Map<Value, Tensor>([
    [inputs.X, X],
    [inputs.Y, Y],
    ...parameterNames.map((name) => [parameters[name], at[name]] as const),
    ...known,
  ]);
  const results = evaluateNodes(nodesUnder(values), given);
  return (value) => lookup(results, value);
}
