import { at, type ConstantAttributes } from '@adjoint/core';
import type { Rule } from './rule.js';

/** A constant of one element is part of the expressions that read it; any other is in memory. */
export const lowerConstant: Rule<ConstantAttributes> = (block, _node, out, { value }) => {
  if (value.data.length === 1)
    block.values.set(out, { kind: 'literal', value: at(value.data, 0), dtype: value.dtype });
  else block.setView(out, block.module.constant(value));
};
