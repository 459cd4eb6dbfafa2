import { type Node } from '@adjoint/core';
import { at, rightOrThrow, views } from '@adjoint/core/extend';
import type { View } from '../loop/kernel.js';
import type { Block } from './block.js';
import { firstOperand, shapesOf, type FamilyOf } from './rule.js';

/** Ops that show the elements of their operand in another way: no element moves. */

/** What a view of a value shows, from where the value's elements are. */
export const viewIn = (whole: View, shown: views.View): View => ({
  ...whole,
  ...views.stridesOfView(shown, whole),
  ...(whole.index && { index: { ...whole.index, by: viewIn(whole.index.by, shown) } }),
});

export function lowerView(block: Block, node: Node, family: FamilyOf<'view'>): void {
  const operand = firstOperand(block, node);
  const { location, shape } = operand;
  const shown = rightOrThrow(family.view(shapesOf(node.inputs), node.attributes));
  const isKept = location.kind === 'literal' || (location.kind === 'fused' && views.isWhole(shown, shape));
  const out = at(node.outputs, 0);
  if (isKept) block.values.set(out, location);
  else block.setView(out, viewIn(block.storage.view(operand), shown));
}
