import { isFloat, scalar, type DType, type Node } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
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
  block.fuser.reduce(
    name,
    { combine: scalar.add, accumulator: isFloat(dtype) ? 'f64' : dtype },
    operand,
    axes,
  );

export function lowerReduction(block: Block, node: Node, family: FamilyOf<'reduction'>): void {
  const { combine, element, accumulator } = family;
  const { name } = node.op;
  const given = firstOperand(block, node);
  const { shape } = given;
  const { dtype } = at(node.inputs, 0);
  const x = scalar.argument('x', dtype);
  const body = element?.(x);
  if (!isCombination(combine) || (body !== undefined && !hasCodeFor(block, body))) {
    lowerOpaque(block, node);
    return;
  }
  const operand: Operand =
    body === undefined
      ? given
      : { location: block.fuser.elementwise(name, { parameters: [x], body }, [given], shape), shape };
  const combiner = { combine, accumulator: isFloat(dtype) ? (accumulator ?? dtype) : dtype };
  const axes = family.axes(node.attributes, shape.length);
  setRespread(block, node, block.fuser.reduce(name, combiner, operand, axes), shape);
}
