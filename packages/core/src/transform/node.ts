import type { Node, Primitive, Value } from '../ir/grammar.js';
import { makeNode } from '../ir/node.js';
import { constantOf } from '../ir/source.js';
import { constant } from '../families/source.js';
import { at } from '../support/list.js';
import type { TensorType } from '../value/error.js';
import { full } from '../value/tensor.js';

/** What the rules of simplification are made of. */

/** What stands for the only output of a node instead, where a rule finds something simpler; its inputs are simple already. */
export type Rule = (node: Node, out: Value) => Value | undefined;

/** The number that a value holds everywhere; `undefined` where it is none that is known. */
export function literalOf({ node, dtype }: Value): number | undefined {
  const data = dtype === 'bool' ? undefined : constantOf(node)?.data;
  return data?.length === 1 ? data[0] : undefined;
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
