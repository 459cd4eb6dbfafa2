import type { DType, ScalarFunction } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { combinationOf, type Reduction } from '@adjoint/compiler';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import { acrossLanes, joinHalves, laneBytes, upperHalf, type Width } from '../vector/lanes.js';
import { applyFunction, constantOf } from './scalars.js';
import type { Instruction, Vectors } from '../vector/vectors.js';

/** A reduction as instructions: what it starts from, how it goes on, and what it ends with. */
export interface Accumulation {
  /** The vectors that accumulators start from, which change nothing. */
  readonly start: readonly Instruction[];
  /** An accumulator with one more element; it is absent before the first. */
  readonly step: (
    accumulator: readonly Instruction[] | undefined,
    element: Instruction,
  ) => readonly Instruction[];
  /** Two accumulators of different elements, as one. */
  readonly merge: (a: readonly Instruction[], b: readonly Instruction[]) => readonly Instruction[];
  /** All lanes of an accumulator in the first one. */
  readonly across: (accumulator: readonly Instruction[]) => readonly Instruction[];
  /** The result, one for each lane. */
  readonly finish: (accumulator: readonly Instruction[]) => Instruction;
}

type Combine = (x: Instruction, y: Instruction) => Instruction;

/** The number that changes nothing, in every lane. */
const neutralOf = (v: Vectors, combine: ScalarFunction, dtype: DType): Instruction =>
  constantOf(v, dtype, combinationOf(combine).neutral(dtype));

/** Combines in one vector of the dtype itself. */
function plain(
  v: Vectors,
  { combine: fn, accumulator: dtype, result }: Reduction,
  width: Width,
): Accumulation {
  const combine: Combine = (x, y) => applyFunction(fn, { v, width, dtype }, [x, y]);
  const both: Accumulation['merge'] = (a, b) => zipWith(a, b, combine);
  return {
    start: [neutralOf(v, fn, dtype)],
    step: (accumulator, element) => (accumulator === undefined ? [element] : both(accumulator, [element])),
    merge: both,
    across: (accumulator) =>
      accumulator.map((x) => acrossLanes(v, x, { bytes: laneBytes(dtype, width), width }, combine)),
    finish: (accumulator) => {
      const total = at(accumulator, 0);
      return result.dtype === dtype ? total : v.apply('f32x4.demote_f64x2_zero', total);
    },
  };
}

/** Combines f32 in doubles, so that a long sum is rounded once; lanes 2 and 3 have a vector of their own. */
function wide(v: Vectors, { combine: fn, result }: Reduction, width: Width): Accumulation {
  const vectors = width === 4 ? 2 : 1;
  const combine: Combine = (x, y) => applyFunction(fn, { v, width: 2, dtype: 'f64' }, [x, y]);
  const halves = (x: Instruction): readonly Instruction[] =>
    (width === 4 ? [x, upperHalf(v, x)] : [x]).map((half) => v.apply('f64x2.promote_low_f32x4', half));
  const merge: Accumulation['merge'] = (a, b) => zipWith(a, b, combine);
  return {
    start: Array<Instruction>(vectors).fill(neutralOf(v, fn, 'f64')),
    step: (accumulator, element) =>
      accumulator === undefined ? halves(element) : merge(accumulator, halves(element)),
    merge,
    across: (accumulator) => {
      const all = acrossLanes(v, accumulator.reduce(combine), { bytes: 8, width: 2 }, combine);
      return accumulator.map(() => all);
    },
    // The result of a part is a double, of which there is one: it is in the first lane.
    finish: (accumulator) =>
      result.dtype === 'f64'
        ? at(accumulator, 0)
        : accumulator
            .map((x) => v.apply('f32x4.demote_f64x2_zero', x))
            .reduce((low, high) => joinHalves(v, low, high)),
  };
}

/** How the elements of a reduction become one, as instructions. */
export const accumulation = (v: Vectors, reduction: Reduction, width: Width): Accumulation =>
  reduction.accumulator === reduction.element.dtype ? plain(v, reduction, width) : wide(v, reduction, width);
