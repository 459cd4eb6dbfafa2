import * as a from '@adjoint/core';
import { constant, input, type Tensor, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { axes } from './shapes.js';

/** Where an op finds an operand: fed, in the program, read in another order, or computed just before. */
export type Source = 'fed' | 'constant' | 'transposed' | 'computed';

/** The value of an operand, and the tensor that its input is fed. */
export interface Given {
  readonly value: Value;
  readonly feed: Tensor;
}

export const sources: Readonly<Record<Source, (name: string, x: Tensor) => Given>> = {
  fed: (name, x) => ({ value: input(name, x.shape, x.dtype), feed: x }),
  constant: (_name, x) => ({ value: constant(x), feed: x }),
  transposed: (name, x) => {
    const shape = x.shape.toReversed();
    const value = a.permuteDims(input(name, shape, x.dtype), axes(shape.length).reverse());
    return { value, feed: { ...x, shape } };
  },
  computed: (name, x) => {
    const fed = input(name, x.shape, x.dtype);
    return { value: a.where(constant(true, 'bool'), fed, fed), feed: x };
  },
};

/** The most operands that a sample may have. */
const MOST_OPERANDS = 4;

export const someSources: fc.Arbitrary<readonly Source[]> = fc.array(
  fc.constantFrom<Source[]>('fed', 'fed', 'constant', 'transposed', 'computed'),
  { minLength: MOST_OPERANDS, maxLength: MOST_OPERANDS },
);
