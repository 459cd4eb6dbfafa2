import type { CondAttributes, Graph, Node } from '@adjoint/core';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Kernel } from '../loop/kernel.js';
import type { Lowering } from './lowering.js';

/** A cond becomes a choice between the kernels of its bodies, which put their results in the same places. */
export function lowerCond(outer: Lowering, node: Node, { whenTrue, whenFalse }: CondAttributes): void {
  const [predicate, ...operands] = outer.operandsOf(node).map((operand) => outer.view(operand));
  if (predicate === undefined) return;
  const views = node.outputs.map((output) => outer.room(output));

  const bodyOf = ({ inputs, outputs }: Graph): readonly Kernel[] => {
    const inner = outer.block();
    inputs.forEach((input, index) => {
      const view = operands[index];
      if (view !== undefined) inner.setPlace(input, { kind: 'view', view });
    });
    const values = Object.values(outputs);
    inner.compute(values);
    const results = zipWith(values, views, (value, view) => ({ value, view }));
    return inner.finish(results, []);
  };

  const bodies = { whenTrue: bodyOf(whenTrue), whenFalse: bodyOf(whenFalse) };
  outer.addFor(node, { kind: 'branch', name: 'cond', predicate, ...bodies }, views);
}
