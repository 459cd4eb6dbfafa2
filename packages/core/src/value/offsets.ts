import { at } from '../support/list.js';
import { allocate } from './memory.js';
import { sizeOf, type Shape } from './shape.js';

/**
 * For each element of `shape` in row-major order, the offset that `strides` gives it.
 * With stride 0 along stretched or reduced axes this one table serves broadcasting, reduction and transposition.
 */
export function offsetsOf(shape: Shape, strides: readonly number[]): Int32Array {
  const offsets = allocate('i32', sizeOf(shape));
  let filled = offsets.length > 0 ? 1 : 0;
  // Axes from the innermost: each repeats the block laid down so far, shifted by its stride.
  for (let axis = shape.length - 1; axis >= 0 && filled > 0; axis--) {
    const size = at(shape, axis);
    const stride = at(strides, axis);
    for (let repeat = 1; repeat < size; repeat++) {
      for (let i = 0; i < filled; i++) {
        const offset = offsets[i];
        // `at` written out: it sees lists of every kind, which would make this loop half as fast again.
        if (offset === undefined) throw new RangeError(`there is no offset ${i}`);
        offsets[repeat * filled + i] = offset + repeat * stride;
      }
    }
    filled *= size;
  }
  return offsets;
}
