import { last, lookup, type DType, type Scalar, type ScalarFunction } from '@adjoint/core';
import { functions } from '../math/functions.js';
import { float, type Float } from '../math/float.js';
import { joinHalves, laneBytes, maskAs, shapeOf, upperHalf, type Width } from '../vector/lanes.js';
import type { Instruction, Vectors } from '../vector/vectors.js';

/** Scalar expressions as instructions, one element a lane. */

/** What the translation of one function is given. */
interface Translation {
  readonly v: Vectors;
  readonly width: Width;
  /** The dtype of the operands; of the last one, for `select`. */
  readonly dtype: DType;
}

/** A float function that has a formula in doubles only: the floats go through doubles and are rounded once. */
function throughDoubles(
  { v, width }: Translation,
  formula: (f: Float, x: Instruction, y: Instruction) => Instruction,
  x: Instruction,
  y: Instruction,
): Instruction {
  const f = float(v, 'f64');
  const wide = (half: Instruction): Instruction => v.apply('f64x2.promote_low_f32x4', half);
  const part = (pick: (x: Instruction) => Instruction): Instruction =>
    v.apply('f32x4.demote_f64x2_zero', formula(f, wide(pick(x)), wide(pick(y))));
  const low = part((x) => x);
  return width === 2
    ? low
    : joinHalves(
        v,
        low,
        part((x) => upperHalf(v, x)),
      );
}

/** A number in every lane; a bool as a mask. */
export const constantOf = (v: Vectors, dtype: DType, value: number): Instruction =>
  dtype === 'f64' ? v.f64(value) : dtype === 'f32' ? v.f32(value) : v.i32(dtype === 'bool' ? -value : value);

/** Comparisons give masks as wide as a lane. */
function comparison(
  how: 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge',
  t: Translation,
  x: Instruction,
  y: Instruction,
): Instruction {
  const { v, width, dtype } = t;
  const bytes = laneBytes('bool', width);
  if (dtype === 'bool') return boolComparison(v, how, x, y);
  const shape = shapeOf(dtype);
  const name = shape === 'i32x4' ? (how === 'eq' || how === 'ne' ? how : (`${how}_s` as const)) : how;
  // Signed comparisons have names of one form.
  const mask =
    shape === 'i32x4' ? v.apply(`i32x4.${name}` as 'i32x4.eq', x, y) : v.apply(`${shape}.${how}`, x, y);
  return maskAs(v, mask, laneBytes(dtype, width), bytes);
}

/** false < true; masks as unsigned numbers. */
function boolComparison(v: Vectors, how: string, x: Instruction, y: Instruction): Instruction {
  const not = (mask: Instruction): Instruction => v.apply('v128.not', mask);
  switch (how) {
    case 'eq':
      return not(v.apply('v128.xor', x, y));
    case 'ne':
      return v.apply('v128.xor', x, y);
    case 'lt':
      return v.apply('v128.andnot', y, x);
    case 'gt':
      return v.apply('v128.andnot', x, y);
    case 'le':
      return v.apply('v128.or', not(x), y);
    default:
      return v.apply('v128.or', x, not(y));
  }
}

/** Modulo 2³², towards zero, NaN and the infinities as 0: what JavaScript's `| 0` does. */
function doubleToInteger(v: Vectors, x: Instruction): Instruction {
  const f = float(v, 'f64');
  const whole = f.trunc(x);
  const turns = f.floor(f.mul(whole, f.number(2 ** -32)));
  return v.apply('i32x4.trunc_sat_f64x2_u_zero', f.sub(whole, f.mul(turns, f.number(2 ** 32))));
}

function convert(t: Translation, to: DType, x: Instruction): Instruction {
  const { v, width, dtype: from } = t;
  if (from === to) return x;
  const halves = (part: (x: Instruction) => Instruction): Instruction =>
    width === 2 ? part(x) : joinHalves(v, part(x), part(upperHalf(v, x)));
  if (to === 'bool') return comparison('ne', t, x, constantOf(v, from, 0));
  if (from === 'bool') {
    const mask = maskAs(v, x, laneBytes('bool', width), laneBytes(to, width));
    return v.apply('v128.and', mask, constantOf(v, to, 1));
  }
  if (to === 'i32') {
    return from === 'f64'
      ? doubleToInteger(v, x)
      : halves((part) => doubleToInteger(v, v.apply('f64x2.promote_low_f32x4', part)));
  }
  if (from === 'i32') return v.apply(to === 'f64' ? 'f64x2.convert_low_i32x4_s' : 'f32x4.convert_i32x4_s', x);
  return v.apply(to === 'f64' ? 'f64x2.promote_low_f32x4' : 'f32x4.demote_f64x2_zero', x);
}

