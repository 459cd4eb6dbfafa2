import type { Node } from '@adjoint/core';
import type { CallAttributes } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Block } from './block.js';

/** A call is computed as if the nodes of its body stood in its place. */
export function lowerCall(block: Block, node: Node, { body }: CallAttributes): void {
  const locations = block.inline(body, block.operands(node));
  zipWith(node.outputs, locations, (output, location) => block.values.set(output, location));
}
