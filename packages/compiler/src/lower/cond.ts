import { type Graph, type Node } from '@adjoint/core';
import { at, type CondAttributes } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Block } from './block.js';
import type { LoweredBlock } from './sequence.js';

/** A cond becomes a choice between the kernels of its bodies, which put their results in the same buffers. */
export function lowerCond(outer: Block, node: Node, { whenTrue, whenFalse }: CondAttributes): void {
  const given = outer.operands(node).map((operand) => outer.storage.view(operand));
  const views = node.outputs.map((output) => outer.module.temporary(node.op.name, output));

  const bodyOf = ({ inputs, outputs }: Graph): LoweredBlock => {
    const inner = outer.inner();
    zipWith(inputs, given.slice(1), (input, view) => inner.setView(input, view));
    const values = Object.values(outputs);
    inner.compute(values);
    const results = zipWith(values, views, (value, view) => ({ operand: inner.values.operand(value), view }));
    return inner.finish(results, []);
  };

  const bodies = { whenTrue: bodyOf(whenTrue), whenFalse: bodyOf(whenFalse) };
  outer.addFor(node, { kind: 'branch', name: 'cond', predicate: at(given, 0), ...bodies }, views);
}
