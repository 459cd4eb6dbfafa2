import { at } from '../support/list.js';
import { elementAt, holds, isStorage, roundTo, type DType, type TypedArray } from './dtype.js';
import { formatShape, refuse } from './error.js';
import { limits } from './limits.js';
import { allocate } from './memory.js';
import { faultOfType, sizeOf, type Shape, type TensorType } from './shape.js';

/**
 * Numbers with a dtype and a shape, row-major and contiguous.
 * Nothing in Adjoint writes to a tensor after it was handed out; treat `data` as read-only.
 */
export interface Tensor<D extends DType = DType, S extends Shape = Shape> extends TensorType {
  readonly dtype: D;
  readonly shape: S;
  readonly data: TypedArray<D>;
}

/** Whether something is a tensor, to tell it from numbers that are to become one. */
export const isTensor = (candidate: unknown): candidate is Tensor =>
  typeof candidate === 'object' &&
  candidate !== null &&
  'data' in candidate &&
  ArrayBuffer.isView(candidate.data);

/** Numbers nested as deep as the tensor has axes. */
export type Nested = number | boolean | readonly Nested[];

/** The shape of a nested literal, where TypeScript knows it: `[[1, 2]]` is `readonly [1, 2]`. */
export type ShapeOfNested<N> = N extends readonly []
  ? readonly [0]
  : N extends readonly [infer First, ...unknown[]]
    ? readonly [N['length'] & number, ...ShapeOfNested<First>]
    : N extends readonly unknown[]
      ? Shape
      : readonly [];

/** What is wrong with the elements of a tensor that somebody made, if anything is: code reads them unchecked. */
export function faultOfData({ dtype, shape, data }: Tensor): string | undefined {
  const fault = faultOfType({ dtype, shape });
  if (fault !== undefined) return fault;
  if (!isStorage(dtype, data)) return `its data are not stored as ${dtype} is`;
  const size = sizeOf(shape);
  if (data.length !== size)
    return `the shape ${formatShape(shape)} has ${size} elements, the data ${data.length}`;
  const odd = dtype === 'bool' ? data.findIndex((element) => element > 1) : -1;
  return odd < 0 ? undefined : `a bool is 0 or 1, and element ${odd} is ${data[odd]}`;
}

/**
 * A tensor from typed storage that is taken over, not copied.
 * @throws AdjointException where the data are not those of the dtype and the shape, or a bool is neither 0 nor 1
 */
export function fromData<D extends DType, const S extends Shape>(
  dtype: D,
  shape: S,
  data: TypedArray<D>,
): Tensor<D, S> {
  const made = { dtype, shape, data };
  const fault = faultOfData(made);
  if (fault !== undefined) refuse('tensor', [], fault);
  return made;
}

/** A dtype and a shape that a tensor can have. */
function requireType(dtype: DType, shape: Shape): void {
  const fault = faultOfType({ dtype, shape });
  if (fault !== undefined) refuse('tensor', [], fault);
}

/** All elements equal to `value`, rounded to `dtype`; f64 unless given. */
export function full<const S extends Shape>(shape: S, value: number): Tensor<'f64', S>;
export function full<const S extends Shape, D extends DType>(shape: S, value: number, dtype: D): Tensor<D, S>;
export function full(shape: Shape, value: number, dtype: DType = 'f64'): Tensor {
  requireType(dtype, shape);
  const data = allocate(dtype, sizeOf(shape));
  data.fill(roundTo(dtype, value));
  return { dtype, shape, data };
}

/** Zeros; f64 unless given. */
export function zeros<const S extends Shape>(shape: S): Tensor<'f64', S>;
export function zeros<const S extends Shape, D extends DType>(shape: S, dtype: D): Tensor<D, S>;
export function zeros(shape: Shape, dtype: DType = 'f64'): Tensor {
  return full(shape, 0, dtype);
}

/** Ones; f64 unless given. */
export function ones<const S extends Shape>(shape: S): Tensor<'f64', S>;
export function ones<const S extends Shape, D extends DType>(shape: S, dtype: D): Tensor<D, S>;
export function ones(shape: Shape, dtype: DType = 'f64'): Tensor {
  return full(shape, 1, dtype);
}

