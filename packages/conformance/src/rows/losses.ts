import * as g from '@adjoint/learn';
import { at, last, type Tensor, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { roundings, type BoundOf } from '../compare/bounds.js';
import { filled, indices, probabilities, summable } from '../generate/numbers.js';
import type { Sampler } from '../generate/samples.js';
import { rankedShapes } from '../generate/shapes.js';

/** Samples of losses, and how far they may be off. */

/** Found by its name, as in a file; an operand beside its own is not looked at. */
export function stopGradient(x: Value): Value {
  const op = g.lossOps.find(({ name }) => name === 'stopGradient');
  if (op === undefined) throw new Error('no op stopGradient');
  return op(x, x);
}

/** Shapes whose last axis has classes along it. */
export const classified: typeof rankedShapes = rankedShapes.filter((shape) => last(shape) !== 0);

/** Logits, and probabilities of their shape or labels. */
export const classifications: Sampler = (dtype) =>
  classified.chain((shape) => {
    const labels = indices(shape.slice(0, -1), last(shape));
    return fc
      .tuple(filled(dtype, shape, summable), fc.oneof(filled(dtype, shape, probabilities), labels))
      .map((operands) => ({ operands, build: g.softmaxCrossEntropy }));
  });

const elements = (operands: readonly Tensor[]): number => at(operands, 0).data.length;
const classes = (operands: readonly Tensor[]): number => last(at(operands, 0).shape);

/** More than the mean of the terms of mean (softplus x − y x). */
function meanTerm(operands: readonly Tensor[]): number {
  const [x, y] = [at(operands, 0), at(operands, 1)];
  let sum = 0;
  x.data.forEach((each, index) => (sum += 1 + Math.abs(each) * (1 + Math.abs(at(y.data, index)))));
  return sum / x.data.length;
}

/** n terms of one sign, with a few roundings each. */
export const terms: BoundOf = roundings((x) => 2 * elements(x) + 12);
export const termsOfBothSigns: BoundOf = roundings((x) => 2 * elements(x) + 12, meanTerm);
/** The logarithm of a sum of n exponentials is off by as much as the sum, relative to itself. */
export const logarithms: BoundOf = roundings(
  (x) => 2 * classes(x) + 16,
  () => 1,
);
export const termsOfLogarithms: BoundOf = roundings((x) => 2 * elements(x) + 16, classes);
