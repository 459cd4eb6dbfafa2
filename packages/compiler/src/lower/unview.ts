import { at, scalar, sizeOf, type SliceRange, type Value, type WindowAttributes } from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import type { Block } from './block.js';
import { inMemory, type Operand } from './location.js';
import { firstOperand, type Rule } from './rule.js';
import { sliceView, windowsView } from './view.js';

/** The transposes of views: elements are added up where a view of zeros shows them. */

/** The transpose of `slice`: what is sliced shows every element once. */
export const lowerUnslice: Rule<{ readonly ranges: readonly SliceRange[] }> = (
  block,
  node,
  out,
  { ranges },
) => {
  const whole = block.storage.filled(node.op.name, out, 0);
  block.storage.store(firstOperand(block, node), sliceView(whole, out.shape, ranges));
  block.setView(out, whole);
};

/** The transpose of `windows`. */
export const lowerAddWindows: Rule<WindowAttributes> = (block, node, out, attributes) => {
  const operand = firstOperand(block, node);
  const { size, stride, dilation } = attributes;
  const areApart = size.every((each, axis) => at(stride, axis) > (each - 1) * at(dilation, axis));
  const whole = areApart
    ? placeWindows(block, operand, out, attributes)
    : addWindows(block, operand, out, attributes);
  block.setView(out, whole);
};

/** Windows that share no element are only stored: what is added to is the 0 that was there. */
function placeWindows(block: Block, operand: Operand, out: Value, attributes: WindowAttributes): View {
  const isFull = sizeOf(operand.shape) === sizeOf(out.shape);
  const { name } = out.node.op;
  const whole = isFull ? block.module.temporary(name, out) : block.storage.filled(name, out, 0);
  const x = scalar.argument('x', out.dtype);
  const added = { parameters: [x], body: scalar.add(scalar.constant(0, out.dtype), x) };
  const location = block.fuser.elementwise(name, added, [operand], operand.shape);
  block.storage.store({ location, shape: operand.shape }, windowsView(whole, attributes));
  return whole;
}

/** Every index of a shape, in row-major order. */
const positionsOf = (shape: readonly number[]): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (indices, size) =>
      indices.flatMap((index) => Array.from({ length: size }, (_, each) => [...index, each])),
    [[]],
  );

/** Adds up windows, one element of each at a time: those are as many pieces of the whole, cut with steps. */
function addWindows(
  block: Block,
  operand: Operand,
  out: Value,
  { size, stride, dilation }: WindowAttributes,
): View {
  const { name } = out.node.op;
  const whole = block.storage.filled(name, out, 0);
  const windowed = block.storage.view(operand);
  const positions = operand.shape.slice(0, out.shape.length);
  const outer = out.shape.length - size.length;
  const [x, y] = [scalar.argument('x', out.dtype), scalar.argument('y', out.dtype)];
  const sum = { parameters: [x, y], body: scalar.add(x, y) };
  const pieceStrides = whole.strides.map(
    (each, axis) => each * (axis < outer ? 1 : at(stride, axis - outer)),
  );
  const ones = size.map(() => 1);
  for (const element of positionsOf(size)) {
    /** How far the element lies behind the first of its window, where a step along each axis is so long. */
    const offsetOf = (strides: readonly number[], steps: readonly number[]): number =>
      element.reduce((offset, each, axis) => offset + each * at(steps, axis) * at(strides, axis), 0);
    const piece: View = {
      ...whole,
      offset: offsetOf(whole.strides.slice(outer), dilation),
      strides: pieceStrides,
    };
    const part: View = {
      ...windowed,
      offset: windowed.offset + offsetOf(windowed.strides.slice(outer + size.length), ones),
      strides: windowed.strides.slice(0, out.shape.length),
    };
    const operands = [inMemory(piece, positions), inMemory(part, positions)];
    const location = block.fuser.elementwise(name, sum, operands, positions);
    block.storage.store({ location, shape: positions }, piece);
  }
  return whole;
}
