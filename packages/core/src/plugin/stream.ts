import type { Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';

/** A seeded source of random tensors; each call goes on where the one before it stopped. */
export interface RandomStream {
  /** Independent normal deviates, `mean + standardDeviation · z`; mean 0 and deviation 1 unless given. */
  normal<const S extends Shape>(
    shape: S,
    mean?: number,
    standardDeviation?: number,
  ): Tensor<'f64' | 'f32', S>;
  /** Independent uniform deviates in [low, high); [0, 1) unless given. */
  uniform<const S extends Shape>(shape: S, low?: number, high?: number): Tensor<'f64' | 'f32', S>;
}

/** A named family of streams, as a plugin brings it. */
export interface RandomSource {
  readonly name: string;
  /** @throws AdjointException where the family does not take this seed */
  readonly create: (seed: number | bigint) => RandomStream;
}
