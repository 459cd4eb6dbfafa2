import { least, type DType } from '@adjoint/core';
import type { Reducer } from '@adjoint/compiler';
import { acrossLanes, joinHalves, laneBytes, shapeOf, upperHalf, type Width } from './lanes.js';
import type { Instruction, Vectors } from './vectors.js';

/** A reduction as instructions: what it starts from, how it goes on, and what it ends with. */
export interface Accumulation {
  /** The vectors that gathering starts from, which change nothing. */
  readonly start: readonly Instruction[];
  /** What is gathered of no elements. */
  readonly nothing: readonly Instruction[];
  /** With one more element; what was gathered is absent before the first. */
  readonly step: (
    gathered: readonly Instruction[] | undefined,
    element: Instruction,
  ) => readonly Instruction[];
  /** Two that gathered different elements, as one. */
  readonly merge: (a: readonly Instruction[], b: readonly Instruction[]) => readonly Instruction[];
  /** All lanes in the first one. */
  readonly across: (gathered: readonly Instruction[]) => readonly Instruction[];
  /** The result, one for each lane. */
  readonly finish: (gathered: readonly Instruction[]) => Instruction;
}

type Combine = (x: Instruction, y: Instruction) => Instruction;

/** Gathers in one vector of the dtype itself. */
function plain(
  v: Vectors,
  dtype: DType,
  width: Width,
  start: Instruction,
  combine: Combine,
  nothing = start,
): Accumulation {
  const both: Accumulation['merge'] = ([a], [b]) =>
    a === undefined || b === undefined ? [] : [combine(a, b)];
  return {
    start: [start],
    nothing: [nothing],
    step: (gathered, element) => (gathered === undefined ? [element] : both(gathered, [element])),
    merge: both,
    across: (gathered) => gathered.map((x) => acrossLanes(v, x, laneBytes(dtype, width), width, combine)),
    finish: ([x]) => x ?? start,
  };
}

/** Gathers f32 in doubles, so that a long sum is rounded once; lanes 2 and 3 have a vector of their own. */
function wideSum(v: Vectors, width: Width): Accumulation {
  const vectors = width === 4 ? 2 : 1;
  const add: Combine = (x, y) => v.apply('f64x2.add', x, y);
  const halves = (x: Instruction): readonly Instruction[] =>
    (width === 4 ? [x, upperHalf(v, x)] : [x]).map((half) => v.apply('f64x2.promote_low_f32x4', half));
  const merge: Accumulation['merge'] = (a, b) => a.map((x, index) => add(x, b[index] ?? x));
  return {
    start: Array<Instruction>(vectors).fill(v.f64(-0)),
    nothing: Array<Instruction>(vectors).fill(v.f64(0)),
    step: (gathered, element) =>
      gathered === undefined ? halves(element) : merge(gathered, halves(element)),
    merge,
    across: (gathered) => {
      const sum = acrossLanes(v, gathered.reduce(add), 8, 2, add);
      return gathered.map(() => sum);
    },
    finish: (gathered) => {
      const [low, high] = gathered.map((x) => v.apply('f32x4.demote_f64x2_zero', x));
      return low === undefined ? v.f32(0) : high === undefined ? low : joinHalves(v, low, high);
    },
  };
}

export function accumulation(v: Vectors, reducer: Reducer, dtype: DType, width: Width): Accumulation {
  if (dtype === 'bool') {
    const every = reducer === 'all';
    return plain(v, dtype, width, v.i32(every ? -1 : 0), (x, y) =>
      v.apply(every ? 'v128.and' : 'v128.or', x, y),
    );
  }
  if (reducer === 'sum' && dtype === 'f32') return wideSum(v, width);
  const shape = shapeOf(dtype);
  const number = (value: number): Instruction =>
    dtype === 'f64' ? v.f64(value) : dtype === 'f32' ? v.f32(value) : v.i32(value);
  const greatest = dtype === 'i32' ? 2 ** 31 - 1 : Infinity;
  switch (reducer) {
    case 'sum':
    case 'dot':
      // −0 is what adding leaves alone.
      return plain(v, dtype, width, number(-0), (x, y) => v.apply(`${shape}.add`, x, y), number(0));
    case 'prod':
      return plain(v, dtype, width, number(1), (x, y) => v.apply(`${shape}.mul`, x, y));
    case 'max':
      return plain(v, dtype, width, number(least[dtype]), (x, y) =>
        v.apply(shape === 'i32x4' ? 'i32x4.max_s' : `${shape}.max`, x, y),
      );
    case 'min':
      return plain(v, dtype, width, number(greatest), (x, y) =>
        v.apply(shape === 'i32x4' ? 'i32x4.min_s' : `${shape}.min`, x, y),
      );
    case 'all':
    case 'any':
      throw new TypeError(`${reducer} reduces bools`);
  }
}
