import * as E from 'fp-ts/lib/Either.js';
import { constant } from '../families/source.js';
import { transposeOf, view, type Unview } from '../families/view.js';
import type { NoAttributes } from '../ir/description.js';
import type { Value, ViewOp } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { aValue } from '../ir/sorts.js';
import { aShape, expectArgument } from '../value/argument.js';
import { foundOr, refused } from '../ir/problem.js';
import { repeated, sameView, shapeOfView, stretchedView, viewFrom, walks } from '../ir/view.js';
import { product, within } from '../scalar/formula.js';
import { at } from '../support/list.js';
import type { DType } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import type { Broadcast, Fits } from '../value/shape-types.js';
import { broadcastStrides, type Shape } from '../value/shape.js';

/** Values repeated along axes, and summed over them: the two are each other's transposes. */

function applyBroadcastLike<D extends DType, S extends Shape>(
  x: Value<D>,
  like: Value<DType, S>,
): Value<D, S>;
function applyBroadcastLike(x: Value, like: Value): Value {
  return build1(broadcastLike, [x, like], {});
}

/** Repeated along axes of size 1, and new leading ones, to the shape of `like`. */
export const broadcastLike: typeof applyBroadcastLike & ViewOp<NoAttributes> = view(
  { name: 'broadcastLike', arity: 2 },
  {
    view: ([x, like]) =>
      foundOr(stretchedView(x, like), () => 'the first shape does not broadcast to the second'),
    like: true,
    broadcasts: true,
    transpose: {
      name: 'sumLike',
      latex([x], _attributes, [from, to]) {
        if (from === undefined || to === undefined) return x;
        // Where the second shape does not move along the first's axes, it was stretched.
        const summed = broadcastStrides(to.shape, from.shape).flatMap((stride, axis) =>
          stride === 0 && from.shape[axis] !== 1 ? [axis] : [],
        );
        return summed.length === 0
          ? x
          : product(`\\sum_{\\text{axis } ${summed.join(', ')}} ${within(x, 3)}`);
      },
    },
    behind: 'same',
    latex: ([x]) => x,
  },
  applyBroadcastLike,
);

/** `x` summed over the axes along which `like` was stretched to its shape: broadcasting, transposed. */
export const sumLike: Unview<NoAttributes> = transposeOf(broadcastLike);

/** Zeros in the dtype and shape of `like`. */
export function zerosLike<D extends DType, S extends Shape>(like: Value<D, S>): Value<D, S> {
  expectArgument('zerosLike', 'like', like, aValue);
  return broadcastLike(constant(0, like.dtype), like);
}

function applyRepeatLike<D extends DType>(x: Value<D>, batch: Value, axis?: number): Value<D>;
function applyRepeatLike(x: Value, batch: Value, axis = 0): Value {
  return build1(repeatLike, [x, batch], { axis });
}

/**
 * `x` again for each element of `batch` along an axis, which stands there in the result, the first unless given.
 * @example repeatLike(input('x', [3]), input('batch', [5, 2])).shape // [5, 3]
 */
export const repeatLike: typeof applyRepeatLike & ViewOp<{ readonly axis: number }> = view(
  { name: 'repeatLike', arity: 2, attributes: { axis: 'natural' } },
  {
    view([x, batch], { axis }) {
      const size = batch[axis];
      return size === undefined || axis > x.length
        ? refused(`there is no place ${axis} in rank ${x.length}, or no such axis of the second operand`)
        : E.right(viewFrom(x, [...walks(x.slice(0, axis)), repeated(size), ...walks(x.slice(axis), axis)]));
    },
    transpose: 'sumRepeats',
    behind: ({ axis }) => ({ axis: axis + 1 }),
    latex: ([x]) => x,
  },
  applyRepeatLike,
);

function applyBroadcastTo<D extends DType, S extends Shape, const T extends Shape>(
  x: Value<D, S>,
  shape: T & Fits<'broadcastTo', S, T, Broadcast<S, T>>,
): Value<D, T>;
function applyBroadcastTo<const T extends Shape>(
  shape: T,
): <D extends DType, S extends Shape>(
  x: Value<D, S> & Fits<'broadcastTo', S, T, Broadcast<S, T>>,
) => Value<D, T>;
function applyBroadcastTo(...given: Piped<Shape>): unknown {
  return bothWays('broadcastTo', ['shape', aShape], given, (x, shape) => build1(broadcastTo, [x], { shape }));
}

/** Repeated along axes of size 1, and new leading ones, to fill `shape`. */
export const broadcastTo: typeof applyBroadcastTo & ViewOp<{ readonly shape: Shape }> = view(
  { name: 'broadcastTo', attributes: { shape: 'shape' } },
  {
    view: ([x], { shape }) =>
      foundOr(stretchedView(x, shape), () => `the shape does not broadcast to ${formatShape(shape)}`),
    recognize(of, x) {
      const shape = shapeOfView(of);
      const stretched = stretchedView(x, shape);
      return stretched !== undefined && sameView(of, stretched) ? { shape } : undefined;
    },
    broadcasts: true,
    transpose: (cotangent, x) => sumLike(cotangent, x),
    behind: ({ shape }, batched) => ({ shape: [at(batched, 0), ...shape] }),
    latex: ([x]) => x,
  },
  applyBroadcastTo,
);
