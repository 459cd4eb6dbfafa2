import { constant } from '../ir/source.js';
import type { Value } from '../ir/value.js';
import { multiply } from './elementwise.js';
import { broadcastLike, permuteDims } from './movement.js';
import { sum } from './reduction.js';
import { scan } from './scan.js';

/** For each element along `axis`, the product of those before it (after it where `reverse`). */
function productBefore(x: Value, axis: number, reverse: boolean): Value {
  const axes = x.shape.map((_, each) => each);
  const front = [axis, ...axes.filter((each) => each !== axis)];
  const back = axes.map((each) => front.indexOf(each));
  const [, products] = scan(
    ([product], [xi]) => ({
      carries: product && xi ? [multiply(product, xi)] : [],
      stacked: product ? [product] : [],
    }),
    {
      init: [broadcastLike(constant(1, x.dtype), sum(x, { axes: [axis] }))],
      sequences: [permuteDims(x, front)],
      reverse,
    },
  );
  return products === undefined ? x : permuteDims(products, back);
}

/**
 * For each element the product of the others along `axes`, without dividing by it, so that zeros do no harm:
 * the product of those before it times that of those after it, one axis after the other.
 */
export function productOfOthers(x: Value, axes: readonly number[]): Value {
  let others: Value = broadcastLike(constant(1, x.dtype), x);
  let products = x;
  for (const axis of axes) {
    const besides = multiply(productBefore(products, axis, false), productBefore(products, axis, true));
    others = multiply(others, besides);
    products = broadcastLike(multiply(besides, products), x);
  }
  return others;
}
