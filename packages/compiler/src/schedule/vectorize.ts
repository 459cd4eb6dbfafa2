import type { LoopKernel, ScheduledLoops } from '../loop/kernel.js';
import type { Target } from '../target/target.js';
import { lanesOf, loopsOf } from './loops.js';

/** Says which axis of a kernel shares a vector, and how far its loops are unrolled, in a way that keeps the order of sums. */
export function vectorize(kernel: LoopKernel, { vectorBytes }: Pick<Target, 'vectorBytes'>): ScheduledLoops {
  const { accumulation, extents, reduced } = kernel;
  if (accumulation?.kind === 'interleaved') {
    const { axis, lanes } = accumulation;
    return { ...kernel, lanes, ...loopsOf(kernel, lanes, (other) => other === axis) };
  }
  const lanes = lanesOf(kernel, vectorBytes);
  return { ...kernel, lanes, ...loopsOf(kernel, lanes, (axis) => axis < extents.length - reduced) };
}
