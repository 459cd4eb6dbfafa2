import * as a from '@adjoint/core';
import { input, type DType, type Shape, type Tensor, type Value } from '@adjoint/core';
import { at, sizeOf } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { anyNumbers, filled, indices, summable, type Numbers } from './numbers.js';
import {
  anAxis,
  MOST_ELEMENTS,
  narrowed,
  rankedShapes,
  shapes,
  shapesOf,
  sizeAlong,
  sizes,
  upTo,
} from './shapes.js';

/** Operands and attributes that are generated, with what is built of them. */

/** Operands, and an op applied to values in their place. */
export interface Sample {
  readonly operands: readonly Tensor[];
  readonly build: (...operands: readonly Value[]) => Value | readonly Value[];
}

/** Samples of an op for operands of a dtype. */
export type Sampler = (dtype: DType) => fc.Arbitrary<Sample>;
type Build = Sample['build'];
/** Attributes that fit a shape. */
export type Attributes<P> = (shape: Shape) => fc.Arbitrary<P>;

export const none: Attributes<undefined> = () => fc.constant(undefined);

/** Operands of these dtypes that broadcast. */
export const broadcasting = (dtypes: readonly DType[], build: Build): fc.Arbitrary<Sample> =>
  shapes
    .chain((shape) => fc.tuple(...dtypes.map((dtype) => narrowed(shape).chain((own) => filled(dtype, own)))))
    .map((operands) => ({ operands, build }));

/** No operand: a tensor that the op holds. */
export const holding =
  (build: (x: Tensor) => Value): Sampler =>
  (dtype) =>
    shapes.chain((shape) => filled(dtype, shape)).map((x) => ({ operands: [], build: () => build(x) }));

/** One operand, with attributes that fit its shape. */
export const one =
  <P>(
    attributes: Attributes<P>,
    op: (x: Value, p: P) => Value,
    numbers: Numbers = anyNumbers,
    from: fc.Arbitrary<Shape> = shapes,
  ): Sampler =>
  (dtype) =>
    from.chain((shape) =>
      fc
        .tuple(filled(dtype, shape, numbers), attributes(shape))
        .map(([x, p]) => ({ operands: [x], build: (value) => op(value, p) })),
    );

/** The same where there must be an axis. */
export const ranked = <P>(attributes: Attributes<P>, op: (x: Value, p: P) => Value): Sampler =>
  one(attributes, op, anyNumbers, rankedShapes);

interface Made {
  readonly of: readonly Shape[];
  readonly build: Build;
}

/** Operands whose shapes come together with the op. */
const several =
  (made: fc.Arbitrary<Made>, numbers = anyNumbers): Sampler =>
  (dtype) =>
    made.chain(({ of, build }) =>
      fc.tuple(...of.map((shape) => filled(dtype, shape, numbers))).map((operands) => ({ operands, build })),
    );

/** Two operands whose shapes follow from one. */
export const two = (
  pairs: Attributes<readonly [Shape, Shape]>,
  build: (x: Value, y: Value) => Value,
  numbers: Numbers = anyNumbers,
): Sampler =>
  several(
    shapes.chain((shape) => pairs(shape).map((of) => ({ of, build }))),
    numbers,
  );

/** The transpose of another op: it takes what that gives of a shape, and the shape. */
export const transposeOf = <P>(
  attributes: Attributes<P>,
  op: (x: Value, p: P) => Value,
  transpose: (x: Value, like: Value, p: P) => Value,
  numbers: Numbers = anyNumbers,
): Sampler =>
  several(
    shapes.chain((shape) =>
      attributes(shape).map((p) => ({
        of: [op(input('x', shape), p).shape, shape],
        build: (x, like) => transpose(x, like, p),
      })),
    ),
    numbers,
  );

/** An operand that broadcasts to a shape, and that shape. */
export const stretched = (stretch: (x: Value, to: Shape) => Value): Sampler =>
  several(shapes.chain((to) => narrowed(to).map((shape) => ({ of: [shape], build: (x) => stretch(x, to) }))));

/** Pieces of one shape but for their size along an axis; the whole before them where it is given. */
export const pieces = (
  given: 'parts' | 'whole',
  build: (values: readonly Value[], axis: number) => Value | readonly Value[],
): Sampler =>
  several(
    fc.tuple(rankedShapes, fc.array(sizes, { minLength: 1, maxLength: 3 })).chain(([shape, along]) =>
      anAxis(shape).map((axis) => {
        const withSize = (size: number): Shape => [...shape].with(axis, size);
        const whole = withSize(along.reduce((sum, size) => sum + size, 0));
        const of = [...(given === 'whole' ? [whole] : []), ...along.map(withSize)];
        return { of, build: (...values) => build(values, axis) };
      }),
    ),
  );

