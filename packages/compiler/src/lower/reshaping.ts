import { type Node } from '@adjoint/core';
import { at, sameShape } from '@adjoint/core/extend';
import { reshapeView, squeezed, wholeView } from '../loop/view.js';
import type { Block } from './block.js';
import { firstOperand, setRespread } from './rule.js';

/** Ops that have the elements of their operand in the same order: often only the axes of size 1 differ. */
export function lowerReshaping(block: Block, node: Node): void {
  const out = at(node.outputs, 0);
  const operand = firstOperand(block, node);
  const { location, shape } = operand;
  if (location.kind === 'literal' || sameShape(squeezed(shape), squeezed(out.shape))) {
    setRespread(block, node, location, shape);
    return;
  }
  const view = reshapeView(block.storage.view(operand), shape, out.shape);
  block.setView(out, view ?? wholeView(block.storage.contiguous(operand).buffer, out.shape));
}
