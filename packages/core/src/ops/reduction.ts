import {
  reducedAxes,
  reducing,
  reduction,
  type Reducing,
  type ReductionCall,
  type ReductionOp,
} from '../families/reduction.js';
import type { Composite, Value } from '../ir/grammar.js';
import { scope } from '../ir/scope.js';
import * as scalar from '../scalar/functions.js';
import { callable } from '../support/callable.js';
import { broadcastLike } from './broadcast.js';
import { astype, divide, equal, multiply } from './elementwise.js';
import { expandDims } from './movement.js';
import { count } from './shape-numbers.js';

/** One element for those along some axes. */

/**
 * The sum over `axes`; of i32 modulo 2³². Floats are added up in doubles and rounded once, whatever they are fused with.
 * The interpreter adds in row-major order; in which order a compiling backend adds depends on the sizes alone.
 */
export const sum: ReductionOp = reduction(
  { name: 'sum' },
  { combine: scalar.add, accumulator: 'f64', empty: 0, command: '\\sum' },
);

/** A value of the shape that `x` has when these axes are reduced, stretched to that of `x` again. */
export const stretched = (value: Value, x: Value, axes: readonly number[], keepDims: boolean): Value =>
  // A single number stretches to any shape.
  broadcastLike(keepDims || axes.length === x.shape.length ? value : expandDims(value, axes), x);

/** Each largest (smallest) element gets an equal share of the cotangent. */
function shared({ inputs: [x], out, cotangent, attributes }: ReductionCall): readonly [Value] {
  const back = (value: Value): Value =>
    stretched(value, x, reducedAxes(attributes, x.shape.length), attributes.keepDims);
  const chosen = astype(equal(x, back(out)), x.dtype);
  const ties = sum(chosen, attributes);
  return [multiply(back(divide(cotangent, ties)), chosen)];
}

/** The largest element over `axes`, the same in any order; NaN if there is one. Equal largest elements share the cotangent equally. */
export const max: ReductionOp = reduction(
  { name: 'max' },
  { combine: scalar.maximum, pullback: shared, command: '\\max' },
);

/** The smallest element over `axes`; NaN if there is one. Equal smallest elements share the cotangent equally. */
export const min: ReductionOp = reduction(
  { name: 'min' },
  { combine: scalar.minimum, pullback: shared, command: '\\min' },
);

/** Whether every element over `axes` is true. */
export const all: ReductionOp<'bool'> = reduction(
  { name: 'all' },
  { combine: scalar.and, empty: 1, differentiable: false, command: '\\bigwedge' },
);

/** Whether any element over `axes` is true. */
export const any: ReductionOp<'bool'> = reduction(
  { name: 'any' },
  { combine: scalar.or, empty: 0, differentiable: false, command: '\\bigvee' },
);

/** The mean over `axes`: the sum, rounded, divided by the count, so that it holds for every size. */
export const mean: Composite & Reducing = callable(
  reducing<undefined>('mean', (x, attributes) =>
    scope('mean', () => divide(sum(x, attributes), count(x, attributes.axes))),
  ),
  { kind: 'composite' as const, name: 'mean' },
);
