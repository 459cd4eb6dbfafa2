import { fromData, type Tensor, type Value } from '@adjoint/core';
import { at, bytesPerElement, evaluateGraph, runKernel, sizeOf } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Plan } from '../plan/plan.js';
import type { View } from '../loop/kernel.js';
import { readSlot } from './addresses.js';
import { elementsAt } from './machine.js';

/** A tensor of the type of a value, which shares the memory at a view without gaps. */
function tensorAt(
  { memory: addresses, target }: Plan,
  memory: ArrayBuffer,
  view: View,
  { shape }: Value,
): Tensor {
  const { buffer, offset, slot } = view;
  const base =
    slot === undefined ? addresses.address(buffer) : readSlot(memory, target, addresses.slot(slot));
  const address = base + offset * bytesPerElement[buffer.dtype];
  return fromData(buffer.dtype, shape, elementsAt(memory, buffer.dtype, address, sizeOf(shape)));
}

/**
 * Runs the own kernel of an op that has no code, on views of the memory.
 * @param call the index that its `CallKernel` names
 * @throws AdjointException whatever the kernel throws: it says whose it was
 */
export function runOwnKernel(plan: Plan, memory: ArrayBuffer, call: number): void {
  const { node, reads, writes } = at(plan.calls, call);
  const inputs = zipWith(reads, node.inputs, (view, value) => tensorAt(plan, memory, view, value));
  const outputs = zipWith(writes, node.outputs, (view, value) => tensorAt(plan, memory, view, value));
  for (const { data } of outputs) data.fill(0);
  const { attributes } = node;
  runKernel(node, { inputs, outputs, out: at(outputs, 0), attributes, evaluate: evaluateGraph });
}
