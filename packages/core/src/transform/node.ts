import type { Node, Primitive, Value } from '../ir/grammar.js';
import { makeNode } from '../ir/node.js';
import { constantOf } from '../ir/source.js';
import { constant } from '../families/source.js';
import { at } from '../support/list.js';
import type { TensorType } from '../value/shape.js';
import { full } from '../value/tensor.js';

/** The parts that the rules of simplification share. */

/**
 * A simplification: for the only output of a node, whose inputs are in their simplest form already, a simpler value with
 * the same bits; `undefined` where the rule has none.
 */
export type Rule = (node: Node, out: Value) => Value | undefined;

/** The number that a value holds in its only element; `undefined` where it is not a constant of one element. */
export function literalOf({ node, dtype }: Value): number | undefined {
  const data = dtype === 'bool' ? undefined : constantOf(node)?.data;
  return data?.length === 1 ? at(data, 0) : undefined;
}

/** A number as a value of rank 0. */
export const literal = (value: number, { dtype }: Value): Value => constant(full([], value, dtype));

/** The only output of an op, of a type that is known. */
export const applied = <A>(
  op: Primitive<A>,
  inputs: readonly Value[],
  attributes: A,
  type: TensorType,
): Value => at(makeNode(op, inputs, attributes, [type], {}).outputs, 0);
