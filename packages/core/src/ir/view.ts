import { at } from '../support/list.js';
import { stridesOf, type Shape } from '../value/shape.js';

/** Where elements of a whole are, whatever its layout in memory: an affine map from indices to indices. */
export interface View {
  /** Where it begins along each axis of the whole. */
  readonly start: readonly number[];
  readonly axes: readonly Walk[];
}

/** An axis of a view: each step along it is so many steps along axes of the whole, none where it repeats elements. */
export interface Walk {
  readonly size: number;
  readonly along: readonly (readonly [axis: number, step: number])[];
}

// Constructors

/** Along one axis of the whole, by so many of its elements a step. */
export const walk = (size: number, axis: number, step = 1): Walk => ({ size, along: [[axis, step]] });

/** Along each of some axes of the whole, from end to end. */
export const walks = (sizes: Shape, first = 0): readonly Walk[] =>
  sizes.map((size, index) => walk(size, first + index));

/** Along several axes of the whole at once, as a diagonal does. */
export const together = (size: number, axes: readonly number[]): Walk => ({
  size,
  along: axes.map((axis) => [axis, 1] as const),
});

/** The same elements again at each step. */
export const repeated = (size: number): Walk => ({ size, along: [] });

/** A view from the first element on. */
export const viewFrom = (shape: Shape, axes: readonly Walk[]): View => ({ start: shape.map(() => 0), axes });

/** Part of one axis: where it begins, how many elements it has, and how far apart they are. */
export interface Range {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** Of each axis a part: `rangeOf` tells which, for its size. */
export function ranges(shape: Shape, rangeOf: (size: number, axis: number) => Range): View {
  const parts = shape.map(rangeOf);
  return {
    start: parts.map(({ start }) => start),
    axes: parts.map(({ size, step }, axis) => walk(size, axis, step)),
  };
}

/** The whole of an axis. */
export const along = (size: number): Range => ({ start: 0, size, step: 1 });

/** The whole of an axis from its last element to its first. */
export const backwards = (size: number): Range => ({ start: Math.max(size - 1, 0), size, step: -1 });

/** An operand of one shape as if it had another; `undefined` where it does not broadcast to it. */
export function stretchedView(from: Shape, to: Shape): View | undefined {
  const added = to.length - from.length;
  if (added < 0 || from.some((size, axis) => size !== 1 && size !== to[axis + added])) return undefined;
  return viewFrom(
    from,
    to.map((size, axis) =>
      axis >= added && from[axis - added] === size ? walk(size, axis - added) : repeated(size),
    ),
  );
}

// What a view is

export const shapeOfView = ({ axes }: View): Shape => axes.map(({ size }) => size);

/** Elements in memory, counted from the start of a buffer. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Where a view's elements lie, given where the whole's do. */
export const stridesOfView = ({ start, axes }: View, { offset, strides }: Strided): Strided => ({
  offset: start.reduce((sum, first, axis) => sum + first * at(strides, axis), offset),
  strides: axes.map((each) => each.along.reduce((sum, [axis, step]) => sum + step * at(strides, axis), 0)),
});

/** The layout of tensors. */
export const rowMajor = (shape: Shape): Strided => ({ offset: 0, strides: stridesOf(shape) });

/** The axis of the whole that a walk follows from end to end, one element a step. */
function followed({ size, along: [first, ...others] }: Walk, shape: Shape): number | undefined {
  if (first === undefined || others.length > 0) return undefined;
  const [axis, step] = first;
  return step === 1 && shape[axis] === size ? axis : undefined;
}

/**
 * The axes of the whole in the order in which a view has them, where it shows every element once; axes of size 1 do not
 * count.
 */
export function orderOf({ start, axes }: View, shape: Shape): readonly number[] | undefined {
  const order: number[] = [];
  for (const each of axes) {
    if (each.size === 1) continue;
    const axis = followed(each, shape);
    if (axis === undefined) return undefined;
    order.push(axis);
  }
  const long = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const every = long.length === order.length && long.every((axis) => order.includes(axis));
  return every && start.every((first) => first === 0) ? order : undefined;
}

/** Whether a view shows every element in order, so that at most axes of size 1 differ. */
export function isWhole(view: View, shape: Shape): boolean {
  const order = orderOf(view, shape);
  return order?.every((axis, index) => index === 0 || axis > at(order, index - 1)) ?? false;
}

/** Whether two views of one shape show the same elements in the same order. */
export const sameView = (a: View, b: View): boolean => textOf(a) === textOf(b);

const textOf = ({ start, axes }: View): string =>
  JSON.stringify([
    start,
    axes.map(({ size, along: walked }) => (size === 1 ? 1 : [size, walked.toSorted(([x], [y]) => x - y)])),
  ]);

// Views of views

/** The view `outer` of what the view `inner` shows. */
export function composed(outer: View, inner: View): View {
  const start = [...inner.start];
  outer.start.forEach((first, through) => {
    for (const [axis, step] of at(inner.axes, through).along) start[axis] = at(start, axis) + first * step;
  });
  const axes = outer.axes.map(({ size, along: walked }) => {
    const steps = new Map<number, number>();
    for (const [through, times] of walked) {
      for (const [axis, step] of at(inner.axes, through).along) {
        steps.set(axis, (steps.get(axis) ?? 0) + times * step);
      }
    }
    return { size, along: [...steps].filter(([, step]) => step !== 0) };
  });
  return { start, axes };
}

// Elements that a view shows more than once

/** The axes along which a view shows the same elements again. */
export const repeatedAxes = ({ axes }: View): readonly number[] =>
  axes.flatMap(({ size, along: walked }, axis) => (walked.length === 0 && size !== 1 ? [axis] : []));

interface Walked {
  /** The axis of the view. */
  readonly by: number;
  readonly size: number;
  readonly step: number;
}

/** Whether walks along one axis of the whole never meet: each step of one clears the span of those with shorter steps. */
function areApart(walks: readonly Walked[]): boolean {
  let span = 0;
  return walks
    .toSorted((a, b) => a.step - b.step)
    .every(({ size, step }) => {
      const clear = step > span;
      span += step * (size - 1);
      return clear;
    });
}

/**
 * Axes of a view, as short as can be, that have to be fixed for no element to be shown twice: those of windows that
 * overlap, for example. Repeated axes do not count.
 */
export function overlappingAxes({ axes }: View, shape: Shape): readonly number[] {
  const fixed: number[] = [];
  for (;;) {
    const walks = shape.map((_, axis) =>
      axes.flatMap(({ size, along: walked }, by): Walked[] => {
        const step = walked.find(([each]) => each === axis)?.[1];
        return step === undefined || size === 1 || fixed.includes(by)
          ? []
          : [{ by, size, step: Math.abs(step) }];
      }),
    );
    const told = new Set(walks.filter(areApart).flatMap((each) => each.map(({ by }) => by)));
    const [shortest] = walks
      .flat()
      .filter(({ by }) => !told.has(by))
      .sort((a, b) => a.size - b.size);
    if (shortest === undefined) return fixed.sort((a, b) => a - b);
    fixed.push(shortest.by);
  }
}
