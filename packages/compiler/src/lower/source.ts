import { fromData, type Node, type TypedArray } from '@adjoint/core';
import { allocate, at, constantOf, sizeOf } from '@adjoint/core/extend';
import type { Block } from './block.js';
import type { FamilyOf } from './rule.js';

/**
 * What a source gives is known before anything runs. One element is part of the expressions that read it; more are in
 * memory, and are made there, once it is known that they are read and that there is room for them.
 */
export function lowerSource(block: Block, node: Node, family: FamilyOf<'source'>): void {
  const out = at(node.outputs, 0);
  const { dtype, shape } = out;
  const known = constantOf(node);
  const fill = (data: TypedArray): void => {
    data.fill(0);
    family.fill(fromData(dtype, shape, data), node.inputs, node.attributes);
  };
  if (sizeOf(shape) !== 1) {
    block.setView(out, known === undefined ? block.module.filled(out, fill) : block.module.constant(known));
    return;
  }
  const element = allocate(dtype, 1);
  fill(element);
  block.values.set(out, { kind: 'literal', value: at(element, 0), dtype });
}