/**
 * A tensor from numbers nested as deep as its rank.
 * @example tensor([[0, 1], [1, 0]]).shape // [2, 2]
 * @throws AdjointException where the rows differ in length, or `dtype` cannot hold a number
 */
export function tensor<const N extends Nested>(values: N): Tensor<'f64', ShapeOfNested<N>>;
export function tensor<const N extends Nested, D extends DType>(
  values: N,
  dtype: D,
): Tensor<D, ShapeOfNested<N>>;
export function tensor(values: Nested, dtype: DType = 'f64'): Tensor {
  const shape: number[] = [];
  for (let level: Nested | undefined = values; typeof level === 'object'; level = level[0]) {
    shape.push(level.length);
    // Lists that hold themselves have no end.
    if (shape.length > limits.rank) break;
  }
  requireType(dtype, shape);
  const data = allocate(dtype, sizeOf(shape));
  let next = 0;
  const fill = (level: Nested, depth: number, path: readonly number[]): void => {
    if (typeof level === 'object') {
      if (level.length !== shape[depth]) {
        refuse(
          'tensor',
          path,
          `expected ${shape[depth] === undefined ? 'a number' : `${shape[depth]} elements`} here as in the first row, found ${level.length}`,
        );
      }
      level.forEach((entry, index) => fill(entry, depth + 1, [...path, index]));
    } else {
      if (depth !== shape.length) refuse('tensor', path, 'expected a nested array here, found a number');
      const value = Number(level);
      if (!holds(dtype, value)) refuse('tensor', path, `${dtype} cannot hold ${value}`);
      data[next++] = value;
    }
  };
  fill(values, 0, []);
  return { dtype, shape, data };
}

/** The elements of `tensor`, converted by value: floats towards zero into i32, anything but 0 into true. */
export function convert<D extends DType, S extends Shape>(source: Tensor<DType, S>, dtype: D): Tensor<D, S> {
  const data = allocate(dtype, source.data.length);
  for (let i = 0; i < data.length; i++) data[i] = roundTo(dtype, elementAt(source.data, i));
  return { dtype, shape: source.shape, data };
}

/** How many lists without elements are written out: more than anybody reads. */
const MOST_EMPTY = 10_000;

/** A list cut into lists of equal length. */
const cut = (list: readonly Nested[], size: number): readonly Nested[] =>
  Array.from({ length: list.length / size }, (_, index) => list.slice(index * size, (index + 1) * size));

/**
 * The elements nested as deep as the rank; bools as 0 and 1.
 * @throws AdjointException where there would be more than 10,000 lists without an element
 */
export function toNested({ shape, data }: Tensor): Nested {
  // The axes before the first without elements.
  const empty = shape.indexOf(0);
  const outer = empty < 0 ? shape : shape.slice(0, empty);
  const lists = sizeOf(outer);
  if (empty >= 0 && lists > MOST_EMPTY) {
    refuse(
      'tensor',
      [],
      `${formatShape(shape)} is ${lists} lists without an element`,
      'Look at its shape alone.',
    );
  }
  const innermost: readonly Nested[] = empty < 0 ? Array.from(data) : Array.from({ length: lists }, () => []);
  return at(outer.reduceRight(cut, innermost), 0);
}

/** The only element of a tensor that has one. */
export function item({ shape, data }: Tensor): number {
  const value = data[0];
  if (value === undefined || data.length !== 1) {
    refuse('tensor', [], `expected one element, found the shape ${formatShape(shape)}`);
  }
  return value;
}

/** Whether dtype, shape and every element are the same; NaN equals NaN, 0 does not equal -0. */
export const equalTensors = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype &&
  formatShape(a.shape) === formatShape(b.shape) &&
  a.data.every((value, index) => Object.is(value, b.data[index]));

/** Slice `index` along the first axis, sharing its storage. */
export function sliceOf({ dtype, shape: [, ...inner], data }: Tensor, index: number): Tensor {
  const size = sizeOf(inner);
  return { dtype, shape: inner, data: data.subarray(index * size, (index + 1) * size) };
}
