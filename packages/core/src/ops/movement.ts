import * as t from 'io-ts/lib/index.js';
import {
  axesCodec,
  exact,
  integer,
  natural,
  noAttributes,
  shapeCodec,
  type NoAttributes,
} from '../file/codec.js';
import type { DType } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import { application, atom, within } from '../scalar/formula.js';
import { primitive, type Primitive } from '../ir/op.js';
import type { Broadcast, Fits, Permute, Reshape } from './shape-types.js';
import { constant } from '../ir/source.js';
import { build1, dual, type Value } from '../ir/value.js';
import {
  broadcastShapes,
  broadcastStrides,
  normalizeAxes,
  offsetsOf,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import { sumLike } from './reduction.js';
import { gather, one, refused } from './rule.js';

// Shape: the same elements in the same order

/** The shape that `to` means for `size` elements: one size may be -1, for whatever is left. */
function resolved(to: Shape, size: number): Shape | undefined {
  const known = sizeOf(to.filter((each) => each !== -1));
  const open = to.filter((each) => each === -1).length;
  if (open > 1 || to.some((each) => each < -1)) return undefined;
  const shape = open === 0 ? to : to.map((each) => (each === -1 ? size / known : each));
  return sizeOf(shape) === size && shape.every(Number.isInteger) ? shape : undefined;
}

interface ReshapeBuilder {
  <D extends DType, S extends Shape, const T extends Shape>(
    x: Value<D, S>,
    shape: T & Fits<'reshape', S, T, Reshape<S, T>>,
  ): Value<D, Reshape<S, T>>;
  <const T extends Shape>(
    shape: T,
  ): <D extends DType, S extends Shape>(
    x: Value<D, S> & Fits<'reshape', S, T, Reshape<S, T>>,
  ) => Value<D, Reshape<S, T>>;
}

/** The same elements in another shape; a size of -1 is whatever is left, and stays open when the graph is rebound. */
export const reshape: ReshapeBuilder & Primitive<{ readonly shape: Shape }> = primitive(
  {
    name: 'reshape',
    arity: 1,
    attributes: () => exact({ shape: axesCodec }),
    types([{ dtype, shape }], { shape: to }: { readonly shape: Shape }) {
      const found = resolved(to, sizeOf(shape));
      return found === undefined
        ? refused(`${sizeOf(shape)} elements do not fill the shape ${formatShape(to)}`)
        : one(dtype, found);
    },
    kernel: ({ inputs: [x], out }) => out.data.set(x.data),
    pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x)],
    latex: ([x]) => application('reshape', [x]),
  },
  (op) => dual((x, shape: Shape) => build1(op(), [x], { shape })),
  // The type rule computes the shape that the type says.
) as ReshapeBuilder & Primitive<{ readonly shape: Shape }>;

type LikeBuilder = <D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>) => Value<D, S>;

/** The same elements in the shape of `like`. */
export const reshapeLike: LikeBuilder & Primitive<NoAttributes> = primitive(
  {
    name: 'reshapeLike',
    arity: 2,
    attributes: () => noAttributes,
    types: ([x, like]) =>
      sizeOf(x.shape) === sizeOf(like.shape)
        ? one(x.dtype, like.shape)
        : refused('the numbers of elements differ'),
    kernel: ({ inputs: [x], out }) => out.data.set(x.data),
    pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x), undefined],
    shapeLike: ([, like]) => like,
    latex: ([x]) => x,
  },
  (op): LikeBuilder =>
    <D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>) =>
      // The type rule keeps the dtype and takes the second shape.
      build1(op(), [x, like], {}) as Value<D, S>,
);

type FlattenBuilder = (x: Value, first?: number, last?: number) => Value;

/**
 * The axes from `first` to `last`, all of them unless given, as one.
 * @example flatten(input('x', [2, 3, 4]), 1).shape // [2, 12]
 */
export const flatten: FlattenBuilder & Primitive<{ readonly first: number; readonly last: number }> =
  primitive(
    {
      name: 'flatten',
      arity: 1,
      attributes: () => exact({ first: integer, last: integer }),
      types([{ dtype, shape }], { first, last }: { readonly first: number; readonly last: number }) {
        const [start] = normalizeAxes([first], shape.length) ?? [];
        const [end] = normalizeAxes([last], shape.length) ?? [];
        if (start === undefined || end === undefined || start > end) {
          return refused(`there are no axes from ${first} to ${last} in rank ${shape.length}`);
        }
        return one(dtype, [
          ...shape.slice(0, start),
          sizeOf(shape.slice(start, end + 1)),
          ...shape.slice(end + 1),
        ]);
      },
      kernel: ({ inputs: [x], out }) => out.data.set(x.data),
      pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x)],
      latex: ([x]) => application('flatten', [x]),
    },
    (op): FlattenBuilder =>
      (x, first = 0, last = -1) =>
        build1(op(), [x], { first, last }),
  );

