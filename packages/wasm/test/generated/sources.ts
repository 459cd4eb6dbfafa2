import * as a from '@adjoint/core';
import { constant, input, type Tensor, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { axes } from './shapes.js';

/** Where an op finds an operand: fed, in the program, read in another order, or computed just before. */
export const sources = {
  fed: (name: string, x: Tensor) => ({ value: input(name, x.shape, x.dtype), feed: x }),
  constant: (_name: string, x: Tensor) => ({ value: constant(x), feed: x }),
  transposed: (name: string, x: Tensor) => {
    const shape = x.shape.toReversed();
    const value = a.permuteDims(input(name, shape, x.dtype), axes(shape.length).reverse());
    return { value, feed: { ...x, shape } };
  },
  computed: (name: string, x: Tensor) => {
    const fed = input(name, x.shape, x.dtype);
    return { value: a.where(constant(true, 'bool'), fed, fed), feed: x };
  },
} satisfies Record<string, (name: string, x: Tensor) => { readonly value: Value; readonly feed: Tensor }>;

export type Source = keyof typeof sources;
export const someSources: fc.Arbitrary<readonly Source[]> = fc.array(
  fc.constantFrom<Source[]>('fed', 'fed', 'constant', 'transposed', 'computed'),
  { minLength: 4, maxLength: 4 },
);
