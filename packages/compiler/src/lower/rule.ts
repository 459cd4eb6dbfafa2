import { type Node, type Shape } from '@adjoint/core';
import { at, type Family } from '@adjoint/core/extend';
import { respread } from '../loop/view.js';
import type { Block } from './block.js';
import type { Location, Operand } from './location.js';

/** A family of ops, with its data. */
export type FamilyOf<K extends Family['kind']> = Extract<Family, { readonly kind: K }>;

/** The first operand of a node. */
export const firstOperand = (block: Block, node: Node): Operand => at(block.operands(node), 0);

/** Says that a node's only output is where a value of another shape is, which differs in axes of size 1 alone. */
export function setRespread(block: Block, node: Node, location: Location, shape: Shape): void {
  const out = at(node.outputs, 0);
  if (location.kind === 'view') block.setView(out, respread(location.view, shape, out.shape));
  else block.values.set(out, location);
}

export const shapesOf = (values: readonly { readonly shape: Shape }[]): readonly Shape[] =>
  values.map(({ shape }) => shape);
