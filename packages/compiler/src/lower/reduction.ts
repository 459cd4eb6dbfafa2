import { isFloat, scalar, type DType, type Node, type Scalar } from '@adjoint/core';
import { accumulationSteps, at, rightOrThrow, sizeOf } from '@adjoint/core/extend';
import { isCombination } from '../loop/combine.js';
import type { Block } from './block.js';
import type { Location, Operand } from './location.js';
import { hasCodeFor } from './map.js';
import { lowerOpaque } from './opaque.js';
import { firstOperand, setRespread, type FamilyOf } from './rule.js';

/** Ops that make one element of several. */

/** A sum over some axes, of floats in doubles. */
export const sumOf = (
  block: Block,
  name: string,
  operand: Operand,
  axes: readonly number[],
  dtype: DType,
): Location =>
  sizeOf(operand.shape) === 0
    ? { kind: 'literal', value: 0, dtype }
    : block.fuser.reduce(
        name,
        { combine: scalar.add, accumulator: isFloat(dtype) ? 'f64' : dtype },
        operand,
        axes,
      );

/** A lambda of an operand; the operand itself where the lambda changes nothing. */
function compute(block: Block, name: string, lambda: scalar.Lambda, operand: Operand): Operand {
  const { shape } = operand;
  return lambda.body === lambda.parameters[0]
    ? operand
    : { location: block.fuser.elementwise(name, lambda, [operand], shape), shape };
}

/** What an expression of doubles converts from f32; itself where it does not. */
const narrowed = (body: Scalar): Scalar => {
  const [x] = body.kind === 'applied' && body.fn === scalar.convertTo.f64 ? body.operands : [];
  return x?.dtype === 'f32' ? x : body;
};

export function lowerReduction(block: Block, node: Node, family: FamilyOf<'reduction'>): void {
  const { combine } = family;
  const { name } = node.op;
  const given = firstOperand(block, node);
  const { shape } = given;
  const out = at(node.outputs, 0);
  if (sizeOf(shape) === 0) {
    // Where `empty` is absent, the type rule has seen to it that the result has no elements.
    block.values.set(out, { kind: 'literal', value: family.empty ?? 0, dtype: out.dtype });
    return;
  }
  const { accumulator, lift, finish } = rightOrThrow(accumulationSteps(family, out.dtype));
  if (!isCombination(combine) || !hasCodeFor(block, lift.body)) {
    lowerOpaque(block, node);
    return;
  }
  const axes = family.axes(node.attributes, shape.length);
  // A kernel that reduces f32 in doubles makes them doubles itself, and rounds the result.
  const body = out.dtype === 'f32' ? narrowed(lift.body) : lift.body;
  const elements = compute(block, name, { ...lift, body }, given);
  const reduced: Operand = {
    location: block.fuser.reduce(name, { combine, accumulator }, elements, axes),
    shape: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  };
  const { location } = body === lift.body ? compute(block, name, finish, reduced) : reduced;
  setRespread(block, node, location, reduced.shape);
}
