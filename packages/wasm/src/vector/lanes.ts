import type { DType } from '@adjoint/core';
import type { Opcode } from '../binary/opcodes.js';
import type { Instruction, Vectors } from './vectors.js';

/**
 * How elements stand in vectors. A kernel has 2 lanes where it has doubles, else 4. With 2 lanes f32 and i32 take the
 * first two of their four; a bool is a mask as wide as the lane.
 */
export type Width = 2 | 4;

/** Elements of a dtype, one a lane of a vector. */
export interface Lanes<D extends DType = DType> {
  readonly dtype: D;
  readonly width: Width;
}

export type VectorShape = 'f64x2' | 'f32x4' | 'i32x4';

export const shapeOf = (dtype: Exclude<DType, 'bool'>): VectorShape =>
  dtype === 'f64' ? 'f64x2' : dtype === 'f32' ? 'f32x4' : 'i32x4';

/** The bytes of one lane of a dtype. */
export const laneBytes = (dtype: DType, width: Width): number =>
  dtype === 'f64' || (dtype === 'bool' && width === 2) ? 8 : 4;

/** Byte indices of a shuffle that moves whole lanes: lane `i` of the result is lane `lanes[i]` of the operands. */
export const lanePicks = (bytes: number, lanes: readonly number[]): number[] =>
  lanes.flatMap((lane) => Array.from({ length: bytes }, (_, byte) => lane * bytes + byte));

/** The upper half of a vector in the lower. */
export const upperHalf = (v: Vectors, x: Instruction): Instruction => v.shuffle(x, x, lanePicks(8, [1, 1]));

/** The lower halves of two vectors, side by side. */
export const joinHalves = (v: Vectors, low: Instruction, high: Instruction): Instruction =>
  v.shuffle(low, high, lanePicks(8, [0, 2]));

/** A mask for lanes of one width as a mask for lanes of another. */
export function maskAs(v: Vectors, mask: Instruction, from: number, to: number): Instruction {
  if (from === to) return mask;
  return to === 8
    ? v.apply('i64x2.extend_low_i32x4_s', mask)
    : v.shuffle(mask, mask, lanePicks(4, [0, 2, 0, 2]));
}

/** Combines the lanes of a vector into the first. */
export function acrossLanes(
  v: Vectors,
  x: Instruction,
  { bytes, width }: { readonly bytes: number; readonly width: Width },
  combine: (x: Instruction, y: Instruction) => Instruction,
): Instruction {
  const halves = width === 4 ? combine(x, v.shuffle(x, x, lanePicks(4, [2, 3, 2, 3]))) : x;
  const other = bytes === 8 ? [1, 1] : [1, 1, 1, 1];
  return combine(halves, v.shuffle(halves, halves, lanePicks(bytes, other)));
}

/** Elements that lie side by side in memory, one a lane. */
export function loadVector(
  v: Vectors,
  { dtype, width }: Lanes,
  address: Instruction,
  offset: number,
): Instruction {
  switch (dtype) {
    case 'f64':
      return v.load('v128.load', address, offset);
    case 'f32':
    case 'i32':
      return v.load(width === 4 ? 'v128.load' : 'v128.load64_zero', address, offset);
    case 'bool': {
      const zero = v.i32(0);
      const bytes =
        width === 4
          ? v.load('v128.load32_zero', address, offset)
          : v.loadLane('v128.load16_lane', address, zero, offset);
      const words = v.apply('i32x4.extend_low_i16x8_u', v.apply('i16x8.extend_low_i8x16_u', bytes));
      return maskAs(v, v.apply('i32x4.ne', words, zero), 4, laneBytes('bool', width));
    }
  }
}

/** One element in every lane. */
export function loadSplat(v: Vectors, dtype: DType, address: Instruction, offset: number): Instruction {
  switch (dtype) {
    case 'f64':
      return v.load('v128.load64_splat', address, offset);
    case 'f32':
    case 'i32':
      return v.load('v128.load32_splat', address, offset);
    case 'bool':
      return v.apply('i8x16.ne', v.load('v128.load8_splat', address, offset), v.i32(0));
  }
}

/** Elements that lie `stride` bytes apart, one a lane. */
export function loadStrided(
  v: Vectors,
  { dtype, width }: Lanes<Exclude<DType, 'bool'>>,
  address: Instruction,
  offset: number,
  stride: number,
): Instruction {
  const [first, rest]: [Opcode, Opcode] =
    dtype === 'f64' ? ['v128.load64_zero', 'v128.load64_lane'] : ['v128.load32_zero', 'v128.load32_lane'];
  let vector = v.load(first, address, offset);
  for (let lane = 1; lane < width; lane++)
    vector = v.loadLane(rest, address, vector, offset + lane * stride, lane);
  return vector;
}

/** How a vector, or its first lane, is stored: the instruction, the value as it wants it, and the lane. */
export interface Storing {
  readonly opcode: Opcode;
  readonly value: Instruction;
  readonly lane?: number;
}

export function storing(v: Vectors, { dtype, width }: Lanes, value: Instruction, single: boolean): Storing {
  if (dtype === 'bool') {
    const ones = v.apply('v128.and', value, v.i32(0x01010101));
    if (single) return { opcode: 'v128.store8_lane', value: ones, lane: 0 };
    const bytes = width === 4 ? [0, 4, 8, 12] : [0, 8];
    const packed = v.shuffle(ones, ones, [...bytes, ...Array<number>(16 - bytes.length).fill(0)]);
    return { opcode: width === 4 ? 'v128.store32_lane' : 'v128.store16_lane', value: packed, lane: 0 };
  }
  if (dtype === 'f64')
    return single ? { opcode: 'v128.store64_lane', value, lane: 0 } : { opcode: 'v128.store', value };
  if (single) return { opcode: 'v128.store32_lane', value, lane: 0 };
  return width === 4 ? { opcode: 'v128.store', value } : { opcode: 'v128.store64_lane', value, lane: 0 };
}
