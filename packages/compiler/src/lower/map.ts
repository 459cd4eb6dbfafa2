import { scalar, type Node, type Scalar } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import type { Block } from './block.js';
import { lowerOpaque } from './opaque.js';
import type { FamilyOf } from './rule.js';

/** Whether the target has code for every function in an expression. */
export const hasCodeFor = ({ module: { target } }: Block, body: Scalar): boolean =>
  scalar.partsOf(body).every((part) => part.kind !== 'applied' || target.hasCode(part.fn));

/** An elementwise op is a scalar expression. */
export function lowerMap(block: Block, node: Node, family: FamilyOf<'map'>): void {
  const lambda = family.lambda(node.attributes);
  if (!hasCodeFor(block, lambda.body)) {
    lowerOpaque(block, node);
    return;
  }
  const { name } = node.op;
  const out = at(node.outputs, 0);
  block.values.set(
    out,
    block.fuser.elementwise(
      node.op.title?.(node.attributes) ?? name,
      lambda,
      block.operands(node),
      out.shape,
    ),
  );
}
