import { at, type Shape, type SliceRange } from '@adjoint/core';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { View } from '../loop/kernel.js';
import { shifted } from '../loop/view.js';
import { firstOperand, type Rule } from './rule.js';
import { sliceView } from './view.js';

/** Ops that put operands side by side in one value, and that take such a value apart. */

interface AxisAttributes {
  readonly axis: number;
}

interface PadAttributes {
  readonly widths: readonly (readonly [number, number])[];
  readonly value: number;
}

/** The views of pieces that lie side by side along an axis of the whole. */
function pieceViews(
  whole: View,
  pieces: readonly { readonly shape: Shape }[],
  axis: number,
): readonly View[] {
  let start = 0;
  return pieces.map(({ shape }) => {
    const along = axis < 0 ? axis + shape.length : axis;
    const view = shifted(whole, along, start);
    start += at(shape, along);
    return view;
  });
}

export const lowerConcat: Rule<AxisAttributes> = (block, node, out, { axis }) => {
  const whole = block.module.temporary(node.op.name, out);
  const operands = block.operands(node);
  const views = pieceViews(whole, operands, axis);
  zipWith(operands, views, (operand, view) => block.storage.store(operand, view));
  block.setView(out, whole);
};

export const lowerSplit: Rule<AxisAttributes> = (block, node, _out, { axis }) => {
  const views = pieceViews(block.storage.view(firstOperand(block, node)), node.outputs, axis);
  zipWith(node.outputs, views, (output, view) => block.setView(output, view));
};

export const lowerPad: Rule<PadAttributes> = (block, node, out, { widths, value }) => {
  const whole = block.storage.filled(node.op.name, out, value);
  const ranges = widths.map(([start]): SliceRange => ({ start }));
  block.storage.store(firstOperand(block, node), sliceView(whole, out.shape, ranges));
  block.setView(out, whole);
};
