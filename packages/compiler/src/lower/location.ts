import type { DType, Scalar, Shape } from '@adjoint/core';
import type { Buffer, View } from '../loop/kernel.js';
import type { Fusion, Level } from './fusion.js';

/** Something that a fusion computes, over a domain without axes of size 1. */
export interface Definition {
  readonly fusion: Fusion;
  readonly level: Level;
  readonly scalar: Scalar;
  /** What a reader calls it. */
  label?: string;
  /** The buffer that it is stored in, once something else than the fusion needs it. */
  stored?: Buffer;
  /** Whether it has several readers, under whichever values: then it is computed for itself. */
  shared?: true;
}

/** Where a value's elements come from. Strides of a view are over the value's shape. */
export type Location =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'fused'; readonly definition: Definition }
  | { readonly kind: 'literal'; readonly value: number; readonly dtype: DType };

/** A location with the shape of the value that it belongs to. */
export interface Operand {
  readonly location: Location;
  readonly shape: Shape;
}

/** A value of this shape in memory. */
export const inMemory = (view: View, shape: Shape): Operand => ({ location: { kind: 'view', view }, shape });
