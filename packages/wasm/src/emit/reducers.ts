import { at, scalar, type DType } from '@adjoint/core';
import { combinationOf, type Reduction } from '@adjoint/compiler';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import { acrossLanes, joinHalves, laneBytes, upperHalf, type Width } from '../vector/lanes.js';
import { applyFunction, constantOf } from './scalars.js';
import type { Instruction, Vectors } from '../vector/vectors.js';

/** A reduction as instructions: what it starts from, how it goes on, and what it ends with. */
export interface Accumulation {
  /** The vectors that accumulators start from, which change nothing. */
  readonly start: readonly Instruction[];
  /** The result of an empty reduction, before `finish`. */
  readonly nothing: readonly Instruction[];
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

/** Combines in one vector of the dtype itself. */
function plain(
  v: Vectors,
  dtype: DType,
  width: Width,
  {
    start,
    nothing,
    combine,
  }: { readonly start: Instruction; readonly nothing: Instruction; readonly combine: Combine },
): Accumulation {
  const both: Accumulation['merge'] = (a, b) => zipWith(a, b, combine);
  return {
    start: [start],
    nothing: [nothing],
    step: (accumulator, element) => (accumulator === undefined ? [element] : both(accumulator, [element])),
    merge: both,
    across: (accumulator) =>
      accumulator.map((x) => acrossLanes(v, x, { bytes: laneBytes(dtype, width), width }, combine)),
    finish: (accumulator) => at(accumulator, 0),
  };
}

/** Adds up f32 in doubles, so that a long sum is rounded once; lanes 2 and 3 have a vector of their own. */
function wideSum(v: Vectors, width: Width): Accumulation {
  const vectors = width === 4 ? 2 : 1;
  const add: Combine = (x, y) => v.apply('f64x2.add', x, y);
  const halves = (x: Instruction): readonly Instruction[] =>
    (width === 4 ? [x, upperHalf(v, x)] : [x]).map((half) => v.apply('f64x2.promote_low_f32x4', half));
  const merge: Accumulation['merge'] = (a, b) => zipWith(a, b, add);
  return {
    start: Array<Instruction>(vectors).fill(v.f64(-0)),
    nothing: Array<Instruction>(vectors).fill(v.f64(0)),
    step: (accumulator, element) =>
      accumulator === undefined ? halves(element) : merge(accumulator, halves(element)),
    merge,
    across: (accumulator) => {
      const sum = acrossLanes(v, accumulator.reduce(add), { bytes: 8, width: 2 }, add);
      return accumulator.map(() => sum);
    },
    finish: (accumulator) =>
      accumulator
        .map((x) => v.apply('f32x4.demote_f64x2_zero', x))
        .reduce((low, high) => joinHalves(v, low, high)),
  };
}

/** How the elements of a reduction become one, as instructions. */
export function accumulation(
  v: Vectors,
  { combine, accumulator, element: { dtype } }: Reduction,
  width: Width,
): Accumulation {
  if (accumulator !== dtype) {
    if (combine !== scalar.add || dtype !== 'f32' || accumulator !== 'f64')
      throw new TypeError(`no code to combine ${dtype} by ${combine.name} in ${accumulator}`);
    return wideSum(v, width);
  }
  const { neutral, empty } = combinationOf(combine);
  const number = (value: number): Instruction => constantOf(v, dtype, value);
  return plain(v, dtype, width, {
    start: number(neutral(dtype)),
    nothing: number(empty(dtype)),
    combine: (x, y) => applyFunction(combine, { v, width, dtype }, [x, y]),
  });
}
