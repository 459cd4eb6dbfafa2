/** The element types: two floating, one integer, one truth value. */
export type DType = 'f64' | 'f32' | 'i32' | 'bool';

/** The dtypes that have gradients. */
export type FloatDType = 'f64' | 'f32';

interface ArrayTypes {
  f64: Float64Array;
  f32: Float32Array;
  i32: Int32Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
}

/** The typed array that stores a dtype. */
export type TypedArray<D extends DType = DType> = ArrayTypes[D];

export const dtypes: readonly DType[] = ['f64', 'f32', 'i32', 'bool'];

export const bytesPerElement: Readonly<Record<DType, number>> = { f64: 8, f32: 4, i32: 4, bool: 1 };

export const isDType = (name: unknown): name is DType => dtypes.some((dtype) => dtype === name);

export const isFloat = (dtype: DType): dtype is FloatDType => dtype === 'f64' || dtype === 'f32';

type StorageConstructor<D extends DType> = (new (length: number) => TypedArray<D>) &
  (new (buffer: ArrayBuffer) => TypedArray<D>);

const constructors: { readonly [D in DType]: StorageConstructor<D> } = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  bool: Uint8Array,
};

/** Whether elements of `dtype` are stored so. */
export const isStorage = <D extends DType>(dtype: D, data: unknown): data is TypedArray<D> =>
  // Only views themselves have storage: an object with their prototype, or a proxy of one, has not.
  ArrayBuffer.isView(data) && data instanceof constructors[dtype];

/**
 * The element at an index that has one, as `at` gives it. Inner loops use this one: it only ever sees the four kinds of
 * typed array, which engines compile to a load, where `at` sees lists of every kind.
 * @throws RangeError where there is no element
 */
export function elementAt(data: TypedArray, index: number): number {
  const element = data[index];
  if (element === undefined) throw new RangeError(`there is no element ${index} among ${data.length}`);
  return element;
}

/** Zeros in the storage of `dtype`; throws what the engine throws where there is not so much memory: see `allocate`. */
export const storageOf = <D extends DType>(dtype: D, length: number): TypedArray<D> =>
  new constructors[dtype](length);

/** The bytes of a buffer as elements of `dtype`, not copied. */
export const typedArrayOver = <D extends DType>(dtype: D, buffer: ArrayBuffer): TypedArray<D> =>
  new constructors[dtype](buffer);

const rounders: Readonly<Record<DType, (x: number) => number>> = {
  f64: (x) => x,
  f32: Math.fround,
  i32: (x) => x | 0,
  bool: (x) => (x !== 0 ? 1 : 0),
};

/** `x` as an element of `dtype` holds it: to nearest for floats, modulo 2³² for i32, truth for bool. */
export const roundTo = (dtype: DType, x: number): number => rounders[dtype](x);

/** The least number of each dtype. */
export const least: Readonly<Record<DType, number>> = {
  f64: -Infinity,
  f32: -Infinity,
  i32: -(2 ** 31),
  bool: 0,
};

/** What stands in place of an element that is not there: NaN where the dtype has it. */
export const absentElement = (dtype: DType): number => (isFloat(dtype) ? NaN : 0);

/** Whether a literal may stand for a `dtype` without becoming another number (a float may round it). */
export const holds = (dtype: DType, x: number): boolean =>
  isFloat(dtype)
    ? dtype === 'f64' || Number.isFinite(Math.fround(x)) || !Number.isFinite(x)
    : roundTo(dtype, x) === x;
