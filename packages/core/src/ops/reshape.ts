import { reshaping, type ReshapingOp } from '../families/reshaping.js';
import type { NoAttributes } from '../ir/description.js';
import type { Found, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { integers } from '../value/argument.js';
import { foundOr, refused, rightOrThrow } from '../ir/problem.js';
import { at } from '../support/list.js';
import type { DType } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import type { Fits, Reshape } from '../value/shape-types.js';
import { sizeOf, type Shape } from '../value/shape.js';
import * as E from 'fp-ts/lib/Either.js';

/** The same elements in the same order, in other shapes. */

/** The shape that `to` means for `size` elements: one size may be -1, for whatever is left. */
function resolved(to: Shape, size: number): Shape | undefined {
  const known = sizeOf(to.filter((each) => each !== -1));
  const open = to.filter((each) => each === -1).length;
  if (open > 1 || to.some((each) => each < -1)) return undefined;
  const shape = open === 0 ? to : to.map((each) => (each === -1 ? size / known : each));
  return sizeOf(shape) === size && shape.every(Number.isInteger) ? shape : undefined;
}

const reshaped = (x: Shape, shape: Shape): Found<Shape> =>
  foundOr(
    resolved(shape, sizeOf(x)),
    () => `${sizeOf(x)} elements do not fill the shape ${formatShape(shape)}`,
  );

function applyReshape<D extends DType, S extends Shape, const T extends Shape>(
  x: Value<D, S>,
  shape: T & Fits<'reshape', S, T, Reshape<S, T>>,
): Value<D, Reshape<S, T>>;
function applyReshape<const T extends Shape>(
  shape: T,
): <D extends DType, S extends Shape>(
  x: Value<D, S> & Fits<'reshape', S, T, Reshape<S, T>>,
) => Value<D, Reshape<S, T>>;
function applyReshape(...given: Piped<Shape>): unknown {
  return bothWays('reshape', ['shape', integers], given, (x, shape) => build1(reshape, [x], { shape }));
}

/** The same elements in another shape; a size of -1 is whatever is left, and stays open when the graph is rebound. */
export const reshape: typeof applyReshape & ReshapingOp<{ readonly shape: Shape }> = reshaping(
  { name: 'reshape', attributes: { shape: 'integers' } },
  {
    shape: ([x], { shape }) => reshaped(x, shape),
    behind({ shape }, batched) {
      const batch = at(batched, 0);
      // Of no elements none of the sizes follows from the others.
      if (sizeOf(batched) === 0)
        return { shape: [batch, ...rightOrThrow(reshaped(batched.slice(1), shape))] };
      // Only one size can be open.
      return { shape: [shape.includes(-1) ? batch : -1, ...shape] };
    },
  },
  applyReshape,
);

function applyReshapeLike<D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>): Value<D, S>;
function applyReshapeLike(x: Value, like: Value): Value {
  return build1(reshapeLike, [x, like], {});
}

/** The same elements in the shape of `like`. */
export const reshapeLike: typeof applyReshapeLike & ReshapingOp<NoAttributes> = reshaping(
  { name: 'reshapeLike', arity: 2 },
  {
    shape: ([x, like]) =>
      sizeOf(x) === sizeOf(like) ? E.right(like) : refused('the numbers of elements differ'),
    like: true,
    behind: 'same',
    latex: ([x]) => x,
  },
  applyReshapeLike,
);

const applyFlatten = (x: Value, first = 0, last = -1): Value => build1(flatten, [x], { first, last });

/**
 * The axes from `first` to `last`, all of them unless given, as one.
 * @example flatten(input('x', [2, 3, 4]), 1).shape // [2, 12]
 */
export const flatten: ((x: Value, first?: number, last?: number) => Value) &
  ReshapingOp<{ readonly first: number; readonly last: number }> = reshaping(
  { name: 'flatten', attributes: { first: 'axis', last: 'axis' } },
  {
    shape: ([x], { first, last }) =>
      first > last
        ? refused(`there are no axes from ${first} to ${last}`)
        : E.right([...x.slice(0, first), sizeOf(x.slice(first, last + 1)), ...x.slice(last + 1)]),
    behind: 'axes',
  },
  applyFlatten,
);

const applyUnflatten = (x: Value, axis: number, sizes: Shape): Value =>
  build1(unflatten, [x], { axis, sizes });

/**
 * One axis as several; one of their sizes may be -1, for whatever is left.
 * @example unflatten(input('x', [2, 12]), 1, [3, -1]).shape // [2, 3, 4]
 */
export const unflatten: typeof applyUnflatten &
  ReshapingOp<{ readonly axis: number; readonly sizes: Shape }> = reshaping(
  { name: 'unflatten', attributes: { axis: 'axis', sizes: 'integers' } },
  {
    shape([x], { axis, sizes }) {
      const found = resolved(sizes, at(x, axis));
      return found === undefined
        ? refused(`the axis ${axis} of ${formatShape(x)} cannot be cut into ${formatShape(sizes)}`)
        : E.right([...x.slice(0, axis), ...found, ...x.slice(axis + 1)]);
    },
    behind: 'axes',
  },
  applyUnflatten,
);
