import { convert, tensor, type FloatDType, type Tensor } from '@adjoint/core';

/** The four points of the unit square's corners, and whether their coordinates differ. */
export const xorInputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

export const xorTargets = [[0], [1], [1], [0]] as const;

/** X: [4, 2] and Y: [4, 1] */
export const xorData = (dtype: FloatDType): { readonly X: Tensor; readonly Y: Tensor } => ({
  X: convert(tensor(xorInputs), dtype),
  Y: convert(tensor(xorTargets), dtype),
});
