import { at, type Node, type Value } from '@adjoint/core';
import type { Block } from './block.js';
import type { Operand } from './location.js';

/** What becomes of the nodes of an op: says where their outputs are. `out` is the first of them. */
export type Rule<A = unknown> = (block: Block, node: Node, out: Value, attributes: A) => void;

/** The first operand of a node. */
export const firstOperand = (block: Block, node: Node): Operand => at(block.operands(node), 0);
