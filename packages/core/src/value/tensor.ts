import { isList } from '../support/describe.js';
import { at } from '../support/list.js';
import {
  aDType,
  aNatural,
  aNumber,
  aShape,
  expectArgument,
  naturals,
  sort,
  unexpected,
  type Sort,
} from './argument.js';
import {
  dtypes,
  elementAt,
  holds,
  isDType,
  isStorage,
  roundTo,
  type DType,
  type TypedArray,
} from './dtype.js';
import { AdjointException, formatShape, refuse } from './error.js';
import { limits } from './limits.js';
import { allocate } from './memory.js';
import { faultOfType, sameType, sizeOf, type Shape, type TensorType } from './shape.js';

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

const storage: Readonly<Record<DType, string>> = {
  f64: 'Float64Array',
  f32: 'Float32Array',
  i32: 'Int32Array',
  bool: 'Uint8Array',
};

/** The sort of what stores elements of a dtype. */
const dataOf = <D extends DType>(dtype: D): Sort<TypedArray<D>> =>
  sort(
    `a ${storage[dtype]}`,
    (u): u is TypedArray<D> => isStorage(dtype, u),
    'Of lists make tensors with tensor.',
  );

/** A list of numbers or lists; plain JavaScript may give a typed array. */
const isNesting = (u: unknown): u is ArrayLike<unknown> =>
  isList(u) || dtypes.some((dtype) => isStorage(dtype, u));

const anElement: Sort<number | boolean> = sort(
  'numbers, nested as deep as there are axes',
  (u): u is number | boolean => typeof u === 'number' || typeof u === 'boolean',
);

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

/** What has a dtype, a shape and as many elements as that, in the dtype's storage. */
export const aTensor: Sort<Tensor> = sort(
  'a tensor',
  (u): u is Tensor => isTensor(u) && 'dtype' in u && 'shape' in u && faultOfData(u) === undefined,
  (u) => (isTensor(u) ? faultOfData(u) : undefined) ?? 'Make tensors with tensor, zeros or fromData.',
);

/** A tensor, though it have more axes than code reads: texts do not mind. */
export const writtenTensor: Sort<Tensor> = sort(
  'a tensor',
  (u): u is Tensor =>
    isTensor(u) &&
    'dtype' in u &&
    'shape' in u &&
    isDType(u.dtype) &&
    isStorage(u.dtype, u.data) &&
    naturals.is(u.shape) &&
    sizeOf(u.shape) === u.data.length,
  'Make tensors with tensor, zeros or fromData.',
);

/**
 * A tensor from typed storage that is taken over, not copied.
 * @throws AdjointException where the data are not those of the dtype and the shape, or a bool is neither 0 nor 1
 */
export function fromData<D extends DType, const S extends Shape>(
  dtype: D,
  shape: S,
  data: TypedArray<D>,
): Tensor<D, S> {
  expectArgument('fromData', 'dtype', dtype, aDType);
  expectArgument('fromData', 'shape', shape, aShape);
  expectArgument('fromData', 'data', data, dataOf(dtype));
  const made = { dtype, shape, data };
  const fault = faultOfData(made);
  if (fault !== undefined) refuse('tensor', [], fault, 'Give data for each element of the shape.');
  return made;
}

/** A dtype and a shape that a tensor can have. */
function requireType(dtype: DType, shape: Shape): void {
  const fault = faultOfType({ dtype, shape });
  if (fault !== undefined) refuse('tensor', [], fault, 'Take fewer axes, or smaller ones.');
}

/** All elements equal to `value`, rounded to `dtype`; f64 unless given. */
export function full<const S extends Shape>(shape: S, value: number): Tensor<'f64', S>;
export function full<const S extends Shape, D extends DType>(shape: S, value: number, dtype: D): Tensor<D, S>;
export function full(shape: Shape, value: number, dtype: DType = 'f64'): Tensor {
  expectArgument('full', 'shape', shape, aShape);
  expectArgument('full', 'value', value, aNumber);
  expectArgument('full', 'dtype', dtype, aDType);
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
  expectArgument('tensor', 'dtype', dtype, aDType);
  const shape: number[] = [];
  for (let level: unknown = values; isNesting(level); level = level[0]) {
    shape.push(level.length);
    // Lists that hold themselves have no end.
    if (shape.length > limits.rank) break;
  }
  requireType(dtype, shape);
  const data = allocate(dtype, sizeOf(shape));
  let next = 0;
  const fill = (level: unknown, depth: number, path: readonly number[]): void => {
    if (isNesting(level)) {
      if (level.length !== shape[depth]) {
        refuse(
          'tensor',
          path,
          `expected ${shape[depth] === undefined ? 'a number' : `${shape[depth]} elements`} here as in the first row, found ${level.length}`,
        );
      }
      // Not `forEach`, which leaves out holes.
      for (let index = 0; index < level.length; index++) fill(level[index], depth + 1, [...path, index]);
    } else {
      if (typeof level !== 'number' && typeof level !== 'boolean') {
        throw new AdjointException(unexpected(['tensor', 'values', ...path], level, anElement));
      }
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
  expectArgument('convert', 'source', source, aTensor);
  expectArgument('convert', 'dtype', dtype, aDType);
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
export function toNested(source: Tensor): Nested {
  expectArgument('toNested', 'source', source, writtenTensor);
  const { shape, data } = source;
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
export function item(source: Tensor): number {
  expectArgument('item', 'source', source, aTensor);
  const { shape, data } = source;
  const value = data[0];
  if (value === undefined || data.length !== 1) {
    refuse('tensor', [], `expected one element, found the shape ${formatShape(shape)}`);
  }
  return value;
}

/** Whether dtype, shape and every element are the same; NaN equals NaN, 0 does not equal -0. */
export function equalTensors(a: Tensor, b: Tensor): boolean {
  expectArgument('equalTensors', 'a', a, aTensor);
  expectArgument('equalTensors', 'b', b, aTensor);
  return sameType(a, b) && a.data.every((value, index) => Object.is(value, b.data[index]));
}

/** Slice `index` along the first axis, sharing its storage. */
export function sliceOf(source: Tensor, index: number): Tensor {
  expectArgument('sliceOf', 'source', source, aTensor);
  expectArgument('sliceOf', 'index', index, aNatural);
  const {
    dtype,
    shape: [, ...inner],
    data,
  } = source;
  const size = sizeOf(inner);
  return { dtype, shape: inner, data: data.subarray(index * size, (index + 1) * size) };
}
