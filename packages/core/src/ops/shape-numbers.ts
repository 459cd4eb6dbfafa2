import { source, type SourceOp } from '../families/source.js';
import type { Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { one, refused } from '../ir/problem.js';
import { at } from '../support/list.js';
import type { DType } from '../value/dtype.js';
import { sizeOf } from '../value/shape.js';

/** Numbers that follow from shapes. */

function applyCount<D extends DType>(x: Value<D>, axes?: readonly number[]): Value<D, readonly []>;
function applyCount(x: Value, axes?: readonly number[]): Value {
  return build1(count, [x], axes === undefined ? {} : { axes });
}

/** How many elements of `x` lie along `axes` (all unless given), as a number of its dtype. */
export const count: typeof applyCount & SourceOp<{ readonly axes?: readonly number[] }> = source(
  { name: 'count', arity: 1, attributes: { axes: 'axes?' } },
  {
    types: ([{ dtype }]) => (dtype === 'bool' ? refused('does not take bool') : one(dtype, [])),
    fill({ data }, [{ shape }], { axes }) {
      data[0] = sizeOf(axes === undefined ? shape : axes.map((axis) => at(shape, axis)));
    },
  },
  applyCount,
);

function applyIndices(like: Value, axis?: number): Value<'i32'>;
function applyIndices(like: Value, axis = -1): Value {
  return build1(indicesAlong, [like], { axis });
}

/**
 * The index of each element of `like` along an axis, the last unless given: i32, in a shape that is 1 along all others.
 * @example indicesAlong(matrix).shape // [1, 4]
 */
export const indicesAlong: typeof applyIndices & SourceOp<{ readonly axis: number }> = source(
  { name: 'indicesAlong', arity: 1, attributes: { axis: 'axis' } },
  {
    types: ([{ shape }], { axis }) =>
      one(
        'i32',
        shape.map((size, each) => (each === axis ? size : 1)),
      ),
    fill({ data }) {
      for (let i = 0; i < data.length; i++) data[i] = i;
    },
    behind: 'axes',
  },
  applyIndices,
);
