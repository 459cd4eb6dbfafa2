import * as E from 'fp-ts/lib/Either.js';
import { at } from '../support/list.js';
import { formatShape } from '../value/error.js';
import { sameShape, sizeOf, type Shape, type TensorType } from '../value/shape.js';
import type { Found, IndexedView, Layout } from './grammar.js';
import { refused } from './problem.js';
import { shapeOfView, type View } from './view.js';

/** Whether the views that a record gives stay inside the whole: code reads and writes memory by them, unchecked. */

/** What is wrong with a view of a whole, if anything is. */
function faultOf({ start, axes }: View, shape: Shape): string | undefined {
  if (start.length !== shape.length) {
    return `its view begins at ${start.length} axes, and the whole has ${shape.length}`;
  }
  const [least, most] = [[...start], [...start]];
  for (const { size, along } of axes) {
    if (!Number.isInteger(size) || size < 0) return `its view has an axis of size ${size}`;
    for (const [axis, step] of along) {
      const [low, high] = [least[axis], most[axis]];
      if (low === undefined || high === undefined) {
        return `its view walks along axis ${axis}, and the whole has ${shape.length}`;
      }
      const reach = step * (size - 1);
      least[axis] = low + Math.min(reach, 0);
      most[axis] = high + Math.max(reach, 0);
    }
  }
  if (axes.some(({ size }) => size === 0)) return undefined;
  const outside = shape.findIndex(
    (size, axis) => !(Number.isInteger(at(start, axis)) && at(least, axis) >= 0 && at(most, axis) < size),
  );
  return outside < 0
    ? undefined
    : `its view shows ${at(least, outside)} to ${at(most, outside)} of axis ${outside}, which has ${at(shape, outside)} elements`;
}

/** A view of which every element is one of the whole. */
export function viewWithin(view: View, shape: Shape): Found<View> {
  const fault = faultOf(view, shape);
  return fault === undefined ? E.right(view) : refused(fault);
}

/** A view that indices move along one axis, on which it stands still without them. */
export function indexedWithin(view: IndexedView, shape: Shape, indices: Shape): Found<IndexedView> {
  const { axis, by, axes } = view;
  if (shape[axis] === undefined) return refused(`there is no axis ${axis} to be moved along`);
  if (at(view.start, axis) !== 0 || axes.some(({ along }) => along.some(([each]) => each === axis))) {
    return refused(`its view moves along axis ${axis} by itself, along which indices move it`);
  }
  if (!sameShape(shapeOfView(view), shapeOfView(by))) {
    return refused(
      `it shows ${formatShape(shapeOfView(view))} elements, by ${formatShape(shapeOfView(by))} indices`,
    );
  }
  // Indices are looked at when they are there.
  const fault = faultOf(view, shape.with(axis, 1)) ?? faultOf(by, indices);
  return fault === undefined ? E.right(view) : refused(fault);
}

/** A layout of which each part is inside the whole and as large as its operand; without a fill nothing is left over. */
export function layoutWithin(layout: Layout, operands: readonly TensorType[]): Found<Layout> {
  const { shape, parts, fill } = layout;
  if (parts.length !== operands.length) {
    return refused(`it lays out ${parts.length} parts of ${operands.length}`);
  }
  for (const [index, view] of parts.entries()) {
    const [own, laid] = [at(operands, index).shape, shapeOfView(view)];
    if (!sameShape(own, laid)) return refused(`it lays out operand ${index} as ${formatShape(laid)}`);
    const fault = faultOf(view, shape);
    if (fault !== undefined) return refused(`operand ${index}: ${fault}`);
  }
  const size = operands.reduce((sum, operand) => sum + sizeOf(operand.shape), 0);
  return fill === undefined && size !== sizeOf(shape)
    ? refused(`the parts have ${size} elements, the whole ${sizeOf(shape)}, and nothing fills the rest`)
    : E.right(layout);
}
