import type { Node, ScanAttributes, Shape } from '@adjoint/core';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Buffer, Moving, Slot, View } from '../loop/kernel.js';
import { wholeView } from '../loop/view.js';
import type { Lowering } from './lowering.js';
import type { Operand } from './place.js';

/** A scan becomes a loop around the kernels of its body; its carries are to the body what states are to a program. */
export function lowerScan(outer: Lowering, node: Node, attributes: ScanAttributes): void {
  const { body, carries, sequences, length = 0, reverse } = attributes;
  const operands = outer.operandsOf(node);
  const steps = sequences === 0 ? length : (operands[carries]?.shape[0] ?? 0);
  const inner = outer.block();
  const moving: Moving[] = [];

  /** The view of the slice that the loop is at. */
  const sliceOf = (view: View, name: string): View => {
    const [stride = 0, ...strides] = view.strides;
    const slot: Slot = { name };
    const from = reverse ? { ...view, offset: view.offset + Math.max(steps - 1, 0) * stride } : view;
    moving.push({ slot, from, stride: reverse ? -stride : stride });
    return { buffer: view.buffer, offset: 0, strides, slot };
  };
  const place = (index: number, view: View): void => {
    const input = body.inputs[index];
    if (input !== undefined) inner.setPlace(input, { kind: 'view', view });
  };

  const carryViews = operands.slice(0, carries).map((operand, index) => {
    const { dtype } = node.inputs[index] ?? { dtype: 'f64' };
    const view = wholeView(outer.buffer('carry', dtype, operand.shape), operand.shape);
    outer.storeInto(operand, view);
    place(index, view);
    return view;
  });
  operands.forEach((operand: Operand, index) => {
    if (index < carries) return;
    const view = outer.view(operand);
    place(index, index < carries + sequences ? sliceOf(view, 'slice') : view);
  });

  const results = Object.values(body.outputs);
  const stacked = node.outputs
    .slice(carries)
    .map(({ dtype, shape }: { dtype: Buffer['dtype']; shape: Shape }) =>
      wholeView(outer.buffer('stacked', dtype, shape), shape),
    );
  inner.compute(results);
  const kernels = inner.finish(
    zipWith(results.slice(carries), stacked, (value, view) => ({ value, view: sliceOf(view, 'stacked') })),
    zipWith(results.slice(0, carries), carryViews, (next, view) => ({ next, view })),
  );
  outer.addFor(node, { kind: 'repeat', name: 'scan', steps, moving, body: kernels }, [
    ...carryViews,
    ...stacked,
  ]);
}
