import * as E from 'fp-ts/lib/Either.js';
import { at, last } from '../support/list.js';
import { AdjointException, opError, refuse } from '../value/error.js';
import { faultOfName } from '../value/limits.js';
import { faultOfCopy } from './copy.js';
import type { TensorType } from '../value/shape.js';
import type { Node, Primitive, Value } from './grammar.js';
import { currentScope, type Scope } from './scope.js';
import { inferTypes, titleOf } from './types.js';

export const isValue = (candidate: unknown): candidate is Value =>
  typeof candidate === 'object' && candidate !== null && 'node' in candidate && 'index' in candidate;

// Nodes

/** Whether a node applies an op, whose attributes it then has. */
export const applies = <A>(node: Node, op: Primitive<A>): node is Node & { readonly attributes: A } =>
  node.op === op;

export interface NodeLabels {
  readonly name?: string | undefined;
  readonly scope?: Scope | undefined;
}

/** A node with outputs of the given types, which are trusted: `build` infers them. */
export function makeNode(
  op: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  types: readonly TensorType[],
  { name, scope }: NodeLabels,
): Node {
  const outputs: Value[] = [];
  const node: Node = labelled({ op, inputs, attributes, outputs }, name, scope);
  types.forEach(({ dtype, shape }, index) => outputs.push({ dtype, shape, node, index }));
  const [out] = outputs;
  // Rebinding keeps ranks: single numbers have one shape anyway.
  if (out === undefined || out.shape.length === 0) return node;
  const like = shapeSource(op, inputs);
  if (like !== undefined) shapeRoots.set(out, shapeRoot(like));
  return node;
}

/** Most nodes have no label: those are made without a copy. */
const labelled = (node: Node, name: string | undefined, scope: Scope | undefined): Node =>
  name === undefined && scope === undefined
    ? node
    : { ...node, ...(name === undefined ? {} : { name }), ...(scope === undefined ? {} : { scope }) };

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
  const stranger = operands.findIndex((operand) => !isValue(operand));
  if (stranger < 0) return;
  const problem = `operand ${stranger} is not a value`;
  const remedy = 'Write constant(…) around a tensor.';
  throw new AdjointException(opError(title, [], { problem, remedy }));
}

/**
 * Applies an op in the current scope.
 * @throws AdjointException with the type rule's OpError where it refuses the operands or attributes
 */
export function build<A>(op: Primitive<A>, inputs: readonly Value[], attributes: A, name?: string): Node {
  requireValues(titleOf(op, attributes), inputs);
  for (const [index, input] of inputs.entries()) {
    const foreign = faultOfCopy(`operand ${index}`, input.node.op);
    if (foreign !== undefined) throw new AdjointException(opError(titleOf(op, attributes), inputs, foreign));
  }
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
  const fault = faultOfName(name);
  if (fault !== undefined) refuse('argument', ['named', 'name'], fault);
  const { op, inputs, attributes, outputs, scope } = value.node;
  // The copy differs from `value` in its node's name only.
  return at(makeNode(op, inputs, attributes, outputs, { name, scope }).outputs, value.index) as V;
}
