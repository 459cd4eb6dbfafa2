import * as E from 'fp-ts/lib/Either.js';
import type { DType, TypedArray } from '../value/dtype.js';
import type { TensorType } from '../value/error.js';
import type { Problem } from '../ir/op.js';
import type { Shape } from '../value/shape.js';

/** What the rules of ops that move elements share. */

export type Types = E.Either<Problem, readonly TensorType[]>;

/** The types of an op with one output. */
export const one = (dtype: DType, shape: Shape): Types => E.right([{ dtype, shape }]);

export const refused = (problem: string, remedy?: string): Types =>
  E.left(remedy === undefined ? { problem } : { problem, remedy });

/** Reads `from` at `base + offset` for each offset. */
export function gather(from: TypedArray, base: number, offsets: Int32Array, to: TypedArray): void {
  for (let i = 0; i < offsets.length; i++) to[i] = from[base + (offsets[i] ?? 0)] ?? 0;
}

/** Writes `to` at `base + offset` for each offset. */
export function scatter(from: TypedArray, to: TypedArray, base: number, offsets: Int32Array): void {
  for (let i = 0; i < offsets.length; i++) to[base + (offsets[i] ?? 0)] = from[i] ?? 0;
}
