import { allocate, fromData, sizeOf, type DType, type Shape, type Tensor } from '@adjoint/core';

/**
 * A tensor of successive draws, in row-major order.
 * @throws AdjointException where a size is not a natural number; nothing is drawn then
 */
export function generate<D extends DType, const S extends Shape>(
  dtype: D,
  shape: S,
  draw: () => number,
): Tensor<D, S> {
  const valid = shape.every((size) => Number.isInteger(size) && size >= 0);
  const data = allocate(dtype, valid ? sizeOf(shape) : 0);
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return fromData(dtype, shape, data);
}