interface UnflattenAttributes {
  readonly axis: number;
  readonly sizes: Shape;
}

type UnflattenBuilder = (x: Value, axis: number, sizes: Shape) => Value;

/**
 * One axis as several; one of their sizes may be -1, for whatever is left.
 * @example unflatten(input('x', [2, 12]), 1, [3, -1]).shape // [2, 3, 4]
 */
export const unflatten: UnflattenBuilder & Primitive<UnflattenAttributes> = primitive(
  {
    name: 'unflatten',
    arity: 1,
    attributes: () => exact({ axis: integer, sizes: axesCodec }),
    types([{ dtype, shape }], { axis, sizes }: UnflattenAttributes) {
      const [position] = normalizeAxes([axis], shape.length) ?? [];
      const size = shape[position ?? -1];
      const found = size === undefined ? undefined : resolved(sizes, size);
      return position === undefined || found === undefined
        ? refused(`the axis ${axis} of ${formatShape(shape)} cannot be cut into ${formatShape(sizes)}`)
        : one(dtype, [...shape.slice(0, position), ...found, ...shape.slice(position + 1)]);
    },
    kernel: ({ inputs: [x], out }) => out.data.set(x.data),
    pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x)],
    latex: ([x]) => application('unflatten', [x]),
  },
  (op): UnflattenBuilder =>
    (x, axis, sizes) =>
      build1(op(), [x], { axis, sizes }),
);

interface AxesBuilder {
  <D extends DType>(x: Value<D>, axes: readonly number[]): Value<D>;
  (axes: readonly number[]): <D extends DType>(x: Value<D>) => Value<D>;
}

type AxesOp = AxesBuilder & Primitive<{ readonly axes: readonly number[] }>;

/** New axes of size 1, at these positions of the result. */
export const expandDims: AxesOp = primitive(
  {
    name: 'expandDims',
    arity: 1,
    attributes: () => exact({ axes: axesCodec }),
    types([{ dtype, shape }], { axes }: { readonly axes: readonly number[] }) {
      const rank = shape.length + axes.length;
      const added = normalizeAxes(axes, rank);
      if (added === undefined)
        return refused(`${formatShape(axes)} are not different axes of a result of rank ${rank}`);
      const old = [...shape];
      return one(
        dtype,
        Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (old.shift() ?? 1))),
      );
    },
    kernel: ({ inputs: [x], out }) => out.data.set(x.data),
    pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x)],
    latex: ([x]) => x,
  },
  (op) => dual((x, axes: readonly number[]) => build1(op(), [x], { axes })),
) as AxesOp; // The builder's overloads only tell whether the value comes first.

/** Without these axes, which have size 1. */
export const squeeze: AxesOp = primitive(
  {
    name: 'squeeze',
    arity: 1,
    attributes: () => exact({ axes: axesCodec }),
    types([{ dtype, shape }], { axes }: { readonly axes: readonly number[] }) {
      const removed = normalizeAxes(axes, shape.length);
      if (removed === undefined || removed.some((axis) => shape[axis] !== 1)) {
        return refused(`${formatShape(axes)} are not different axes of size 1`);
      }
      return one(
        dtype,
        shape.filter((_, axis) => !removed.includes(axis)),
      );
    },
    kernel: ({ inputs: [x], out }) => out.data.set(x.data),
    pullback: ({ inputs: [x], cotangent }) => [reshapeLike(cotangent, x)],
    latex: ([x]) => x,
  },
  (op) => dual((x, axes: readonly number[]) => build1(op(), [x], { axes })),
) as AxesOp; // The builder's overloads only tell whether the value comes first.

// Order: the same elements in another order

interface PermuteBuilder {
  <D extends DType, S extends Shape, const A extends Shape>(x: Value<D, S>, axes: A): Value<D, Permute<S, A>>;
  <const A extends Shape>(
    axes: A,
  ): <D extends DType, S extends Shape>(x: Value<D, S>) => Value<D, Permute<S, A>>;
}

