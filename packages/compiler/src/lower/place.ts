import type { DType, Scalar, Shape } from '@adjoint/core';
import type { Buffer, View } from '../loop/kernel.js';
import type { Group, Level } from './group.js';

/** Something that a group computes, over a domain without axes of size 1. */
export interface Definition {
  readonly group: Group;
  readonly level: Level;
  readonly scalar: Scalar;
  /** What a reader calls it. */
  label?: string;
  /** Where it is stored, once somebody asks. */
  stored?: Buffer;
  /** Whether it has several readers, under whichever values: then it is computed for itself. */
  shared?: true;
}

/** Where a value's elements come from. Strides of a view are over the value's shape. */
export type Place =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'defined'; readonly definition: Definition }
  | { readonly kind: 'literal'; readonly value: number; readonly dtype: DType };

/** A place with the shape of the value that it belongs to. */
export interface Operand {
  readonly place: Place;
  readonly shape: Shape;
}
