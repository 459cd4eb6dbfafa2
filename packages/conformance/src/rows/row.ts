import * as a from '@adjoint/core';
import { map, type Family as OpFamily } from '@adjoint/core/extend';
import { dtypes, type DType } from '@adjoint/core';
import type * as fc from 'fast-check';
import { exactly, sums, type BoundOf } from '../compare/bounds.js';
import { carried } from '../compare/carried.js';
import { broadcasting, type Sample, type Sampler } from '../generate/samples.js';

/** Samples by what their operands are of. */
export type Cases = Readonly<Record<string, fc.Arbitrary<Sample>>>;

/** How an op is tested. */
export interface Row {
  /** Samples for the dtypes that the op takes, and for those that it refuses. */
  readonly taken: Cases;
  readonly refused: Cases;
  readonly bound: BoundOf;
}

/** Rows by the name of the op. */
export type Rows = Readonly<Record<string, Row>>;

/** What kind of op it is, by how its result comes from its operands. */
export type Family = OpFamily['kind'];

/** The dtypes that an op takes, and how far its results may be off. */
export interface Rules {
  readonly of: readonly DType[];
  readonly bound: BoundOf;
}

export const numbers: readonly DType[] = ['f64', 'f32', 'i32'];
export const floats: readonly DType[] = ['f64', 'f32'];

const moved: Rules = { of: dtypes, bound: exactly };
const summed: Rules = { of: floats, bound: sums };

/** What holds for the ops of a family unless their row says otherwise. */
const families: Readonly<Record<Family, Rules>> = {
  map: { of: numbers, bound: carried },
  view: moved,
  unview: summed,
  reshaping: moved,
  reduction: { of: numbers, bound: sums },
  prefix: { of: numbers, bound: sums },
  contraction: summed,
  indexed: moved,
  // Elements are added where they are taken from, in the order of the indices.
  unindexed: { of: floats, bound: exactly },
  join: moved,
  split: moved,
  control: moved,
  source: moved,
  opaque: { of: floats, bound: exactly },
};

/** What holds for the ops of a family. */
export const rulesOf = (family: Family): Rules => families[family];

/** The row of a primitive or a composite that behaves as one. */
export function row(family: Family, sample: Sampler, rules: Partial<Rules> = {}): Row {
  const { of, bound } = { ...families[family], ...rules };
  const cases = (chosen: readonly DType[]): Cases =>
    Object.fromEntries(chosen.map((dtype) => [dtype, sample(dtype)] as const));
  return { taken: cases(of), refused: cases(dtypes.filter((dtype) => !of.includes(dtype))), bound };
}

const combinations = (arity: number): readonly (readonly DType[])[] =>
  arity === 0 ? [[]] : combinations(arity - 1).flatMap((rest) => dtypes.map((dtype) => [...rest, dtype]));

/** The row of an elementwise op follows from its record: it takes the dtypes that its expression takes. */
export function elementwise(op: a.Elementwise): Row {
  const taken = combinations(op.arity).flatMap((of) => {
    try {
      const lambda = op.lambda(of);
      return [[of.join(), broadcasting(of, (...values) => map(op.name, lambda, values))] as const];
    } catch (error) {
      if (error instanceof a.AdjointException) return [];
      throw error;
    }
  });
  return { taken: Object.fromEntries(taken), refused: {}, bound: carried };
}
