import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { double, exact, integer, natural } from '../file/codec.js';
import { holds, type DType } from '../value/dtype.js';
import type { TensorType } from '../value/error.js';
import { application, atom, within } from '../scalar/formula.js';
import { primitive, type Primitive } from '../ir/op.js';
import { build, build1, dual, isValue, type Value } from '../ir/value.js';
import { normalizeAxes, offsetsOf, sameShape, stridesOf, type Shape } from '../value/shape.js';
import { zerosLike } from './movement.js';
import { gather, one, refused, scatter, type Types } from './rule.js';

type ConcatBuilder = <D extends DType>(values: readonly Value<D>[], axis?: number) => Value<D>;
interface AxisAttributes {
  readonly axis: number;
}

/** Where each part of `whole` along `axis` begins, as an offset, with the offsets of its elements from there. */
function partsOf(
  whole: Shape,
  parts: readonly Shape[],
  axis: number,
): { base: number; offsets: Int32Array }[] {
  const strides = stridesOf(whole);
  const stride = strides[axis] ?? 0;
  let start = 0;
  return parts.map((part) => {
    const base = start * stride;
    start += part[axis] ?? 0;
    return { base, offsets: offsetsOf(part, strides) };
  });
}

const axisOf = (axis: number, rank: number): number | undefined => normalizeAxes([axis], rank)?.[0];

/** The shape of parts laid side by side along `axis`. */
function concatenated(parts: readonly TensorType[], axis: number): Types {
  const [first] = parts;
  const position = first && axisOf(axis, first.shape.length);
  if (first === undefined || position === undefined)
    return refused(`takes one or more operands that have an axis ${axis}`);
  const fits = parts.every(
    ({ dtype, shape }) =>
      dtype === first.dtype &&
      shape.length === first.shape.length &&
      shape.every((size, each) => each === position || size === first.shape[each]),
  );
  if (!fits) return refused(`the operands differ in dtype or in another axis than ${axis}`);
  const size = parts.reduce((total, { shape }) => total + (shape[position] ?? 0), 0);
  return one(
    first.dtype,
    first.shape.map((each, at) => (at === position ? size : each)),
  );
}

/** The operands laid side by side along `axis`, the first unless given. */
export const concat: ConcatBuilder & Primitive<AxisAttributes> = primitive(
  {
    name: 'concat',
    attributes: () => exact({ axis: integer }),
    types: (inputs, { axis }: AxisAttributes) => concatenated(inputs, axis),
    kernel({ inputs, out, attributes: { axis } }) {
      const shapes = inputs.map(({ shape }) => shape);
      for (const [index, { base, offsets }] of partsOf(
        out.shape,
        shapes,
        axisOf(axis, out.shape.length) ?? 0,
      ).entries()) {
        const input = inputs[index];
        if (input !== undefined) scatter(input.data, out.data, base, offsets);
      }
    },
    pullback: ({ inputs, cotangent, attributes: { axis } }) => splitLike(cotangent, inputs, axis),
    latex: (inputs) => atom(`\\left[${inputs.map(({ text }) => text).join(' \\;\\; ')}\\right]`),
  },
  (op): ConcatBuilder =>
    <D extends DType>(values: readonly Value<D>[], axis = 0) =>
      // The type rule keeps the dtype.
      build1(op(), values, { axis }) as Value<D>,
);

type SplitBuilder = (x: Value, parts: readonly Value[], axis: number) => readonly Value[];

