import * as t from 'io-ts/lib/index.js';
import { exact, natural } from '../file/codec.js';
import { isFloat } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import { application } from '../scalar/formula.js';
import { primitive, type Primitive } from '../ir/op.js';
import { build1, dual, type Value } from '../ir/value.js';
import { offsetsOf, sameShape, stridesOf, type Shape } from '../value/shape.js';
import { gather, one, refused } from './rule.js';

/** Windows that slide over the last axes, from which convolution and pooling are made. */

export interface WindowAttributes {
  /** The size of a window along each of the last axes. */
  readonly size: readonly number[];
  /** How far apart windows begin. */
  readonly stride: readonly number[];
  /** How far apart the elements of a window lie. */
  readonly dilation: readonly number[];
}

export interface WindowOptions {
  readonly size: readonly number[];
  /** 1 unless given. */
  readonly stride?: readonly number[];
  /** 1 unless given. */
  readonly dilation?: readonly number[];
}

const windowCodec = exact({
  size: t.readonlyArray(natural),
  stride: t.readonlyArray(natural),
  dilation: t.readonlyArray(natural),
});

/** The shape of the windows, and for each of its axes the stride in the elements that they are taken from. */
export function windowsOf(
  shape: Shape,
  { size, stride, dilation }: WindowAttributes,
): { readonly shape: Shape; readonly strides: readonly number[] } | undefined {
  const outer = shape.length - size.length;
  const every = [...size, ...stride, ...dilation].every((each) => each >= 1);
  if (outer < 0 || stride.length !== size.length || dilation.length !== size.length || !every)
    return undefined;
  const counts = size.map((each, axis) => {
    const span = (each - 1) * (dilation[axis] ?? 1) + 1;
    return Math.floor(((shape[outer + axis] ?? 0) - span) / (stride[axis] ?? 1)) + 1;
  });
  if (counts.some((count) => count < 1)) return undefined;
  const own = stridesOf(shape);
  const along = (steps: readonly number[]): number[] =>
    steps.map((step, axis) => step * (own[outer + axis] ?? 1));
  return {
    shape: [...shape.slice(0, outer), ...counts, ...size],
    strides: [...own.slice(0, outer), ...along(stride), ...along(dilation)],
  };
}

const misfit = ({ size }: WindowAttributes, shape: Shape): string =>
  `windows of ${formatShape(size)} do not fit into the last axes of ${formatShape(shape)}`;

const completed = ({
  size,
  stride = size.map(() => 1),
  dilation = size.map(() => 1),
}: WindowOptions): WindowAttributes => ({
  size,
  stride,
  dilation,
});

interface WindowsBuilder {
  (x: Value, options: WindowOptions): Value;
  (options: WindowOptions): (x: Value) => Value;
}

/**
 * Every window over the last axes: the result has their positions and then the elements of each.
 * @example windows(matrix, { size: [2, 2] }).shape // [2, 3, 2, 2]
 */
export const windows: WindowsBuilder & Primitive<WindowAttributes> = primitive(
  {
    name: 'windows',
    arity: 1,
    attributes: () => windowCodec,
    types([{ dtype, shape }], attributes: WindowAttributes) {
      const found = windowsOf(shape, attributes);
      return found === undefined ? refused(misfit(attributes, shape)) : one(dtype, found.shape);
    },
    kernel({ inputs: [x], out, attributes }) {
      const found = windowsOf(x.shape, attributes);
      if (found !== undefined) gather(x.data, 0, offsetsOf(found.shape, found.strides), out.data);
    },
    pullback: ({ inputs: [x], cotangent, attributes }) => [addWindows(cotangent, x, attributes)],
    latex: ([x]) => application('windows', [x]),
  },
  (op) => dual((x, options: WindowOptions) => build1(op(), [x], completed(options))),
) as WindowsBuilder & Primitive<WindowAttributes>; // The builder's overloads only tell whether the value comes first.

type AddWindowsBuilder = (x: Value, like: Value, attributes: WindowAttributes) => Value;

/** Each window added up at its place in the shape of `like`: windows, transposed. */
export const addWindows: AddWindowsBuilder & Primitive<WindowAttributes> = primitive(
  {
    name: 'addWindows',
    arity: 2,
    attributes: () => windowCodec,
    types([x, like], attributes: WindowAttributes) {
      const found = windowsOf(like.shape, attributes);
      if (!isFloat(x.dtype)) return refused(`takes f64 or f32, given ${x.dtype}`);
      return found !== undefined && sameShape(found.shape, x.shape)
        ? one(x.dtype, like.shape)
        : refused('the first shape is not that of the windows of the second');
    },
    kernel({ inputs: [x], out, attributes }) {
      const found = windowsOf(out.shape, attributes);
      if (found === undefined) return;
      const offsets = offsetsOf(found.shape, found.strides);
      const sums = new Float64Array(out.data.length);
      for (let i = 0; i < offsets.length; i++) {
        const at = offsets[i] ?? 0;
        sums[at] = (sums[at] ?? 0) + (x.data[i] ?? 0);
      }
      out.data.set(sums);
    },
    pullback: ({ cotangent, attributes }) => [windows(cotangent, attributes), undefined],
    shapeLike: ([, like]) => like,
    latex: ([x]) => application('addWindows', [x]),
  },
  (op): AddWindowsBuilder =>
    (x, like, attributes) =>
      build1(op(), [x, like], attributes),
);
