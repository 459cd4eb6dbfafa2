import { scalar, type MapAttributes } from '@adjoint/core';
import { lowerOpaque } from './opaque.js';
import type { Rule } from './rule.js';

/** An elementwise op is a scalar expression, where the target has code for every function in it. */
export const lowerMap: Rule<MapAttributes> = (block, node, out, { name, lambda }) => {
  const { hasCode } = block.module.target;
  const parts = scalar.partsOf(lambda.body);
  if (parts.every((part) => part.kind !== 'applied' || hasCode(part.fn)))
    block.values.set(out, block.fuser.elementwise(name, lambda, block.operands(node), out.shape));
  else lowerOpaque(block, node);
};
