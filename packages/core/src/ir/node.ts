import * as E from 'fp-ts/lib/Either.js';
import { at, last } from '../support/list.js';
import { aList, expectArgument } from '../value/argument.js';
import { AdjointException, opError, refuse } from '../value/error.js';
import { faultOfName } from '../value/limits.js';
import type { TensorType } from '../value/shape.js';
import type { Node, Primitive, Value } from './grammar.js';
import { currentScope } from './scope.js';
import { aPrimitive, aValue } from './sorts.js';
import { inferTypes } from './types.js';
import { nodeOf, type NodeLabels } from './value.js';
import { attributesFault } from './words.js';

export { isValue } from './value.js';

// Nodes

/** Whether a node applies an op, whose attributes it then has. */
export const applies = <A>(node: Node, op: Primitive<A>): node is Node & { readonly attributes: A } =>
  node.op === op;

/** A node with outputs of the given types, which are trusted: `build` infers them. */
export function makeNode(
  op: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  types: readonly TensorType[],
  labels: NodeLabels,
): Node {
  const node = nodeOf(op, inputs, attributes, types, labels);
  const [out] = node.outputs;
  // Rebinding keeps ranks: single numbers have one shape anyway.
  if (out === undefined || out.shape.length === 0) return node;
  const like = shapeSource(op, inputs);
  if (like !== undefined) shapeRoots.set(out, shapeRoot(like));
  return node;
}

// Shapes that stay equal

const shapeRoots = new WeakMap<Value, Value>();

/** Two values with one root have the same shape under every rebinding, not just for the sizes of today. */
export const shapeRoot = (value: Value): Value => shapeRoots.get(value) ?? value;

/** The input whose shape the first output has under every rebinding, where the family tells of one. */
function shapeSource({ family }: Primitive, inputs: readonly Value[]): Value | undefined {
  switch (family.kind) {
    case 'view':
    case 'reshaping':
      return family.like === true ? inputs[1] : undefined;
    case 'unview':
      return inputs[1];
    case 'unindexed':
      return inputs[2];
    case 'prefix':
      return inputs[0];
    case 'map': {
      // Single numbers stretch to whatever the others are.
      const [first, ...rest] = inputs.filter(({ shape }) => shape.length > 0).map(shapeRoot);
      return rest.every((root) => root === first) ? first : undefined;
    }
    default:
      return undefined;
  }
}

// Builders

/** Refuses operands that are not values, such as numbers and tensors. */
export function requireValues(title: string, operands: readonly unknown[]): void {
  expectArgument(title, 'operands', operands, aList);
  for (const [index, operand] of operands.entries()) expectArgument(title, index, operand, aValue);
}

/**
 * Applies an op in the current scope.
 * @throws AdjointException with the type rule's OpError where it refuses the operands or attributes
 */
export function build<A>(op: Primitive<A>, inputs: readonly Value[], attributes: A, name?: string): Node {
  expectArgument('build', 'op', op, aPrimitive);
  requireValues(op.name, inputs);
  const fault = attributesFault(op.attributes, attributes);
  if (fault !== undefined) throw new AdjointException(opError(op.name, inputs, fault, name));
  const inferred = inferTypes(op, inputs, attributes, name);
  if (E.isLeft(inferred)) throw new AdjointException(inferred.left);
  const scope = currentScope();
  if (scope !== undefined) scope.size += 1;
  return makeNode(op, inputs, inferred.right.attributes, inferred.right.types, { name, scope });
}

/** The only output of an application; see `build`. */
export const build1 = <A>(op: Primitive<A>, inputs: readonly Value[], attributes: A, name?: string): Value =>
  last(build(op, inputs, attributes, name).outputs);

/**
 * The same value under a name that print, charts and errors use for it.
 * @throws AdjointException where the name is longer than names may be, or no text
 * @example named('Z1', add(matmul(X, W1), b1)).node.name // 'Z1'
 */
export function named<V extends Value>(name: string, value: V): V {
  expectArgument('named', 'value', value, aValue);
  const fault = faultOfName(name);
  if (fault !== undefined) refuse('argument', ['named', 'name'], fault);
  const { op, inputs, attributes, outputs, scope } = value.node;
  // The copy differs from `value` in its node's name only.
  return at(makeNode(op, inputs, attributes, outputs, { name, scope }).outputs, value.index) as V;
}
