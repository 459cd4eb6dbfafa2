import { at } from '../support/list.js';
import { isDType, type DType } from './dtype.js';
import { limits } from './limits.js';

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

/** A number of anything, in digits that tell its size at a glance. */
const shown = (count: number): string => (Number.isSafeInteger(count) ? String(count) : 'too many');

/** What is wrong with a shape, if anything is: what an op's type rule or a file gives is looked at here. */
export function faultOfShape(shape: unknown): string | undefined {
  if (!Array.isArray(shape)) return 'a shape should be a list of sizes';
  const sizes: readonly unknown[] = shape;
  if (sizes.length > limits.rank) {
    return `a shape has at most ${limits.rank} axes, and this one has ${sizes.length}`;
  }
  let elements = 1;
  for (const size of sizes) {
    if (!(typeof size === 'number' && Number.isInteger(size) && size >= 0)) {
      return `a size should be a natural number, and ${String(size)} is none`;
    }
    if (size > 0) elements *= size;
  }
  // Sizes of 0 are left out, for strides are products of the others.
  return elements > limits.elements
    ? `the sizes that are not 0 multiply to at most ${limits.elements}, and those of [${sizes.join(', ')}] to ${shown(elements)}`
    : undefined;
}

/** What is wrong with a dtype and a shape, if anything is. */
export function faultOfType(type: { readonly dtype: unknown; readonly shape: unknown }): string | undefined {
  return isDType(type.dtype) ? faultOfShape(type.shape) : `there is no dtype ${String(type.dtype)}`;
}

/** NumPy's rule: right-aligned axes are equal, or one of them is 1. `undefined` where they are neither. */
export function broadcastShapes(...shapes: readonly Shape[]): Shape | undefined {
  const rank = shapes.reduce((most, { length }) => Math.max(most, length), 0);
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
