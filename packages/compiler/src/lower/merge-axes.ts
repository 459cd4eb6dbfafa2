import { at } from '@adjoint/core/extend';
import { accessesOfLoops, type LoopKernel, type View } from '../loop/kernel.js';
import { restride } from '../loop/view.js';

/** The same kernel with neighbouring axes as one wherever every access lies evenly over both. */
export function mergeAxes(kernel: LoopKernel): LoopKernel {
  const { reads, writes } = accessesOfLoops(kernel);
  const views = [...reads, ...writes];
  const outs = kernel.extents.length - kernel.reduced;
  for (let axis = 0; axis + 1 < kernel.extents.length; axis++) {
    if (axis + 1 === outs) continue;
    const inner = at(kernel.extents, axis + 1);
    if (!views.every(({ strides }) => strides[axis] === at(strides, axis + 1) * inner)) continue;
    const merged = <T extends { readonly view: View }>(each: T): T => ({
      ...each,
      view: restride(each.view, (strides) => strides.filter((_, other) => other !== axis)),
    });
    return mergeAxes({
      ...kernel,
      extents: [
        ...kernel.extents.slice(0, axis),
        at(kernel.extents, axis) * inner,
        ...kernel.extents.slice(axis + 2),
      ],
      reduced: axis >= outs ? kernel.reduced - 1 : kernel.reduced,
      loads: kernel.loads.map(merged),
      stores: kernel.stores.map(merged),
    });
  }
  return kernel;
}