/** Functions that are not formulas of floats alone. */
const special: Readonly<
  Record<
    string,
    (t: Translation, ...operands: readonly [Instruction, Instruction, Instruction]) => Instruction
  >
> = {
  equal: (t, x, y) => comparison('eq', t, x, y),
  notEqual: (t, x, y) => comparison('ne', t, x, y),
  less: (t, x, y) => comparison('lt', t, x, y),
  lessEqual: (t, x, y) => comparison('le', t, x, y),
  greater: (t, x, y) => comparison('gt', t, x, y),
  greaterEqual: (t, x, y) => comparison('ge', t, x, y),
  isFinite: (t, x) => {
    const { v, dtype } = t;
    if (dtype === 'i32' || dtype === 'bool') return v.i32(-1);
    return comparison('lt', t, float(v, dtype).abs(x), constantOf(v, dtype, Infinity));
  },
  and: ({ v }, x, y) => v.apply('v128.and', x, y),
  or: ({ v }, x, y) => v.apply('v128.or', x, y),
  not: ({ v }, x) => v.apply('v128.not', x),
  select: ({ v, width, dtype }, condition, x, y) =>
    v.apply('v128.bitselect', x, y, maskAs(v, condition, laneBytes('bool', width), laneBytes(dtype, width))),
  f64: (t, x) => convert(t, 'f64', x),
  f32: (t, x) => convert(t, 'f32', x),
  i32: (t, x) => convert(t, 'i32', x),
  bool: (t, x) => convert(t, 'bool', x),
};

type IntegerRule = (v: Vectors, x: Instruction, y: Instruction) => Instruction;

const integers: Readonly<Record<string, IntegerRule>> = {
  add: (v, x, y) => v.apply('i32x4.add', x, y),
  subtract: (v, x, y) => v.apply('i32x4.sub', x, y),
  multiply: (v, x, y) => v.apply('i32x4.mul', x, y),
  square: (v, x) => v.apply('i32x4.mul', x, x),
  negate: (v, x) => v.apply('i32x4.neg', x),
  abs: (v, x) => v.apply('i32x4.abs', x),
  sign: (v, x) =>
    v.apply('i32x4.sub', v.apply('i32x4.lt_s', x, v.i32(0)), v.apply('i32x4.gt_s', x, v.i32(0))),
  maximum: (v, x, y) => v.apply('i32x4.max_s', x, y),
  minimum: (v, x, y) => v.apply('i32x4.min_s', x, y),
  floor: (_v, x) => x,
  ceil: (_v, x) => x,
  round: (_v, x) => x,
};

/** A scalar function of operands that have been computed. */
export function applyFunction(
  fn: ScalarFunction,
  t: Translation,
  operands: readonly Instruction[],
): Instruction {
  const { v, dtype } = t;
  const [x, y, z] = operands;
  if (x === undefined) throw new TypeError(`${fn.name} has no operand`);
  // A function looks at no more operands than it takes; to those of fewer the first is given again.
  const rule = special[fn.name];
  if (rule !== undefined) return rule(t, x, y ?? x, z ?? x);
  if (dtype === 'i32') {
    const integer = integers[fn.name];
    if (integer !== undefined) return integer(v, x, y ?? x);
  }
  const formulas = functions[fn.name];
  if (formulas === undefined || (dtype !== 'f64' && dtype !== 'f32'))
    throw new TypeError(`no code for ${fn.name} of ${dtype}`);
  const { formula, doublesOnly } = formulas;
  return dtype === 'f32' && doublesOnly
    ? throughDoubles(t, formula, x, y ?? x)
    : formula(float(v, dtype), x, y ?? x);
}

/**
 * Computes expressions.
 * @param order every part of them, operands first
 * @param known the instructions of arguments; gets those of all other parts
 */
export function translate(
  v: Vectors,
  width: Width,
  order: readonly Scalar[],
  known: Map<Scalar, Instruction>,
): void {
  for (const part of order) {
    if (known.has(part) || part.kind === 'argument') continue;
    if (part.kind === 'constant') {
      known.set(part, constantOf(v, part.dtype, part.value));
      continue;
    }
    const operands = part.operands.map((operand) => lookup(known, operand));
    const { dtype } = last(part.operands);
    known.set(part, applyFunction(part.fn, { v, width, dtype }, operands));
  }
}
