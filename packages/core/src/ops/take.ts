import { exact, integer } from '../file/codec.js';
import { isFloat, type DType } from '../value/dtype.js';
import { formatShape, type TensorType } from '../value/error.js';
import { application, within, atom } from '../scalar/formula.js';
import { primitive, type Primitive } from '../ir/op.js';
import { build1, type Value } from '../ir/value.js';
import { normalizeAxes, sameShape, sizeOf, type Shape } from '../value/shape.js';
import { one, refused } from './rule.js';

/** Elements chosen by indices that are data, such as the examples of a batch. */

export interface TakeAttributes {
  readonly axis: number;
}

const takeCodec = exact({ axis: integer });

/** What stands in place of an element that is not there: NaN where the dtype has it. */
export const absentElement = (dtype: DType): number => (isFloat(dtype) ? NaN : 0);

/** How a shape divides at an axis, and what is left where indices take the axis' place. */
export function takenFrom(
  shape: Shape,
  indices: Shape,
  axis: number,
): { readonly at: number; readonly shape: Shape } | undefined {
  const [at] = normalizeAxes([axis], shape.length) ?? [];
  return at === undefined
    ? undefined
    : { at, shape: [...shape.slice(0, at), ...indices, ...shape.slice(at + 1)] };
}

function typesOf(whole: TensorType, indices: TensorType, axis: number): Shape | string {
  if (indices.dtype !== 'i32') return `takes indices of dtype i32, given ${indices.dtype}`;
  return (
    takenFrom(whole.shape, indices.shape, axis)?.shape ?? `${formatShape(whole.shape)} has no axis ${axis}`
  );
}

/**
 * Calls `visit` for each index that there is an element for, with the places where its slices begin: in the whole, and
 * in what is taken. Negative indices count from the end.
 */
function eachSlice(
  whole: Shape,
  indices: { readonly shape: Shape; readonly data: ArrayLike<number> },
  axis: number,
  visit: (inWhole: number, inTaken: number, length: number) => void,
): void {
  const at = takenFrom(whole, indices.shape, axis)?.at ?? 0;
  const size = whole[at] ?? 0;
  const length = sizeOf(whole.slice(at + 1));
  const count = indices.data.length;
  for (let outer = 0; outer < sizeOf(whole.slice(0, at)); outer++) {
    for (let each = 0; each < count; each++) {
      const given = indices.data[each] ?? 0;
      const index = given < 0 ? given + size : given;
      if (index < 0 || index >= size) continue;
      visit((outer * size + index) * length, (outer * count + each) * length, length);
    }
  }
}

type TakeBuilder = <D extends DType>(x: Value<D>, indices: Value<'i32'>, axis?: number) => Value<D>;

/**
 * The elements of `x` at `indices` along an axis, the first unless given, in whose place stand the axes of the indices.
 * Negative indices count from the end. For an index that is outside it gives NaN, or 0 and false where the dtype has no
 * NaN, as JAX does.
 * @example take(matrix, constant(tensor([2, 0], 'i32'))).shape // [2, 4]
 */
export const take: TakeBuilder & Primitive<TakeAttributes> = primitive(
  {
    name: 'take',
    arity: 2,
    attributes: () => takeCodec,
    types([x, indices], { axis }: TakeAttributes) {
      const shape = typesOf(x, indices, axis);
      return typeof shape === 'string' ? refused(shape) : one(x.dtype, shape);
    },
    kernel({ inputs: [x, indices], out, attributes: { axis } }) {
      out.data.fill(absentElement(out.dtype));
      eachSlice(x.shape, indices, axis, (inWhole, inTaken, length) => {
        for (let i = 0; i < length; i++) out.data[inTaken + i] = x.data[inWhole + i] ?? 0;
      });
    },
    pullback: ({ inputs: [x, indices], cotangent, attributes: { axis } }) => [
      addTaken(cotangent, indices, x, axis),
      undefined,
    ],
    describe: ({ axis }: TakeAttributes) => (axis === 0 ? '' : `axis=${axis}`),
    latex: ([x, indices]) => atom(`${within(x, 6)}_{${indices.text}}`),
  },
  (op): TakeBuilder =>
    <D extends DType>(x: Value<D>, indices: Value<'i32'>, axis = 0) =>
      // The type rule keeps the dtype.
      build1(op(), [x, indices], { axis }) as Value<D>,
);

type AddTakenBuilder = (x: Value, indices: Value, like: Value, axis: number) => Value;

/**
 * Zeros in the shape of `like`, to which each slice of `x` is added where `take(like, indices, axis)` reads it: take,
 * transposed. Slices of one index are added in their order.
 */
export const addTaken: AddTakenBuilder & Primitive<TakeAttributes> = primitive(
  {
    name: 'addTaken',
    arity: 3,
    attributes: () => takeCodec,
    types([x, indices, like], { axis }: TakeAttributes) {
      const shape = typesOf(like, indices, axis);
      if (typeof shape === 'string') return refused(shape);
      if (!isFloat(x.dtype)) return refused(`takes f64 or f32, given ${x.dtype}`);
      return sameShape(shape, x.shape)
        ? one(x.dtype, like.shape)
        : refused('the first shape is not that of what the indices take of the third');
    },
    kernel({ inputs: [x, indices], out, attributes: { axis } }) {
      eachSlice(out.shape, indices, axis, (inWhole, inTaken, length) => {
        for (let i = 0; i < length; i++) {
          out.data[inWhole + i] = (out.data[inWhole + i] ?? 0) + (x.data[inTaken + i] ?? 0);
        }
      });
    },
    pullback: ({ inputs: [, indices], cotangent, attributes: { axis } }) => [
      // The type rule holds indices to i32.
      take(cotangent, indices as Value<'i32'>, axis),
      undefined,
      undefined,
    ],
    shapeLike: ([, , like]) => like,
    latex: ([x]) => application('addTaken', [x]),
  },
  (op): AddTakenBuilder =>
    (x, indices, like, axis) =>
      build1(op(), [x, indices, like], { axis }),
);

type IndicesBuilder = (like: Value, axis?: number) => Value<'i32'>;

/**
 * The index of each element of `like` along an axis, the last unless given: i32, in a shape that is 1 along all others.
 * @example indicesAlong(matrix).shape // [1, 4]
 */
export const indicesAlong: IndicesBuilder & Primitive<TakeAttributes> = primitive(
  {
    name: 'indicesAlong',
    arity: 1,
    attributes: () => takeCodec,
    differentiable: false,
    types([{ shape }], { axis }: TakeAttributes) {
      const [at] = normalizeAxes([axis], shape.length) ?? [];
      return at === undefined
        ? refused(`${formatShape(shape)} has no axis ${axis}`)
        : one(
            'i32',
            shape.map((size, each) => (each === at ? size : 1)),
          );
    },
    kernel({ out }) {
      for (let i = 0; i < out.data.length; i++) out.data[i] = i;
    },
    describe: ({ axis }: TakeAttributes) => `axis=${axis}`,
    latex: ([like]) => application('indices', [like]),
  },
  (op): IndicesBuilder =>
    (like, axis = -1) =>
      // The type rule gives i32.
      build1(op(), [like], { axis }) as Value<'i32'>,
);
