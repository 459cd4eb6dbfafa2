import type { AdjointError, DType, TypedArray } from '@adjoint/core';
import type * as E from 'fp-ts/lib/Either.js';

/**
 * What runs a target's code. Between two uses only the plan's lasting bytes, states and constants, have to stay: the
 * memory itself may serve others in the meantime.
 */
export interface Machine {
  /**
   * Works on the memory, which has at least so many bytes and is nobody else's until the work is done.
   * @returns what the work gives, or Left where there are not so many bytes
   */
  readonly use: <A>(
    bytes: number,
    work: (memory: ArrayBuffer) => E.Either<AdjointError, A>,
  ) => E.Either<AdjointError, A>;
  /** Runs a program for some steps, while the memory is in use. */
  readonly run: (program: string, steps: number) => void;
  /** Gives the memory back: at once, or when the work that goes on is done. */
  readonly dispose: () => void;
}

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** Elements in a memory, which they share. */
export const elementsAt = (memory: ArrayBuffer, dtype: DType, address: number, length: number): TypedArray =>
  new arrays[dtype](memory, address, length);
