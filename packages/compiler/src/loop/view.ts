import { type Shape } from '@adjoint/core';
import { at, sameShape, stridesOf } from '@adjoint/core/extend';
import { viewsBehind, type Buffer, type View } from './kernel.js';

/** The view with other strides, which are made from those that it has; those of its indices change alike. */
export const restride = (view: View, change: (strides: readonly number[]) => readonly number[]): View => ({
  ...view,
  strides: change(view.strides),
  ...(view.index && { index: { ...view.index, by: restride(view.index.by, change) } }),
});

/** The view from a position along an axis on. */
export const shifted = (view: View, axis: number, by: number): View => ({
  ...view,
  offset: view.offset + by * at(view.strides, axis),
  ...(view.index && { index: { ...view.index, by: shifted(view.index.by, axis, by) } }),
});

/** A buffer's elements in row-major order. */
export const wholeView = (buffer: Buffer, shape: Shape): View => ({
  buffer,
  offset: 0,
  strides: stridesOf(shape),
});

/** The view of a value of shape `shape` as if it had the shape `target`, to which it broadcasts. */
export function broadcastView(view: View, shape: Shape, target: Shape): View {
  if (sameShape(shape, target)) return view;
  const added = target.length - shape.length;
  return restride(view, (strides) =>
    target.map((_, axis) => (axis < added || shape[axis - added] === 1 ? 0 : at(strides, axis - added))),
  );
}

/** Whether the elements of a value of this shape lie in row-major order without gaps. */
export function isContiguous({ strides }: View, shape: Shape): boolean {
  const expected = stridesOf(shape);
  return shape.includes(0) || shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/**
 * The view in another shape with the same elements in the same order; `undefined` where no strides give it.
 * Axes are matched in groups of equal size: a group of old axes must lie evenly to be cut anew.
 */
export function reshapeView(view: View, from: Shape, to: Shape): View | undefined {
  if (from.includes(0)) return { ...view, strides: stridesOf(to) };
  const strides = Array<number>(to.length).fill(0);
  const old = from
    .map((size, axis) => ({ size, stride: at(view.strides, axis) }))
    .filter(({ size }) => size !== 1);
  let next = 0;
  for (let axis = 0; axis < to.length;) {
    if (to[axis] === 1) {
      axis++;
      continue;
    }
    let oldSize = at(old, next).size;
    let newSize = at(to, axis);
    const [oldStart, newStart] = [next, axis];
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= at(old, ++next).size;
      else newSize *= at(to, ++axis);
    }
    for (let i = oldStart; i < next; i++) {
      const inner = at(old, i + 1);
      if (at(old, i).stride !== inner.stride * inner.size) return undefined;
    }
    let { stride } = at(old, next);
    for (let i = axis; i >= newStart; i--) {
      strides[i] = stride;
      stride *= at(to, i);
    }
    next++;
    axis++;
  }
  return { ...view, strides };
}

/** A view of a value of this shape over the axes that are not 1. */
export const squeezedView = (view: View, shape: Shape): View =>
  shape.includes(1) ? restride(view, (strides) => strides.filter((_, axis) => shape[axis] !== 1)) : view;

/** A shape without its axes of size 1. */
export const squeezed = (shape: Shape): number[] => shape.filter((size) => size !== 1);

/** Strides of the axes that are not 1, over a shape that has those axes among others of size 1. */
export function spreadStrides(strides: readonly number[], shape: Shape): number[] {
  let next = 0;
  return shape.map((size) => (size === 1 ? 0 : at(strides, next++)));
}

/** The view of a value in another shape that differs in axes of size 1 alone. */
export const respread = (view: View, from: Shape, to: Shape): View =>
  restride(view, (strides) =>
    spreadStrides(
      strides.filter((_, axis) => from[axis] !== 1),
      to,
    ),
  );

/** Whether an index tells where the elements along an axis lie. */
export const isIndexed = ({ index }: View, axis: number): boolean =>
  index !== undefined && viewsBehind(index.by).some(({ strides }) => strides[axis] !== 0);
