import type { Graph } from '@adjoint/core';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Rule } from './rule.js';

/** A call is computed as if the nodes of its body stood in its place. */
export const lowerCall: Rule<{ readonly body: Graph }> = (block, node, _out, { body }) => {
  const locations = block.inline(body, block.operands(node));
  zipWith(node.outputs, locations, (output, location) => block.values.set(output, location));
};
