import type { Node } from '@adjoint/core';
import type { Block } from './block.js';

/** An op without code runs its own kernel, on memory without gaps. */
export function lowerOpaque(block: Block, node: Node): void {
  const { name } = node.op;
  const reads = block.operands(node).map((operand) => block.storage.contiguous(operand));
  const writes = node.outputs.map((output) => block.module.temporary(name, output));
  const target = block.module.calls.push({ node, reads, writes }) - 1;
  block.addFor(node, { kind: 'call', name, target, reads, writes }, writes);
}
