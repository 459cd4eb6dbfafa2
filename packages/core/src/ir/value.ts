import type { DType } from '../value/dtype.js';
import { AdjointException, type TensorType } from '../value/error.js';
import * as E from 'fp-ts/lib/Either.js';
import type { Shape } from '../value/shape.js';
import { inferTypes, titleOf, type Primitive } from './op.js';
import { currentScope, type Scope } from './scope.js';

/** An op applied to values. Immutable; a graph is the nodes under some values. */
export interface Node {
  readonly op: Primitive;
  readonly inputs: readonly Value[];
  /** What the op's attributes codec describes. */
  readonly attributes: unknown;
  readonly outputs: readonly Value[];
  /** What a reader calls it; never part of what it computes. */
  readonly name?: string;
  /** The composites and layers in whose bodies it was built. */
  readonly scope?: Scope;
}

/** One output of a node. `Value<'f64', readonly [4, 2]>` has its dtype and shape in its type. */
export interface Value<D extends DType = DType, S extends Shape = Shape> extends TensorType {
  readonly dtype: D;
  readonly shape: S;
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly index: number;
}

export const isValue = (candidate: unknown): candidate is Value =>
  typeof candidate === 'object' && candidate !== null && 'node' in candidate && 'index' in candidate;

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
  const like = op.shapeLike?.(inputs);
  if (like !== undefined) shapeRoots.set(out, shapeRoot(like));
  return node;
}

/** Most nodes have no label: those are made without a copy. */
const labelled = (node: Node, name: string | undefined, scope: Scope | undefined): Node =>
  name === undefined && scope === undefined
    ? node
    : { ...node, ...(name === undefined ? {} : { name }), ...(scope === undefined ? {} : { scope }) };

const shapeRoots = new WeakMap<Value, Value>();

/** Two values with one root have the same shape under every rebinding, not just for the sizes of today. */
export const shapeRoot = (value: Value): Value => shapeRoots.get(value) ?? value;

/**
 * Applies an op in the current scope.
 * @throws AdjointException with the type rule's OpError where it refuses the operands or attributes
 */
export function build(op: Primitive, inputs: readonly Value[], attributes: unknown, name?: string): Node {
  const stranger = inputs.findIndex((input) => !isValue(input));
  if (stranger >= 0) {
    throw new AdjointException({
      tag: 'OpError',
      op: titleOf(op, attributes),
      operands: [],
      problem: `operand ${stranger} is not a value`,
      remedy: 'Write constant(…) around a tensor.',
    });
  }
  const specialized = inferTypes(op, inputs, attributes, name);
  if (E.isLeft(specialized)) throw new AdjointException(specialized.left);
  const { types, attributes: fitted } = specialized.right;
  const scope = currentScope();
  if (scope !== undefined) scope.size += 1;
  return makeNode(op, inputs, fitted, types, { name, scope });
}

/** The only output of an application; see `build`. */
export function build1(op: Primitive, inputs: readonly Value[], attributes: unknown, name?: string): Value {
  const [out] = build(op, inputs, attributes, name).outputs;
  if (out === undefined) throw new TypeError(`the op ${op.name} has no output`);
  return out;
}

/**
 * The same value under a name that print, charts and errors use for it.
 * @example named('Z1', add(matmul(X, W1), b1)).node.name // 'Z1'
 */
export function named<V extends Value>(name: string, value: V): V {
  const { op, inputs, attributes, outputs, scope } = value.node;
  const renamed = makeNode(op, inputs, attributes, outputs, { name, scope }).outputs[value.index];
  // The copy differs from `value` in its node's name only.
  return renamed as V;
}

/** A builder that takes its value first, `sum(x, options)`, or last, `pipe(x, sum(options))`. */
export const dual =
  <O extends object>(apply: (x: Value, options: O) => Value) =>
  (first?: Value | O, options?: O): unknown =>
    // Builders declare `options` optional only where every option is.
    isValue(first) ? apply(first, options ?? ({} as O)) : (x: Value): Value => apply(x, first ?? ({} as O));
