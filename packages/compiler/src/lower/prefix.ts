import { scalar, type Node } from '@adjoint/core';
import { accumulationSteps, at, rightOrThrow } from '@adjoint/core/extend';
import { combinationOf, isCombination } from '../loop/combine.js';
import type { Block } from './block.js';
import { inMemory, type Operand } from './location.js';
import { lowerOpaque } from './opaque.js';
import { firstOperand, type FamilyOf } from './rule.js';
import { Slices } from './slices.js';

/**
 * A cumulative sum, product or the like becomes a loop along the axis: its kernel combines a carry in the accumulator's
 * dtype with the slice that the loop is at, and stores the carry rounded to the dtype of the output.
 */
export function lowerPrefix(block: Block, node: Node, family: FamilyOf<'prefix'>): void {
  const { combine } = family;
  if (!isCombination(combine)) {
    lowerOpaque(block, node);
    return;
  }
  const out = at(node.outputs, 0);
  const { name } = node.op;
  const [axis, reverse] = [family.axis(node.attributes), family.reverse(node.attributes)];
  const { accumulator, lift, combine: both, finish } = rightOrThrow(accumulationSteps(family, out.dtype));
  const shape = out.shape.toSpliced(axis, 1);
  const start = combinationOf(combine).neutral(accumulator);
  const carry = block.storage.filled('carry', { dtype: accumulator, shape }, start);
  const results = block.module.temporary(name, out);
  const slices = new Slices(at(out.shape, axis), reverse);
  const slice = slices.of(block.storage.view(firstOperand(block, node)), 'slice', axis);

  const inner = block.inner();
  const [sum, each] = [at(both.parameters, 0), at(both.parameters, 1)];
  const next = {
    parameters: [sum, ...lift.parameters],
    body: scalar.substitute(both.body, new Map([[each, lift.body]])),
  };
  const compute = (lambda: scalar.Lambda, operands: readonly Operand[]): Operand => ({
    location: inner.fuser.elementwise(name, lambda, operands, shape),
    shape,
  });
  const combined = compute(next, [inMemory(carry, shape), inMemory(slice, shape)]);
  const body = inner.finish(
    [{ operand: compute(finish, [combined]), view: slices.of(results, name, axis) }],
    [{ operand: combined, view: carry }],
  );
  const steps = at(out.shape, axis);
  block.addFor(node, { kind: 'repeat', name, steps, moving: slices.moving, body }, [results]);
}
