import type { Tensor } from '../value/tensor.js';
import type { Node, SourceFamily, State } from './grammar.js';

/** What the nodes are that others start from. */

const sourceOf = ({ op: { family } }: Node): SourceFamily | undefined =>
  family.kind === 'source' ? family : undefined;

/** The name of an input node; `undefined` for any other. */
export const inputNameOf = (node: Node): string | undefined => sourceOf(node)?.input?.name(node.attributes);

/** Path and initial value of a state node; `undefined` for any other. */
export const stateOf = (node: Node): State | undefined => sourceOf(node)?.state?.(node.attributes);

/** The tensor of a constant's node; `undefined` for any other. */
export const constantOf = (node: Node): Tensor | undefined => sourceOf(node)?.constant?.(node.attributes);

/** Whether a node is a constant of rank 0, which readers see as the number that it is. */
export const isLiteral = (node: Node): boolean => constantOf(node)?.shape.length === 0;
