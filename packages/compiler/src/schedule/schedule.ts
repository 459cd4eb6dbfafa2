import type { Kernel } from '../loop/kernel.js';
import type { Target } from '../target.js';
import { split } from './split.js';
import { tile } from './tile.js';

/** How the loops of kernels run: in tiles that registers hold, and in parts that threads share. */
export const schedule = (kernels: readonly Kernel[], target: Target): readonly Kernel[] =>
  kernels.flatMap((kernel): readonly Kernel[] => {
    switch (kernel.kind) {
      case 'loops':
        return tile(kernel, target).flatMap(split);
      case 'repeat':
        return [{ ...kernel, body: schedule(kernel.body, target) }];
      case 'branch':
        return [
          {
            ...kernel,
            whenTrue: schedule(kernel.whenTrue, target),
            whenFalse: schedule(kernel.whenFalse, target),
          },
        ];
      case 'call':
      case 'copy':
        return [kernel];
    }
  });
