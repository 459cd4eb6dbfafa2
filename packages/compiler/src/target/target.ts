import type { ScalarFunction } from '@adjoint/core';

/** What the compiler asks about what it compiles for. Everything else that differs between targets is their emitter's. */
export interface Target {
  /** What error messages call it. */
  readonly title: string;
  /** Whether it has code for a scalar function; ops with others run their own kernels. */
  readonly hasCode: (fn: ScalarFunction) => boolean;
  /** How many bytes a vector register holds. */
  readonly vectorBytes: number;
  /** The tile of a matrix product's results that registers hold: so many rows of so many vectors. */
  readonly tile: { readonly rows: number; readonly vectors: number };
  /** Buffers start at multiples of so many bytes. */
  readonly alignment: number;
  /** How many bytes an address takes in memory. */
  readonly addressBytes: number;
  /** How many bytes there can be at most, and the unit in which memory grows. */
  readonly memory: { readonly most: number; readonly page: number };
  /** How many bytes threads coordinate themselves by when they share kernels; 0 where one thread runs everything. */
  readonly controlBytes: number;
}
