import {
  AdjointException,
  add,
  constant,
  formatType,
  isFloat,
  isValue,
  nameOfInput,
  named,
  subgraph,
  input,
  zerosLike,
  type Graph,
  type Node,
  type Value,
} from '@adjoint/core';
import { freshName, opError, sameType } from '@adjoint/core/extend';
import { backpropagate, type Algebra } from './backpropagate.js';
import { remember } from './dependence.js';
import { differentiableInputs, pullbackOf } from './rules/pullback.js';

const algebra: Algebra<Node, Value> = {
  inputs: differentiableInputs,
  pullback: (node, cotangents) => pullbackOf(node, cotangents, pullbackGraph),
  add: (x, y) => add(x, y),
  // What a reader named Z1 has a cotangent that a reader would call dZ1.
  finish({ node }, cotangent) {
    // A name is a node's: it tells nothing of one of several outputs.
    const single = node.outputs.length === 1 && cotangent.node.outputs.length === 1;
    return single && node.name !== undefined && cotangent.node.name === undefined
      ? named(`d${node.name}`, cotangent)
      : cotangent;
  },
};

/** Refuses a cotangent that is not of its output's type: it would fail in an op that nobody wrote, or in none. */
function checkRoot(output: Value, cotangent: unknown): void {
  if (isValue(cotangent) && sameType(output, cotangent)) return;
  const problem = `the cotangent of ${formatType(output)} is ${isValue(cotangent) ? formatType(cotangent) : 'not a value'}`;
  const remedy = 'A cotangent has the dtype and shape of its output.';
  throw new AdjointException(opError('pullback', [output], { problem, remedy }));
}

/**
 * Cotangents of values from those of the outputs: the vector-Jacobian product, as nodes.
 * @param roots outputs with their cotangents, of the outputs' types
 * @returns one for each value in `by`; `undefined` where no output depends on it differentiably
 * @throws AdjointException where a cotangent is not of its output's type, or an op's pullback does not give what it should
 */
export function pullback(
  roots: readonly (readonly [output: Value, cotangent: Value])[],
  by: readonly Value[],
): readonly (Value | undefined)[] {
  for (const [output, cotangent] of roots) checkRoot(output, cotangent);
  const cotangents = backpropagate(
    algebra,
    roots,
    by.map(({ node }) => node),
  );
  const results = by.map(({ node, index }) => cotangents.get(node)?.[index]);
  remember(
    results,
    roots.map(([output]) => output),
  );
  return results;
}

/**
 * The pullback of a graph as a graph: from its inputs and a cotangent for each differentiable output to a cotangent
 * for each differentiable input, zeros where there is none.
 */
export function pullbackGraph(primal: Graph): Graph {
  const outputs = Object.values(primal.outputs).filter(({ dtype }) => isFloat(dtype));
  const taken = primal.inputs.map(nameOfInput);
  const roots = outputs.map((output, index) => {
    const seed = input(freshName(`cotangent${index}`, taken), output.shape, output.dtype);
    return [output, seed] as const;
  });
  const by = primal.inputs.filter(({ dtype }) => isFloat(dtype));
  const cotangents = pullback(roots, by);
  const results = by.map(
    (value, index) => [`d${nameOfInput(value)}`, cotangents[index] ?? zerosLike(value)] as const,
  );
  return subgraph(Object.fromEntries(results), [...primal.inputs, ...roots.map(([, seed]) => seed)]);
}

/** The cotangent that a loss starts from: 1. */
export const one = (loss: Value): Value => constant(1, loss.dtype);