/** `x` cut along `axis` into pieces as large as `parts`: concat, transposed. */
export const splitLike: SplitBuilder & Primitive<AxisAttributes> = primitive(
  {
    name: 'splitLike',
    attributes: () => exact({ axis: integer }),
    types([x, ...parts], { axis }: AxisAttributes) {
      const whole = concatenated(parts, axis);
      if (E.isLeft(whole)) return whole;
      const fits = x !== undefined && whole.right.every(({ shape }) => sameShape(shape, x.shape));
      return fits
        ? E.right(parts.map(({ shape }) => ({ dtype: x.dtype, shape })))
        : refused('the parts do not make up the first operand');
    },
    kernel({ inputs: [x], outputs, attributes: { axis } }) {
      if (x === undefined) return;
      const shapes = outputs.map(({ shape }) => shape);
      for (const [index, { base, offsets }] of partsOf(
        x.shape,
        shapes,
        axisOf(axis, x.shape.length) ?? 0,
      ).entries()) {
        const output = outputs[index];
        if (output !== undefined) gather(x.data, base, offsets, output.data);
      }
    },
    pullback({ inputs: [, ...parts], cotangents, attributes: { axis } }) {
      const pieces = parts.map((part, index) => cotangents[index] ?? zerosLike(part));
      return [concat(pieces, axis)];
    },
    latex: (inputs) => application('split', inputs.slice(0, 1)),
  },
  (op): SplitBuilder =>
    (x, parts, axis) =>
      build(op(), [x, ...parts], { axis }).outputs,
);

export interface SliceRange {
  /** The first index, counted from the end where negative; 0 unless given. */
  readonly start?: number;
  /** The index after the last one; the end unless given, also when the graph is rebound to another size. */
  readonly stop?: number;
  /** 1 unless given; at least 1. */
  readonly step?: number;
}

interface SliceAttributes {
  /** One range for each of the first axes. */
  readonly ranges: readonly SliceRange[];
}

const rangeCodec = exact({}, { start: integer, stop: integer, step: integer });
const sliceCodec = exact({ ranges: t.readonlyArray(rangeCodec) });

interface Piece {
  readonly shape: Shape;
  readonly base: number;
  readonly strides: readonly number[];
}

/** Python's rule for slices: indices beyond an end mean the end. */
function pieceOf(shape: Shape, { ranges }: SliceAttributes): Piece | undefined {
  if (ranges.length > shape.length || ranges.some(({ step = 1 }) => step < 1)) return undefined;
  const strides = stridesOf(shape);
  let base = 0;
  const sizes = shape.map((size, axis) => {
    const { start = 0, stop = size, step = 1 } = ranges[axis] ?? {};
    const clamp = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    base += clamp(start) * (strides[axis] ?? 0);
    return Math.max(Math.ceil((clamp(stop) - clamp(start)) / step), 0);
  });
  return { shape: sizes, base, strides: strides.map((stride, axis) => stride * (ranges[axis]?.step ?? 1)) };
}

interface SliceBuilder {
  <D extends DType>(x: Value<D>, ranges: readonly SliceRange[]): Value<D>;
  (ranges: readonly SliceRange[]): <D extends DType>(x: Value<D>) => Value<D>;
}

/**
 * Part of each axis, by Python's rules.
 * @example slice(matrix, [{ start: 1 }, { step: 2 }]).shape // [2, 2]
 */
export const slice: SliceBuilder & Primitive<SliceAttributes> = primitive(
  {
    name: 'slice',
    arity: 1,
    attributes: () => sliceCodec,
    types([{ dtype, shape }], attributes: SliceAttributes) {
      const piece = pieceOf(shape, attributes);
      return piece === undefined
        ? refused(`takes at most ${shape.length} ranges, with steps of at least 1`)
        : one(dtype, piece.shape);
    },
    kernel({ inputs: [x], out, attributes }) {
      const piece = pieceOf(x.shape, attributes);
      if (piece !== undefined) gather(x.data, piece.base, offsetsOf(out.shape, piece.strides), out.data);
    },
    pullback: ({ inputs: [x], cotangent, attributes: { ranges } }) => [unslice(cotangent, x, ranges)],
    describe: ({ ranges }: SliceAttributes) =>
      ranges
        .map(({ start = '', stop = '', step }) => `${start}:${stop}${step === undefined ? '' : `:${step}`}`)
        .join(', '),
    latex: ([x], { ranges }) =>
      atom(`${within(x, 6)}_{${ranges.map(({ start = '', stop = '' }) => `${start}:${stop}`).join(', ')}}`),
  },
  (op) => dual((x, ranges: readonly SliceRange[]) => build1(op(), [x], { ranges })),
) as SliceBuilder & Primitive<SliceAttributes>; // The builder's overloads only tell whether the value comes first.

