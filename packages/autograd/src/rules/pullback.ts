import {
  AdjointException,
  broadcastTo,
  einsum,
  formatType,
  isFloat,
  isValue,
  reshapeLike,
  sumLike,
  zerosLike,
  type Graph,
  type Node,
  type Value,
} from '@adjoint/core';
import {
  at,
  equationOf,
  lettersFor,
  opError,
  readsOf,
  sameShape,
  sameType,
  titleOf,
  type ContractionFamily,
  type Cotangents,
} from '@adjoint/core/extend';
import { prefixPullback, reductionPullback } from './accumulation.js';
import { mapPullback } from './map.js';

/** Whether cotangents go from an op's outputs to its inputs. */
export const isDifferentiable = ({ op }: Node): boolean => op.differentiable !== false;

/** The inputs that cotangents may reach: of others only the types matter. */
export const differentiableInputs = (node: Node): readonly Value[] =>
  isDifferentiable(node) ? node.inputs.slice(0, readsOf(node.op)) : [];

/**
 * The cotangent takes each operand's place in turn: that of C = Σ A B by A is Σ C B over the letters that A has not. An
 * axis of size 1 was stretched: over it is summed; and along an axis that only stretched others have, it is repeated.
 */
function contractionPullback(
  { inputs, attributes }: Node,
  family: ContractionFamily,
  cotangent: Value,
): Cotangents {
  const { operands, result } = lettersFor(family, inputs, attributes);
  return inputs.map((x, index) => {
    const others = operands.filter((_, other) => other !== index);
    const own = at(operands, index);
    const values = inputs.filter((_, other) => other !== index);
    const product = einsum(equationOf({ operands: [result, ...others], result: own }), cotangent, ...values);
    const repeated = product.shape.map((size, axis) => (size === 1 ? at(x.shape, axis) : size));
    return sumLike(sameShape(repeated, product.shape) ? product : broadcastTo(product, repeated), x);
  });
}

/**
 * What is wrong with what a pullback gives, if anything is. A plugin may be plain JavaScript. Entries behind the last
 * operand that may have a cotangent may be left out; a list that is shorter would be zeros that nobody meant.
 */
function faultOf({ op, inputs }: Node, cotangents: unknown): string | undefined {
  if (!Array.isArray(cotangents)) return 'its pullback does not give a list of cotangents';
  const given: readonly unknown[] = cotangents;
  const mayHave = inputs.map(({ dtype }, index) => index < readsOf(op) && isFloat(dtype));
  if (given.length > inputs.length || given.length <= mayHave.lastIndexOf(true)) {
    return `its pullback gives ${given.length} cotangents for ${inputs.length} operands`;
  }
  for (const [index, cotangent] of given.entries()) {
    const input = at(inputs, index);
    if (cotangent === undefined) continue;
    if (!isValue(cotangent)) return `the cotangent of operand ${index} is not a value`;
    if (!at(mayHave, index)) return `operand ${index} has a cotangent, though it is not differentiated`;
    if (!sameType(cotangent, input)) return `the cotangent of operand ${index} is ${formatType(cotangent)}`;
  }
  return undefined;
}

/**
 * The inputs' cotangents from the outputs', by the rule that the op's record has, or that of its family.
 * @param differentiate the pullback of a sub-graph
 * @throws AdjointException with an OpError where the rule does not give each cotangent in its operand's type
 */
export function pullbackOf(
  node: Node,
  cotangents: readonly (Value | undefined)[],
  differentiate: (graph: Graph) => Graph,
): Cotangents {
  const pulled = rulePullback(node, cotangents, differentiate);
  const problem = faultOf(node, pulled);
  if (problem === undefined) return pulled;
  const { op, inputs, attributes } = node;
  const remedy = 'A pullback gives for each operand a cotangent of its dtype and shape, or undefined.';
  throw new AdjointException(opError(titleOf(op, attributes), inputs, { problem, remedy }));
}

function rulePullback(
  node: Node,
  cotangents: readonly (Value | undefined)[],
  differentiate: (graph: Graph) => Graph,
): Cotangents {
  const { op, inputs, outputs, attributes } = node;
  const { family } = op;
  const out = at(outputs, 0);
  const cotangent = cotangents[0] ?? zerosLike(out);
  if (op.pullback !== undefined) {
    return op.pullback({ inputs, outputs, out, cotangents, cotangent, attributes, differentiate });
  }
  switch (family.kind) {
    case 'map':
      return mapPullback(node, family.lambda(attributes), cotangent);
    case 'view':
    case 'unview':
      return [family.transpose(cotangent, at(inputs, 0), attributes)];
    case 'reshaping':
      return [reshapeLike(cotangent, at(inputs, 0))];
    case 'reduction':
      return [reductionPullback(node, family, cotangent)];
    case 'prefix':
      return [prefixPullback(node, family, cotangent)];
    case 'contraction':
      return contractionPullback(node, family, cotangent);
    case 'indexed':
      return [family.transpose(cotangent, at(inputs, 1), at(inputs, 0), attributes)];
    case 'unindexed':
      return [family.transpose(cotangent, at(inputs, 1), attributes)];
    case 'join':
      return family.transpose(cotangent, inputs, attributes);
    case 'split': {
      const pieces = outputs.map((output, index) => cotangents[index] ?? zerosLike(output));
      return [family.transpose(pieces, attributes)];
    }
    case 'source':
    case 'control':
    case 'opaque':
      return [];
  }
}
