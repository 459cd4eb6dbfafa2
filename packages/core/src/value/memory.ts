import { storageOf, type DType, type TypedArray } from './dtype.js';
import { AdjointException, invalid } from './error.js';

/** Thrown where there is not so much memory. */
export class MemoryException extends AdjointException {}

/**
 * Zeros in the storage of `dtype`.
 * @throws MemoryException where there is not so much memory
 */
export function allocate<D extends DType>(dtype: D, length: number): TypedArray<D> {
  try {
    return storageOf(dtype, length);
  } catch (error) {
    // What engines throw where an array cannot be so long.
    if (!(error instanceof RangeError)) throw error;
    const problem = `${length} elements of ${dtype} are more than there is memory for`;
    throw new MemoryException(
      invalid('tensor', [], problem, 'Take smaller batches, or fewer steps at once.'),
    );
  }
}

/** The elements in storage of their own: `slice` of a Buffer of Node's would share the Buffer's. */
export function copyOf<D extends DType>(dtype: D, data: TypedArray<D>): TypedArray<D> {
  const copy = allocate(dtype, data.length);
  copy.set(data);
  return copy;
}
