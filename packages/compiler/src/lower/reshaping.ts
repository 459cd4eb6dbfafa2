import { sameShape } from '@adjoint/core';
import { reshapeView, respread, squeezed, wholeView } from '../loop/view.js';
import { firstOperand, type Rule } from './rule.js';

/** Ops that have the elements of their operand in the same order: often only the axes of size 1 differ. */
export const lowerReshaping: Rule = (block, node, out) => {
  const operand = firstOperand(block, node);
  const { location, shape } = operand;
  if (location.kind === 'literal' || sameShape(squeezed(shape), squeezed(out.shape))) {
    if (location.kind === 'view') block.setView(out, respread(location.view, shape, out.shape));
    else block.values.set(out, location);
    return;
  }
  const view = reshapeView(block.storage.view(operand), shape, out.shape);
  block.setView(out, view ?? wholeView(block.storage.contiguous(operand).buffer, out.shape));
};
