import { at } from '../support/list.js';
import type { DType } from './dtype.js';

/** The sizes of the axes, outermost first; `[]` is the shape of a single number. */
export type Shape = readonly number[];

/** A dtype and a shape, as errors and type rules speak of them. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export const sizeOf = (shape: Shape): number => shape.reduce((size, axis) => size * axis, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

export const sameType = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = at(strides, axis + 1) * at(shape, axis + 1);
  }
  return strides;
}

/** The size of `axis` counted from the last one; 1 beyond the first, as broadcasting has it. */
export const sizeFromEnd = (shape: Shape, axis: number): number => shape[shape.length - 1 - axis] ?? 1;

/** NumPy's rule: right-aligned axes are equal, or one of them is 1. `undefined` where they are neither. */
export function broadcastShapes(...shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (const [axis, size] of shape.entries()) {
      const other = result[offset + axis];
      if (other === 1) result[offset + axis] = size;
      else if (size !== 1 && size !== other) return undefined;
    }
  }
  return result;
}

/** Strides that read an operand of `shape` as if it had the broadcast shape `target`: 0 along stretched axes. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const offset = target.length - shape.length;
  return target.map((_, axis) => (axis < offset || shape[axis - offset] === 1 ? 0 : at(own, axis - offset)));
}

/** Axes as non-negative numbers in ascending order; `undefined` if one is out of range or named twice. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] | undefined {
  const positive = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const valid = positive.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank);
  if (!valid || new Set(positive).size !== axes.length) return undefined;
  return positive.sort((a, b) => a - b);
}

/**
 * For each element of `shape` in row-major order, the offset that `strides` gives it.
 * With stride 0 along stretched or reduced axes this one table serves broadcasting, reduction and transposition.
 */
export function offsetsOf(shape: Shape, strides: readonly number[]): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  let filled = offsets.length > 0 ? 1 : 0;
  // Axes from the innermost: each repeats the block laid down so far, shifted by its stride.
  for (let axis = shape.length - 1; axis >= 0 && filled > 0; axis--) {
    const size = at(shape, axis);
    const stride = at(strides, axis);
    for (let repeat = 1; repeat < size; repeat++) {
      for (let i = 0; i < filled; i++) {
        const offset = offsets[i];
        // `at` written out: it sees lists of every kind, which would make this loop half as fast again.
        if (offset === undefined) throw new RangeError(`there is no offset ${i}`);
        offsets[repeat * filled + i] = offset + repeat * stride;
      }
    }
    filled *= size;
  }
  return offsets;
}
