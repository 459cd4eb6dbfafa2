import { zeros, type Node, type Tensor } from '@adjoint/core';
import { at, constantOf } from '@adjoint/core/extend';
import type { Block } from './block.js';
import type { FamilyOf } from './rule.js';

/** What a source gives is known when it is compiled. */
function filled({ outputs, inputs, attributes }: Node, family: FamilyOf<'source'>): Tensor {
  const { dtype, shape } = at(outputs, 0);
  const out = zeros(shape, dtype);
  family.fill(out, inputs, attributes);
  return out;
}

/** A source of one element is part of the expressions that read it; any other is in memory. */
export function lowerSource(block: Block, node: Node, family: FamilyOf<'source'>): void {
  const out = at(node.outputs, 0);
  const tensor = constantOf(node) ?? filled(node, family);
  const { data, dtype } = tensor;
  if (data.length === 1) block.values.set(out, { kind: 'literal', value: at(data, 0), dtype });
  else block.setView(out, block.module.constant(tensor));
}
