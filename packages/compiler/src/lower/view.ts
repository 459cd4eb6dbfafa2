import { at, sameShape, type Shape, type SliceRange, type WindowAttributes } from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import { broadcastView, restride, squeezed } from '../loop/view.js';
import { firstOperand, type Rule } from './rule.js';

/** Ops that show the elements of their operand in another way: no element moves. */

export const lowerBroadcast: Rule = (block, node, out) => {
  const operand = firstOperand(block, node);
  const { location, shape } = operand;
  const isKept =
    location.kind === 'literal' ||
    (location.kind === 'fused' && sameShape(squeezed(shape), squeezed(out.shape)));
  if (isKept) block.values.set(out, location);
  else block.setView(out, broadcastView(block.storage.view(operand), shape, out.shape));
};

export const lowerPermute: Rule<{ readonly axes: readonly number[] }> = (block, node, out, { axes }) => {
  const operand = firstOperand(block, node);
  const { location, shape } = operand;
  const long = axes.filter((axis) => shape[axis] !== 1);
  const isInOrder = long.every((axis, index) => index === 0 || axis > at(long, index - 1));
  if (location.kind === 'literal' || (location.kind === 'fused' && isInOrder)) {
    block.values.set(out, location);
    return;
  }
  const permuted = restride(block.storage.view(operand), (strides) => axes.map((axis) => at(strides, axis)));
  block.setView(out, permuted);
};

/** Where a slice of a value lies in the view of the whole. Axes without a range are whole. */
export function sliceView(view: View, shape: Shape, ranges: readonly SliceRange[]): View {
  const of = shape.map((size, axis) => {
    const { start = 0, step = 1 } = ranges[axis] ?? {};
    return { start: Math.min(Math.max(start < 0 ? start + size : start, 0), size), step };
  });
  return {
    ...view,
    offset: view.strides.reduce((offset, stride, axis) => offset + stride * at(of, axis).start, view.offset),
    strides: view.strides.map((stride, axis) => stride * at(of, axis).step),
  };
}

export const lowerSlice: Rule<{ readonly ranges: readonly SliceRange[] }> = (
  block,
  node,
  out,
  { ranges },
) => {
  const operand = firstOperand(block, node);
  block.setView(out, sliceView(block.storage.view(operand), operand.shape, ranges));
};

/** The view of every window of a value, over their positions and then their elements. */
export function windowsView(view: View, { size, stride, dilation }: WindowAttributes): View {
  const { strides } = view;
  const outer = strides.length - size.length;
  const along = (steps: readonly number[]): number[] =>
    steps.map((step, axis) => step * at(strides, outer + axis));
  return { ...view, strides: [...strides.slice(0, outer), ...along(stride), ...along(dilation)] };
}

export const lowerWindows: Rule<WindowAttributes> = (block, node, out, attributes) => {
  block.setView(out, windowsView(block.storage.view(firstOperand(block, node)), attributes));
};
