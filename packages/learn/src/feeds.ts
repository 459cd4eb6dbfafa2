import { fromData, type Tensor, type Tensors } from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';

/** The feeds of some steps: of per-step inputs their slices, of others the whole. */
export function feedsOf(feeds: Tensors, perStep: readonly string[], start: number, count: number): Tensors {
  const part = ({ dtype, shape: [, ...inner], data }: Tensor): Tensor => {
    const size = sizeOf(inner);
    return fromData(dtype, [count, ...inner], data.subarray(start * size, (start + count) * size));
  };
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, perStep.includes(name) ? part(feed) : feed]),
  );
}
