import { bytesPerElement, scalar, sizeOf, type Scalar } from '@adjoint/core';
import { computedAt, type BranchKernel, type Kernel, type RepeatKernel, type View } from './kernel.js';

/** What kernels cost, counted rather than measured. */

/** How many functions expressions apply, what they share counted once. */
export const functionsIn = (values: readonly Scalar[]): number =>
  scalar.subexpressions(values).filter(({ kind }) => kind === 'applied').length;

/** What kernels cost in a kernel that holds them: for each iteration of a loop, and of a choice the costlier side. */
function innerCost(kernel: RepeatKernel | BranchKernel, cost: (kernel: Kernel) => number): number {
  const sum = (kernels: readonly Kernel[]): number => kernels.reduce((total, each) => total + cost(each), 0);
  return kernel.kind === 'repeat'
    ? kernel.steps * sum(kernel.body)
    : Math.max(sum(kernel.whenTrue), sum(kernel.whenFalse));
}

/** How many scalar functions a kernel evaluates. */
export function flopsOf(kernel: Kernel): number {
  if (kernel.kind === 'repeat' || kernel.kind === 'branch') return innerCost(kernel, flopsOf);
  if (kernel.kind !== 'loops') return 0;
  const { extents, reduced, reductions } = kernel;
  const elements = functionsIn(computedAt(kernel, 'element')) + reductions.length;
  const results = functionsIn(computedAt(kernel, 'result'));
  return sizeOf(extents) * elements + sizeOf(extents.slice(0, extents.length - reduced)) * results;
}

/** How many bytes a kernel reads and writes, each element of each view once. */
export function bytesMoved(kernel: Kernel): number {
  if (kernel.kind === 'repeat' || kernel.kind === 'branch') return innerCost(kernel, bytesMoved);
  if (kernel.kind === 'copy') return 2 * kernel.size * bytesPerElement[kernel.from.buffer.dtype];
  if (kernel.kind === 'call') {
    return [...kernel.reads, ...kernel.writes].reduce(
      (sum, { buffer }) => sum + buffer.size * bytesPerElement[buffer.dtype],
      0,
    );
  }
  const elements = ({ strides }: View): number =>
    sizeOf(kernel.extents.filter((_, axis) => strides[axis] !== 0));
  return [...kernel.loads, ...kernel.stores].reduce(
    (sum, { view }) => sum + elements(view) * bytesPerElement[view.buffer.dtype],
    0,
  );
}
