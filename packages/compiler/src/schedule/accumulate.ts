import { at } from '@adjoint/core/extend';
import { mayReorder } from '../loop/combine.js';
import type { Accumulation, LoopKernel } from '../loop/kernel.js';
import { lanesOf, loopsOf } from './loops.js';

/**
 * The bytes of the accumulators that stand side by side in one vector. It is no target's: whatever vectors a target
 * has, it deals elements out to as many accumulators, or its sums would have other bits.
 */
const ACCUMULATOR_BYTES = 16;

function accumulationOf(kernel: LoopKernel): Accumulation {
  const { extents, reduced, reductions } = kernel;
  if (!reductions.every(mayReorder)) return { kind: 'sequential' };
  const outs = extents.length - reduced;
  const lanes = lanesOf(kernel, ACCUMULATOR_BYTES);
  const { vector, unroll } = loopsOf(kernel, lanes, () => true);
  if (vector === undefined || vector < outs) return { kind: 'sequential' };
  // Without a loop there is no latency to hide.
  const hasLoop = unroll.some(
    (count, axis) => axis >= outs && at(extents, axis) >= 2 * count * (axis === vector ? lanes : 1),
  );
  return { kind: 'interleaved', axis: vector, lanes, vectors: hasLoop ? at(unroll, vector) : 1 };
}

/** States the order in which a kernel's reductions combine their elements, where no pass has done so. */
export const accumulate = (kernel: LoopKernel): LoopKernel =>
  kernel.reduced === 0 || kernel.accumulation !== undefined
    ? kernel
    : { ...kernel, accumulation: accumulationOf(kernel) };