/** Axis i of the result is axis `axes[i]` of `x`. */
export const permuteDims: PermuteBuilder & Primitive<{ readonly axes: readonly number[] }> = primitive(
  {
    name: 'permuteDims',
    arity: 1,
    attributes: () => exact({ axes: t.readonlyArray(natural) }),
    types([{ dtype, shape }], { axes }: { readonly axes: readonly number[] }) {
      const order = normalizeAxes(axes, shape.length);
      return axes.length === shape.length && order !== undefined
        ? one(
            dtype,
            axes.map((axis) => shape[axis] ?? 1),
          )
        : refused(`${formatShape(axes)} is not an order of the ${shape.length} axes`);
    },
    kernel({ inputs: [x], out, attributes: { axes } }) {
      const strides = stridesOf(x.shape);
      gather(
        x.data,
        0,
        offsetsOf(
          out.shape,
          axes.map((axis) => strides[axis] ?? 0),
        ),
        out.data,
      );
    },
    pullback: ({ cotangent, attributes: { axes } }) => [
      permuteDims(
        cotangent,
        axes.map((_, axis) => axes.indexOf(axis)),
      ),
    ],
    latex: ([x], { axes }) =>
      axes.join() === '1,0'
        ? atom(`${within(x, 6)}^{\\top}`)
        : application(`permute_{${axes.join(', ')}}`, [x]),
  },
  (op) => dual((x, axes: readonly number[]) => build1(op(), [x], { axes })),
  // The type rule computes the shape that the type says.
) as PermuteBuilder & Primitive<{ readonly axes: readonly number[] }>;

/** The last two axes swapped: a matrix transposed, in every batch. */
export function matrixTranspose(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return permuteDims(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

// Repetition

interface BroadcastBuilder {
  <D extends DType, S extends Shape, const T extends Shape>(
    x: Value<D, S>,
    shape: T & Fits<'broadcastTo', S, T, Broadcast<S, T>>,
  ): Value<D, T>;
  <const T extends Shape>(
    shape: T,
  ): <D extends DType, S extends Shape>(
    x: Value<D, S> & Fits<'broadcastTo', S, T, Broadcast<S, T>>,
  ) => Value<D, T>;
}

const stretches = (from: Shape, to: Shape): boolean => {
  const broadcast = broadcastShapes(from, to);
  return broadcast !== undefined && sameShape(broadcast, to);
};

const stretch = ({
  inputs: [x],
  out,
}: {
  readonly inputs: readonly [Tensor, ...Tensor[]];
  readonly out: Tensor;
}): void => gather(x.data, 0, offsetsOf(out.shape, broadcastStrides(x.shape, out.shape)), out.data);

/** Repeated along axes of size 1, and new leading ones, to fill `shape`. */
export const broadcastTo: BroadcastBuilder & Primitive<{ readonly shape: Shape }> = primitive(
  {
    name: 'broadcastTo',
    arity: 1,
    attributes: () => exact({ shape: shapeCodec }),
    types: ([x], { shape }: { readonly shape: Shape }) =>
      stretches(x.shape, shape)
        ? one(x.dtype, shape)
        : refused(`the shape does not broadcast to ${formatShape(shape)}`),
    kernel: stretch,
    pullback: ({ inputs: [x], cotangent }) => [sumLike(cotangent, x)],
    latex: ([x]) => x,
  },
  (op) => dual((x, shape: Shape) => build1(op(), [x], { shape })),
  // The type rule gives `shape`.
) as BroadcastBuilder & Primitive<{ readonly shape: Shape }>;

/** Repeated to the shape of `like`. */
export const broadcastLike: LikeBuilder & Primitive<NoAttributes> = primitive(
  {
    name: 'broadcastLike',
    arity: 2,
    attributes: () => noAttributes,
    types: ([x, like]) =>
      stretches(x.shape, like.shape)
        ? one(x.dtype, like.shape)
        : refused('the first shape does not broadcast to the second'),
    kernel: stretch,
    pullback: ({ inputs: [x], cotangent }) => [sumLike(cotangent, x), undefined],
    shapeLike: ([, like]) => like,
    latex: ([x]) => x,
  },
  (op): LikeBuilder =>
    <D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>) =>
      // The type rule keeps the dtype and takes the second shape.
      build1(op(), [x, like], {}) as Value<D, S>,
);

/** Zeros in the dtype and shape of `like`. */
export const zerosLike = <D extends DType, S extends Shape>(like: Value<D, S>): Value<D, S> =>
  broadcastLike(constant(0, like.dtype), like);
