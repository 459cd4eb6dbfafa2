import * as a from '@adjoint/core';
import { at, last, sizeOf, type WindowAttributes } from '@adjoint/core/extend';
import { type Shape } from '@adjoint/core';
import * as fc from 'fast-check';

/** Shapes that are generated, and attributes that fit them. */

// Shapes

/** Zeros, ones and odd lengths, and some that fill a few vectors and leave something over. */
export const sizes: fc.Arbitrary<number> = fc.constantFrom(0, 1, 1, 2, 2, 3, 3, 5, 8, 17, 33);

export const MOST_ELEMENTS = 3000;
export const shapesOf = (leastRank: number, greatestRank: number): fc.Arbitrary<Shape> =>
  fc
    .array(sizes, { minLength: leastRank, maxLength: greatestRank })
    .filter((shape) => sizeOf(shape) <= MOST_ELEMENTS);
export const shapes: fc.Arbitrary<Shape> = shapesOf(0, 4);
export const rankedShapes: fc.Arbitrary<Shape> = shapesOf(1, 4);

/** A shape that broadcasts to another: some sizes are 1, some leading axes are missing. */
export const narrowed = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(someAxes(shape), fc.nat(shape.length))
    .map(([ones, dropped]) => shape.map((size, axis) => (ones.includes(axis) ? 1 : size)).slice(dropped));

export const besideNarrowed = (shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> =>
  narrowed(shape).map((other) => [shape, other]);
export const narrowedBeside = (shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> =>
  narrowed(shape).map((other) => [other, shape]);

/** A shape beside one that has axes. */
export const besideRanked = (shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> =>
  shapesOf(1, 2).map((other) => [shape, other]);

/** The same number of elements along other axes: in another order, some of them joined. */
const regrouped = (shape: Shape): fc.Arbitrary<readonly number[]> =>
  fc.tuple(orders(shape), someAxes(shape)).map(([order, joined]) =>
    order.reduce<readonly number[]>((to, axis, place) => {
      const size = at(shape, axis);
      return place > 0 && joined.includes(place) ? [...to.slice(0, -1), last(to) * size] : [...to, size];
    }, []),
  );

export const besideRegrouped = (shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> =>
  regrouped(shape).map((other) => [shape, other]);
export const twice = (shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> => fc.constant([shape, shape]);

// Attributes that fit a shape

export const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(of, { nil: undefined });
export const upTo = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
export const axes = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

export const someAxes = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(axes(shape.length));
export const someOrAllAxes = (shape: Shape): fc.Arbitrary<number[] | undefined> => optional(someAxes(shape));
export const orders = ({ length }: Shape): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(axes(length), { minLength: length });
/** The size of an axis that is counted from either end. */
export const sizeAlong = (shape: Shape, axis: number): number =>
  at(shape, axis < 0 ? axis + shape.length : axis);
/** One axis, counted from either end. */
export const anAxis = ({ length }: Shape): fc.Arbitrary<number> =>
  fc.integer({ min: -length, max: length - 1 });
export const axesOfSizeOne = (shape: Shape): fc.Arbitrary<number[]> =>
  fc.subarray(axes(shape.length).filter((axis) => shape[axis] === 1));
export const newAxes = (shape: Shape): fc.Arbitrary<number[]> =>
  fc.nat(2).chain((n) => fc.subarray(axes(shape.length + n), { minLength: n, maxLength: n }));
/** The first and the last of some axes side by side, each counted from either end. */
export const neighbours = ({ length }: Shape): fc.Arbitrary<readonly number[]> =>
  fc
    .record({
      ends: fc.tuple(fc.nat(length - 1), fc.nat(length - 1)),
      back: fc.tuple(fc.boolean(), fc.boolean()),
    })
    .map(({ ends, back }) =>
      ends.toSorted((p, q) => p - q).map((axis, end) => axis - (back[end] ? length : 0)),
    );

export const reductions = (shape: Shape): fc.Arbitrary<a.ReductionOptions> =>
  fc
    .record({ chosen: someOrAllAxes(shape), keepDims: fc.boolean(), back: fc.boolean() })
    .map(({ chosen, keepDims, back }) => ({
      keepDims,
      ...(chosen && { axes: chosen.map((axis) => axis - (back ? shape.length : 0)) }),
    }));
/** Those with an element for each result. */
export const reductionsOfElements = (shape: Shape): fc.Arbitrary<a.ReductionOptions> =>
  shape.includes(0)
    ? someAxes(shape).map((chosen) => ({ axes: chosen.filter((axis) => shape[axis] !== 0) }))
    : reductions(shape);

/** What `regrouped` gives, with one size left open where the others tell it. */
export const reshapes = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(regrouped(shape), fc.integer({ min: -1, max: shape.length - 1 }))
    .map(([to, open]) => (sizeOf(to) === 0 ? to : to.map((size, axis) => (axis === open ? -1 : size))));
/** An axis, and sizes that make it up. */
export const cuts = (shape: Shape): fc.Arbitrary<readonly [number, Shape]> =>
  anAxis(shape).chain((axis) => {
    const size = sizeAlong(shape, axis);
    const divisors = axes(size + 1).filter((n) => size % n === 0);
    const ways = divisors.flatMap((n) => [
      [n, size / n],
      [-1, n],
      [n, 1, size / n],
    ]);
    return fc.tuple(
      fc.constant(axis),
      fc.constantFrom(
        ...(size === 0
          ? [
              [0, 3],
              [2, 0],
            ]
          : ways),
      ),
    );
  });

export const ranges = (shape: Shape): fc.Arbitrary<a.SliceRange[]> =>
  fc
    .tuple(
      ...shape.map((size) => {
        const index = fc.integer({ min: -size - 2, max: size + 2 });
        return fc.record({ start: index, stop: index, step: upTo(4) }, { requiredKeys: [] });
      }),
    )
    .chain((all) => fc.nat(all.length).map((length) => all.slice(0, length)));

interface Padding {
  readonly widths: readonly (readonly [number, number])[];
  readonly value: number;
}
export const paddings = (shape: Shape): fc.Arbitrary<Padding> =>
  fc.record({
    widths: fc.tuple(...shape.map(() => fc.tuple(fc.nat(3), fc.nat(3)))),
    value: fc.constantFrom(0, -0, 1, 2.5, NaN, -Infinity),
  });

/** Windows over last axes that have elements. */
export const windowings = (shape: Shape): fc.Arbitrary<WindowAttributes> =>
  fc
    .nat(shape.length - 1 - shape.lastIndexOf(0))
    .chain((n) => fc.tuple(...shape.slice(shape.length - n).map(windowing)))
    .map((each) => ({
      size: each.map(({ size }) => size),
      stride: each.map(({ stride }) => stride),
      dilation: each.map(({ dilation }) => dilation),
    }));
const windowing = (length: number): fc.Arbitrary<Record<keyof WindowAttributes, number>> =>
  upTo(Math.min(length, 3)).chain((size) => {
    const dilation = upTo(size === 1 ? 3 : Math.min(Math.floor((length - 1) / (size - 1)), 3));
    return fc.record({ size: fc.constant(size), stride: upTo(3), dilation });
  });