type UnsliceBuilder = (x: Value, like: Value, ranges: readonly SliceRange[]) => Value;

/** Zeros in the shape of `like`, with `x` where `slice(like, ranges)` reads: slice, transposed. */
export const unslice: UnsliceBuilder & Primitive<SliceAttributes> = primitive(
  {
    name: 'unslice',
    arity: 2,
    attributes: () => sliceCodec,
    types([x, like], attributes: SliceAttributes) {
      const piece = pieceOf(like.shape, attributes);
      return piece !== undefined && sameShape(piece.shape, x.shape)
        ? one(x.dtype, like.shape)
        : refused('the first shape is not that of the slice of the second');
    },
    kernel({ inputs: [x], out, attributes }) {
      const piece = pieceOf(out.shape, attributes);
      if (piece !== undefined) scatter(x.data, out.data, piece.base, offsetsOf(x.shape, piece.strides));
    },
    pullback: ({ cotangent, attributes: { ranges } }) => [slice(cotangent, ranges), undefined],
    shapeLike: ([, like]) => like,
    latex: ([x]) => application('unslice', [x]),
  },
  (op): UnsliceBuilder =>
    (x, like, ranges) =>
      build1(op(), [x, like], { ranges }),
);

interface PadAttributes {
  /** How many elements go before and after each axis. */
  readonly widths: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

interface PadBuilder {
  <D extends DType>(x: Value<D>, widths: PadAttributes['widths'], value?: number): Value<D>;
  (widths: PadAttributes['widths'], value?: number): <D extends DType>(x: Value<D>) => Value<D>;
}

/**
 * Framed with `value`, 0 unless given.
 * @example pad(matrix, [[0, 1], [1, 2]]).shape // [4, 7]
 */
export const pad: PadBuilder & Primitive<PadAttributes> = primitive(
  {
    name: 'pad',
    arity: 1,
    attributes: () => exact({ widths: t.readonlyArray(t.tuple([natural, natural])), value: double }),
    types([{ dtype, shape }], { widths, value }: PadAttributes) {
      if (widths.length !== shape.length) {
        return refused(`takes a pair of widths for each of the ${shape.length} axes, given ${widths.length}`);
      }
      if (!holds(dtype, value)) return refused(`${dtype} cannot hold the number ${value}`);
      return one(
        dtype,
        shape.map((size, axis) => size + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0)),
      );
    },
    kernel({ inputs: [x], out, attributes: { widths, value } }) {
      out.data.fill(value);
      const strides = stridesOf(out.shape);
      const base = widths.reduce((sum, [before], axis) => sum + before * (strides[axis] ?? 0), 0);
      scatter(x.data, out.data, base, offsetsOf(x.shape, strides));
    },
    pullback: ({ cotangent, attributes: { widths } }) => [
      slice(
        cotangent,
        widths.map(([before, after]) => ({ start: before, ...(after === 0 ? {} : { stop: -after }) })),
      ),
    ],
    latex: ([x]) => application('pad', [x]),
  },
  (op) =>
    (
      first: Value | PadAttributes['widths'],
      second?: PadAttributes['widths'] | number,
      third?: number,
    ): unknown => {
      const apply = (x: Value, widths: PadAttributes['widths'], value = 0): Value =>
        build1(op(), [x], { widths, value });
      if (isValue(first)) return apply(first, typeof second === 'object' ? second : [], third);
      return (x: Value) => apply(x, first, typeof second === 'number' ? second : undefined);
    },
) as PadBuilder & Primitive<PadAttributes>; // The builder's overloads only tell whether the value comes first.
