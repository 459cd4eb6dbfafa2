import {
  AdjointException,
  add,
  astype,
  broadcastLike,
  isValue,
  multiply,
  sum,
  zerosLike,
  type Lambda,
  type Node,
  type Value,
} from '@adjoint/core';
import { at, build, build1, opError, sameType, shapeRoot, titleOf } from '@adjoint/core/extend';
import { remember } from './dependence.js';
import { pullback, pullbackGraph } from './tensor.js';
import { reductionSlope } from './rules/accumulation.js';
import { partialOf, scaled } from './rules/map.js';
import { isDifferentiable, pullbackOf } from './rules/pullback.js';

/** One tangent for each input or output; `undefined` where it is 0. */
export type Tangents = readonly (Value | undefined)[];

const total = (terms: readonly Value[]): Value | undefined =>
  terms.length === 0 ? undefined : terms.reduce((x, y) => add(x, y));

/** Σ tangent · ∂out/∂input, each term where the input is, and the sum as large as the result. */
function mapPushforward(node: Node, lambda: Lambda, tangents: Tangents): Value | undefined {
  const out = at(node.outputs, 0);
  const terms = tangents.flatMap((tangent, index) => {
    const partial = tangent && partialOf(node, lambda, index);
    if (tangent === undefined || partial === undefined) return [];
    return [scaled(tangent.dtype === out.dtype ? tangent : astype(tangent, out.dtype), partial)];
  });
  const tangent = total(terms);
  return tangent === undefined || shapeRoot(tangent) === shapeRoot(out)
    ? tangent
    : broadcastLike(tangent, out);
}

/** A sum of products with a tangent in each factor's place in turn. */
const productRule = ({ op, inputs, attributes }: Node, tangents: Tangents): Value | undefined =>
  total(
    tangents.flatMap((tangent, index) =>
      tangent === undefined ? [] : [build1(op, inputs.with(index, tangent), attributes)],
    ),
  );

/** The transpose of the pullback, which is linear in its cotangent: ⟨cotangent, pushforward⟩ = ⟨pullback, tangent⟩. */
function transposedPullback(node: Node, tangents: Tangents): Tangents {
  const cotangents = node.outputs.map((output) => zerosLike(output));
  const pulled = pullbackOf(node, cotangents, pullbackGraph);
  const roots = pulled.flatMap((cotangent, index) => {
    const tangent = tangents[index];
    return cotangent === undefined || tangent === undefined ? [] : [[cotangent, tangent] as const];
  });
  return pullback(roots, cotangents);
}

/** Refuses tangents that are not of their operands' types. */
function checkTangents({ op, inputs, attributes }: Node, tangents: Tangents): void {
  const wrong = tangents.findIndex((tangent, index) => {
    const input = inputs[index];
    return input === undefined || (tangent !== undefined && !(isValue(tangent) && sameType(tangent, input)));
  });
  if (wrong < 0 && tangents.length === inputs.length) return;
  const problem =
    tangents.length === inputs.length
      ? `the tangent of operand ${wrong} is not of its dtype and shape`
      : `there are ${tangents.length} tangents for ${inputs.length} operands`;
  const remedy = 'Give for each operand a tangent of its dtype and shape, or undefined where it is 0.';
  throw new AdjointException(opError(titleOf(op, attributes), inputs, { problem, remedy }));
}

/**
 * The outputs' tangents from the inputs': by the family, or the pullback transposed.
 * @throws AdjointException where the tangents are not those of the operands
 */
export function pushforwardOf(node: Node, tangents: Tangents): Tangents {
  checkTangents(node, tangents);
  const results = pushed(node, tangents);
  remember(results, node.outputs);
  return results;
}

function pushed(node: Node, tangents: Tangents): Tangents {
  const { op, inputs, outputs, attributes } = node;
  const { family } = op;
  const [tangent] = tangents;
  if (!isDifferentiable(node) || tangents.every((each) => each === undefined))
    return outputs.map(() => undefined);
  if (op.pullback !== undefined && family.kind !== 'contraction') {
    return transposedPullback(node, tangents);
  }
  switch (family.kind) {
    case 'map':
      return [mapPushforward(node, family.lambda(attributes), tangents)];
    case 'contraction':
      return [productRule(node, tangents)];
    // What is linear in its first operand is its own pushforward.
    case 'view':
    case 'unview':
    case 'reshaping':
    case 'prefix':
    case 'indexed':
    case 'unindexed':
    case 'split':
      return tangent === undefined
        ? outputs.map(() => undefined)
        : build(op, [tangent, ...inputs.slice(1)], attributes).outputs;
    case 'reduction': {
      if (tangent === undefined) return [undefined];
      const slope = reductionSlope(node, family);
      const axes = family.axes(attributes, tangent.shape.length);
      const along = { axes, keepDims: family.keepDims(attributes) };
      return [sum(slope === undefined ? tangent : multiply(tangent, slope), along)];
    }
    case 'join':
    case 'source':
    case 'control':
    case 'opaque':
      return transposedPullback(node, tangents);
  }
}
