import { sameShape, stridesOf, type Shape } from '@adjoint/core';
import { viewsBehind, type Buffer, type View } from './kernel.js';

/** The view with other strides, which are made from those that it has; those of its indices change alike. */
export const restride = (view: View, change: (strides: readonly number[]) => readonly number[]): View => ({
  ...view,
  strides: change(view.strides),
  ...(view.index && { index: { ...view.index, by: restride(view.index.by, change) } }),
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
    target.map((_, axis) => (axis < added || shape[axis - added] === 1 ? 0 : (strides[axis - added] ?? 0))),
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
    .map((size, axis) => ({ size, stride: view.strides[axis] ?? 0 }))
    .filter(({ size }) => size !== 1);
  let next = 0;
  for (let axis = 0; axis < to.length;) {
    if (to[axis] === 1) {
      axis++;
      continue;
    }
    let oldSize = old[next]?.size ?? 1;
    let newSize = to[axis] ?? 1;
    const [oldStart, newStart] = [next, axis];
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= old[++next]?.size ?? 1;
      else newSize *= to[++axis] ?? 1;
    }
    for (let i = oldStart; i < next; i++) {
      const inner = old[i + 1];
      if (inner === undefined || old[i]?.stride !== inner.stride * inner.size) return undefined;
    }
    let stride = old[next]?.stride ?? 0;
    for (let i = axis; i >= newStart; i--) {
      strides[i] = stride;
      stride *= to[i] ?? 1;
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

/** Whether an index tells where the elements along an axis lie. */
export const isIndexed = ({ index }: View, axis: number): boolean =>
  index !== undefined && viewsBehind(index.by).some(({ strides }) => strides[axis] !== 0);
