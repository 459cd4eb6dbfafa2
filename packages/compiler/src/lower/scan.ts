import { type Node } from '@adjoint/core';
import { at, rightOrThrow, stepsOf, type ScanAttributes } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Block } from './block.js';
import { Slices } from './slices.js';

/** A scan becomes a loop around the kernels of its body; its carries are to the body what states are to a program. */
export function lowerScan(outer: Block, node: Node, attributes: ScanAttributes): void {
  const { body, carries, sequences, reverse } = attributes;
  const operands = outer.operands(node);
  const steps = rightOrThrow(stepsOf(node.inputs, attributes));
  const inner = outer.inner();
  const slices = new Slices(steps, reverse);

  const carryViews = node.inputs.slice(0, carries).map((input, index) => {
    const view = outer.module.temporary('carry', input);
    outer.storage.store(at(operands, index), view);
    return view;
  });
  const views = operands.slice(carries).map((operand, index) => {
    const view = outer.storage.view(operand);
    return index < sequences ? slices.of(view, 'slice') : view;
  });
  zipWith(body.inputs, [...carryViews, ...views], (input, view) => inner.setView(input, view));

  const results = Object.values(body.outputs);
  const stacked = node.outputs.slice(carries).map((output) => outer.module.temporary('stacked', output));
  inner.compute(results);
  const operandsOf = results.map((value) => inner.values.operand(value));
  const block = inner.finish(
    zipWith(operandsOf.slice(carries), stacked, (operand, view) => ({
      operand,
      view: slices.of(view, 'stacked'),
    })),
    zipWith(operandsOf.slice(0, carries), carryViews, (operand, view) => ({ operand, view })),
  );
  outer.addFor(node, { kind: 'repeat', name: 'scan', steps, moving: slices.moving, body: block }, [
    ...carryViews,
    ...stacked,
  ]);
}
