import { scalar, type Node, type Shape } from '@adjoint/core';
import { at, rightOrThrow, sizeOf, views } from '@adjoint/core/extend';
import type { View } from '../loop/kernel.js';
import type { Block } from './block.js';
import { inMemory, type Operand } from './location.js';
import { sumOf } from './reduction.js';
import { firstOperand, setRespread, type FamilyOf } from './rule.js';
import { viewIn } from './view.js';

/** The transposes of views: elements are added up where a view of zeros shows them. */

const without = <T>(list: readonly T[], axes: readonly number[]): T[] =>
  list.filter((_, axis) => !axes.includes(axis));

export function lowerUnview(block: Block, node: Node, family: FamilyOf<'unview'>): void {
  const out = at(node.outputs, 0);
  const { name } = node.op;
  const given = firstOperand(block, node);
  const shown = rightOrThrow(family.view([out.shape, given.shape], node.attributes));
  // What the view shows again and again is summed first.
  const repeated = views.repeatedAxes(shown);
  const operand: Operand = {
    location: sumOf(block, name, given, repeated, out.dtype),
    shape: without(given.shape, repeated),
  };
  const once: views.View = { start: shown.start, axes: without(shown.axes, repeated) };
  if (views.isWhole(once, out.shape)) {
    setRespread(block, node, operand.location, operand.shape);
    return;
  }
  const overlapping = views.overlappingAxes(once, out.shape);
  const isFull = overlapping.length === 0 && sizeOf(operand.shape) === sizeOf(out.shape);
  const whole = isFull ? block.module.temporary(name, out) : block.storage.filled(name, out, 0);
  if (overlapping.length === 0) block.storage.store(operand, viewIn(whole, once));
  else addPieces(block, name, { operand, whole, shown: once, overlapping });
  block.setView(out, whole);
}

interface Overlap {
  readonly operand: Operand;
  readonly whole: View;
  /** Where the operand's elements are added in the whole. */
  readonly shown: views.View;
  /** The axes that have to be fixed for no element of the whole to be shown twice. */
  readonly overlapping: readonly number[];
}

/** Every index of a shape, in row-major order. */
const positionsOf = (shape: Shape): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (indices, size) =>
      indices.flatMap((index) => Array.from({ length: size }, (_, each) => [...index, each])),
    [[]],
  );

/** Adds one position of the overlapping axes after the other: each is a piece of the whole, of elements that lie apart. */
function addPieces(block: Block, name: string, { operand, whole, shown, overlapping }: Overlap): void {
  const { dtype } = whole.buffer;
  const [x, y] = [scalar.argument('x', dtype), scalar.argument('y', dtype)];
  const sum = { parameters: [x, y], body: scalar.add(x, y) };
  const given = block.storage.view(operand);
  for (const position of positionsOf(overlapping.map((axis) => at(operand.shape, axis)))) {
    const start = operand.shape.map(() => 0);
    overlapping.forEach((axis, index) => (start[axis] = at(position, index)));
    // The same piece of the operand and of what it is added to.
    const piece: views.View = { start, axes: without(views.walks(operand.shape), overlapping) };
    const shape = views.shapeOfView(piece);
    const target = viewIn(whole, views.composed(piece, shown));
    const operands = [inMemory(target, shape), inMemory(viewIn(given, piece), shape)];
    const location = block.fuser.elementwise(name, sum, operands, shape);
    block.storage.store({ location, shape }, target);
  }
}
