import { reducedAxes, reduction, type ReductionOp } from '../families/reduction.js';
import { constant } from '../families/source.js';
import type { Value } from '../ir/grammar.js';
import * as scalar from '../scalar/functions.js';
import { at } from '../support/list.js';
import { broadcastLike } from './broadcast.js';
import { multiply } from './elementwise.js';
import { permuteDims } from './movement.js';
import { stretched, sum } from './reduction.js';
import { scan } from './scan.js';

/** For each element along `axis`, the product of those before it (after it where `reverse`). */
function productBefore(x: Value, axis: number, reverse: boolean): Value {
  const axes = x.shape.map((_, each) => each);
  const front = [axis, ...axes.filter((each) => each !== axis)];
  const back = axes.map((each) => front.indexOf(each));
  const ones = broadcastLike(constant(1, x.dtype), sum(x, { axes: [axis] }));
  const results = scan(
    ([product = ones], [xi = ones]) => ({ carries: [multiply(product, xi)], stacked: [product] }),
    { init: [ones], sequences: [permuteDims(x, front)], reverse },
  );
  return permuteDims(at(results, 1), back);
}

/**
 * For each element the product of the others along `axes`, without dividing by it, so that zeros do no harm:
 * the product of those before it times that of those after it, one axis after the other.
 */
function productOfOthers(x: Value, axes: readonly number[]): Value {
  let others: Value = broadcastLike(constant(1, x.dtype), x);
  let products = x;
  for (const axis of axes) {
    const besides = multiply(productBefore(products, axis, false), productBefore(products, axis, true));
    others = multiply(others, besides);
    products = broadcastLike(multiply(besides, products), x);
  }
  return others;
}

/**
 * The product over `axes`; of i32 modulo 2³². Floats are multiplied from left to right in row-major order, each product
 * rounded to their dtype, on every backend: in another order a product may overflow on the way, and 0 · ∞ is NaN.
 */
export const prod: ReductionOp = reduction(
  { name: 'prod' },
  {
    combine: scalar.multiply,
    empty: 1,
    // ∂(x₁ … xₙ)/∂xᵢ is the product of the others; out / xᵢ would fail at 0.
    pullback({ inputs: [x], cotangent, attributes }) {
      const axes = reducedAxes(attributes, x.shape.length);
      return [multiply(stretched(cotangent, x, axes, attributes.keepDims), productOfOthers(x, axes))];
    },
    command: '\\prod',
  },
);
