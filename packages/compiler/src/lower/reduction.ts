import { at, broadcastStrides, normalizeAxes, scalar, sizeOf, type DType, type Shape } from '@adjoint/core';
import type { ScalarFunction } from '@adjoint/core';
import { respread } from '../loop/view.js';
import { firstOperand, type Rule } from './rule.js';

export interface ReductionAttributes {
  readonly axes?: readonly number[];
}

/** The axes that are reduced, in ascending order: all unless given. */
function axesOf(shape: Shape, { axes }: ReductionAttributes): readonly number[] {
  if (axes === undefined) return [...shape.keys()];
  const normalized = normalizeAxes(axes, shape.length);
  if (normalized === undefined) throw new RangeError(`no axes ${axes.join(', ')} of ${shape.length}`);
  return normalized;
}

/** Sums of f32 are added up in f64 and rounded once; everything else is combined in its own dtype. */
const accumulatorOf = (combine: ScalarFunction, dtype: DType): DType =>
  combine === scalar.add && dtype === 'f32' ? 'f64' : dtype;

/** A reduction by a function of two arguments. */
export const lowerReduction =
  (combine: ScalarFunction): Rule<ReductionAttributes> =>
  (block, node, out, attributes) => {
    const operand = firstOperand(block, node);
    const { shape } = operand;
    const combiner = { combine, accumulator: accumulatorOf(combine, out.dtype) };
    const location = block.fuser.reduce(node.op.name, combiner, operand, axesOf(shape, attributes));
    if (location.kind === 'view') block.setView(out, respread(location.view, shape, out.shape));
    else block.values.set(out, location);
  };

/** The axes along which `like` was stretched to `shape`. */
const stretchedAxes = (shape: Shape, like: Shape): readonly number[] =>
  broadcastStrides(like, shape).flatMap((_, axis) => {
    const own = axis - (shape.length - like.length);
    return (own < 0 || like[own] === 1) && shape[axis] !== 1 ? [axis] : [];
  });

const lowerSum = lowerReduction(scalar.add);

/** The transpose of a broadcast adds up what was stretched. */
export const lowerSumLike: Rule = (block, node, out) => {
  lowerSum(block, node, out, { axes: stretchedAxes(at(node.inputs, 0).shape, out.shape) });
};

/** How many elements are reduced is known. */
export const lowerCount: Rule<ReductionAttributes> = (block, node, out, attributes) => {
  const { shape } = at(node.inputs, 0);
  const value = sizeOf(axesOf(shape, attributes).map((axis) => at(shape, axis)));
  block.values.set(out, { kind: 'literal', value, dtype: out.dtype });
};
