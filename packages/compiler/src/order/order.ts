import { sizeOf } from '@adjoint/core/extend';
import type { Kernel } from '../loop/kernel.js';
import type { Module } from '../lower/module.js';
import type { Item, LoweredBlock } from '../lower/sequence.js';
import { carryOver } from './carry.js';
import { accessMap, inDependencyOrder, type Ready } from './dependencies.js';

function withOrderedBodies(item: Item, module: Module): Ready {
  switch (item.kind) {
    case 'repeat':
      return { ...item, body: order(item.body, module) };
    case 'branch':
      return {
        ...item,
        whenTrue: order(item.whenTrue, module),
        whenFalse: order(item.whenFalse, module),
      };
    case 'fusion':
    case 'call':
      return item;
  }
}

/** Whether a kernel has no results, and so nothing to do. */
const isEmpty = (kernel: Kernel): boolean =>
  kernel.kind === 'loops' && sizeOf(kernel.extents.slice(0, kernel.extents.length - kernel.reduced)) === 0;

/** The kernels of a block in an order in which they can run, fusions finished, and then what moves carried values. */
export function order({ items, carries }: LoweredBlock, module: Module): readonly Kernel[] {
  const accesses = accessMap(items.map((item) => withOrderedBodies(item, module)));
  const ordered = inDependencyOrder(accesses, carries);
  const moves = carryOver(ordered, accesses, carries, module);
  const kernels = ordered.map((item) => (item.kind === 'fusion' ? item.finish() : item));
  return [...kernels.filter((kernel) => !isEmpty(kernel)), ...moves];
}
