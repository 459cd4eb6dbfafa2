import { type Node } from '@adjoint/core';
import { at, rightOrThrow } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Block } from './block.js';
import { firstOperand, type FamilyOf } from './rule.js';
import { viewIn } from './view.js';

/** Ops that put operands into one value, and that take such a value apart. */

export function lowerJoin(block: Block, node: Node, family: FamilyOf<'join'>): void {
  const out = at(node.outputs, 0);
  const { name } = node.op;
  const { parts, fill } = rightOrThrow(family.layout(node.inputs, node.attributes));
  const whole =
    fill === undefined ? block.module.temporary(name, out) : block.storage.filled(name, out, fill);
  zipWith(block.operands(node), parts, (operand, part) => block.storage.store(operand, viewIn(whole, part)));
  block.setView(out, whole);
}

export function lowerSplit(block: Block, node: Node, family: FamilyOf<'split'>): void {
  const { parts } = rightOrThrow(family.layout(node.outputs, node.attributes));
  const whole = block.storage.view(firstOperand(block, node));
  zipWith(node.outputs, parts, (output, part) => block.setView(output, viewIn(whole, part)));
}
