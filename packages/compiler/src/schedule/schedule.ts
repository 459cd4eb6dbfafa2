import type { Kernel, ScheduledKernel } from '../loop/kernel.js';
import type { Target } from '../target/target.js';
import { accumulate } from './accumulate.js';
import { split } from './split.js';
import { tile } from './tile.js';
import { vectorize } from './vectorize.js';

/**
 * How the loops of kernels run: in tiles that registers hold, in parts that threads share, in which order elements are
 * combined, and over vectors.
 */
export const schedule = (kernels: readonly Kernel[], target: Target): readonly ScheduledKernel[] =>
  kernels.flatMap((kernel): readonly ScheduledKernel[] => {
    switch (kernel.kind) {
      case 'loops':
        return tile(kernel, target)
          .flatMap(split)
          .map(accumulate)
          .map((each) => vectorize(each, target));
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