const isInteger = (x: Value): x is Value<'i32'> => x.dtype === 'i32';
function integers(x: Value): Value<'i32'> {
  if (!isInteger(x)) throw new TypeError(`indices are i32, given ${x.dtype}`);
  return x;
}

/** A tensor, i32 indices into an axis of it, and what they take. */
export const taking = (
  given: 'whole' | 'taken',
  build: (x: Value, indices: Value<'i32'>, like: Value, axis: number) => Value,
  numbers: Numbers = anyNumbers,
): Sampler => {
  const shaped = fc
    .tuple(rankedShapes, shapesOf(0, 2))
    .chain(([whole, chosen]) =>
      anAxis(whole).map((axis) => {
        const place = axis < 0 ? axis + whole.length : axis;
        return {
          axis,
          whole,
          chosen,
          size: sizeAlong(whole, axis),
          taken: whole.toSpliced(place, 1, ...chosen),
        };
      }),
    )
    .filter(({ taken }) => sizeOf(taken) <= 4 * MOST_ELEMENTS);
  return (dtype) =>
    shaped.chain(({ axis, chosen, size, ...of }) =>
      fc
        .tuple(filled(dtype, of[given], numbers), indices(chosen, size), filled(dtype, of.whole, numbers))
        .map((operands) => ({ operands, build: (x, i, like) => build(x, integers(i), like, axis) })),
    );
};

/** Two stacks of matrices that broadcast. */
export const matrices = (build: (x: Value, y: Value) => Value): Sampler =>
  several(
    fc
      .record({ stack: shapesOf(0, 2), m: sizes, k: sizes, n: sizes })
      .filter(({ stack, m, k, n }) => sizeOf(stack) * m * k * n <= 30 * MOST_ELEMENTS)
      .chain(({ stack, m, k, n }) =>
        fc.tuple(narrowed(stack), narrowed(stack)).map(([left, right]) => ({
          of: [
            [...left, m, k],
            [...right, k, n],
          ],
          build,
        })),
      ),
    summable,
  );

/** Along the two axes of an image. */
type Pair = readonly [number, number];
const pair = (of: fc.Arbitrary<number>): fc.Arbitrary<Pair> => fc.tuple(of, of);
interface Windows {
  readonly size: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
}
/** Whether windows fit into images, of which they see the padding too. */
const fits = (image: Shape, { size, padding = [0, 0], dilation = [1, 1] }: Windows): boolean =>
  image
    .slice(-2)
    .every((length, axis) => (at(size, axis) - 1) * at(dilation, axis) + 1 <= length + 2 * at(padding, axis));
const images = (channels: fc.Arbitrary<number>): fc.Arbitrary<[number, number, number, number]> =>
  fc.tuple(fc.nat(2), channels, upTo(9), upTo(9));

export const pooled = (
  pool: (x: Value, options: a.PoolingOptions) => Value,
  numbers: Numbers = anyNumbers,
): Sampler =>
  several(
    fc
      .record({
        image: images(fc.nat(4)),
        options: fc.record(
          { size: pair(upTo(3)), stride: pair(upTo(3)), padding: pair(fc.nat(1)) },
          { requiredKeys: ['size'] },
        ),
      })
      .filter(({ image, options }) => fits(image, options))
      .map(({ image, options }) => ({ of: [image], build: (x) => pool(x, options) })),
    numbers,
  );

export const convolved = (
  convolve: (x: Value, filters: Value, options: a.ConvolutionOptions) => Value,
): Sampler =>
  several(
    fc
      .record({
        image: images(fc.nat(2)),
        filters: upTo(2),
        size: pair(upTo(3)),
        options: fc.record(
          { stride: pair(upTo(2)), padding: pair(fc.nat(2)), dilation: pair(upTo(2)), groups: upTo(3) },
          { requiredKeys: [] },
        ),
      })
      .filter(({ image, size, options }) => fits(image, { ...options, size }))
      .map(({ image: [batch, each, ...axes], filters, size, options }) => {
        const { groups = 1 } = options;
        return {
          of: [
            [batch, groups * each, ...axes],
            [groups * filters, each, ...size],
          ],
          build: (x, w) => convolve(x, w, options),
        };
      }),
    summable,
  );
