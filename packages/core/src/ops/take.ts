import { indexed, unindexedOf, type Unindexed } from '../families/indexed.js';
import type { IndexedOp, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { repeated, viewFrom, walks } from '../ir/view.js';
import { atom, within } from '../scalar/formula.js';
import type { DType } from '../value/dtype.js';
import * as E from 'fp-ts/lib/Either.js';
import type { AxisAttributes } from './join.js';

/** Elements chosen by indices that are data, such as the examples of a batch. */

function applyTake<D extends DType>(x: Value<D>, indices: Value<'i32'>, axis?: number): Value<D>;
function applyTake(x: Value, indices: Value, axis = 0): Value {
  return build1(take, [x, indices], { axis });
}

/**
 * The elements of `x` at `indices` along an axis, the first unless given, in whose place stand the axes of the indices.
 * Negative indices count from the end. For an index that is outside it gives NaN, or 0 and false where the dtype has no
 * NaN, as JAX does.
 * @example take(matrix, constant(tensor([2, 0], 'i32'))).shape // [2, 4]
 */
export const take: typeof applyTake & IndexedOp<AxisAttributes> = indexed(
  { name: 'take', attributes: { axis: 'axis' } },
  {
    view([x, indices], { axis }) {
      const [before, after] = [x.slice(0, axis), x.slice(axis + 1)];
      return E.right({
        ...viewFrom(x, [...walks(before), ...indices.map(repeated), ...walks(after, axis + 1)]),
        axis,
        by: viewFrom(indices, [...before.map(repeated), ...walks(indices), ...after.map(repeated)]),
      });
    },
    transpose: 'addTaken',
    behind: 'axes',
    describe: ({ axis }) => (axis === 0 ? '' : `axis=${axis}`),
    latex: ([x, indices]) => atom(`${within(x, 6)}_{${indices.text}}`),
  },
  applyTake,
);

/** Zeros in the shape of `like`, to which each slice of `x` is added where `take(like, indices, axis)` reads it. */
export const addTaken: Unindexed<AxisAttributes> = unindexedOf(take);
