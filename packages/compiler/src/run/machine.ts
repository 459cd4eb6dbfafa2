import type { DType, TypedArray } from '@adjoint/core';

/** What runs a target's code: a memory, and the programs that work on it. */
export interface Machine {
  /** The memory; growing it may replace what was there before. */
  readonly memory: () => ArrayBuffer;
  /** Grows the memory to at least so many bytes. @returns whether there are so many */
  readonly grow: (bytes: number) => boolean;
  /** Runs a program for some steps. */
  readonly run: (program: string, steps: number) => void;
  readonly dispose: () => void;
}

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** Elements in a memory, which they share. */
export const elementsAt = (memory: ArrayBuffer, dtype: DType, address: number, length: number): TypedArray =>
  new arrays[dtype](memory, address, length);
