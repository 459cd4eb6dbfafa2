import type { Instruction } from '../vector/vectors.js';
import { lanePicks } from '../vector/lanes.js';
import type { Float } from './float.js';

/**
 * Logarithms of doubles. x = 2^k m with √½ < m < √2; log m from s = f / (2 + f), f = m − 1, by the polynomial of
 * FreeBSD's msun `e_log.c` and `s_log1p.c` (Copyright 1993 Sun Microsystems, freely redistributable).
 */

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const SERIES = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
];

/** The bits of 1 and of √½. */
const ONE = 0x3ff0_0000_0000_0000n;
const ROOT_HALF = 0x3fe6_a09e_667f_3bcdn;
const MANTISSA = 0x000f_ffff_ffff_ffffn;

/** A normal positive x as 2^k m with √½ ≤ m < √2. */
function decompose({ v }: Float, x: Instruction): { readonly k: Instruction; readonly m: Instruction } {
  const shifted = v.apply('i64x2.add', x, v.i64(ONE - ROOT_HALF));
  const exponent = v.apply('i64x2.shr_s', shifted, v.integer(52));
  const low = v.shuffle(exponent, exponent, lanePicks(4, [0, 2, 0, 2]));
  const k = v.apply('f64x2.convert_low_i32x4_s', v.apply('i32x4.sub', low, v.i32(1023)));
  const m = v.apply('i64x2.add', v.apply('v128.and', shifted, v.i64(MANTISSA)), v.i64(ROOT_HALF));
  return { k, m };
}

/** The same for subnormal numbers too. */
export function decomposeAny(f: Float, x: Instruction): { readonly k: Instruction; readonly m: Instruction } {
  const small = f.compare('lt', x, 2 ** -1022);
  const { k, m } = decompose(f, f.select(small, f.mul(x, 2 ** 54), x));
  return { k: f.sub(k, f.select(small, 54, 0)), m };
}

/** log(1 + f) − f + f²/2, and f²/2. */
function parts(
  f: Float,
  rest: Instruction,
): { readonly correction: Instruction; readonly half: Instruction } {
  const s = f.div(rest, f.add(2, rest));
  const z = f.mul(s, s);
  const half = f.mul(0.5, f.mul(rest, rest));
  const correction = f.mul(s, f.add(half, f.mul(z, f.polynomial(z, SERIES))));
  return { correction, half };
}

/** −∞ at 0, NaN below, ∞ and NaN as they are; `result` in between. */
const atEnds = (f: Float, x: Instruction, result: Instruction): Instruction => {
  const zero = f.number(0);
  const outside = f.select(f.compare('eq', x, zero), -Infinity, f.select(f.compare('lt', x, zero), NaN, x));
  const inside = f.v.apply('v128.and', f.compare('gt', x, zero), f.compare('lt', x, Infinity));
  return f.select(inside, result, outside);
};

export function log(f: Float, x: Instruction): Instruction {
  const { k, m } = decomposeAny(f, x);
  const rest = f.sub(m, 1);
  const { correction, half } = parts(f, rest);
  const low = f.add(correction, f.mul(k, LN2_LOW));
  const result = f.sub(f.mul(k, LN2_HIGH), f.sub(f.sub(half, low), rest));
  return atEnds(f, x, result);
}

export function log2(f: Float, x: Instruction): Instruction {
  const { k, m } = decomposeAny(f, x);
  const rest = f.sub(m, 1);
  const { correction, half } = parts(f, rest);
  const natural = f.sub(rest, f.sub(half, correction));
  return atEnds(f, x, f.add(k, f.mul(natural, Math.LOG2E)));
}

/** log(1 + x): what 1 + x loses in rounding is put back. */
export function log1p(f: Float, x: Instruction): Instruction {
  const one = f.number(1);
  const u = f.add(one, x);
  const { k, m } = decompose(f, u);
  const direct = f.compare('eq', k, 0);
  const large = f.compare('ge', k, 2);
  const lost = f.select(large, f.sub(one, f.sub(u, x)), f.sub(x, f.sub(u, one)));
  const c = f.select(direct, 0, f.div(lost, u));
  const rest = f.select(direct, x, f.sub(m, one));
  const { correction, half } = parts(f, rest);
  const low = f.add(correction, f.add(f.mul(k, LN2_LOW), c));
  const result = f.sub(f.mul(k, LN2_HIGH), f.sub(f.sub(half, low), rest));
  // Keeps the sign of zero.
  return f.select(f.compare('eq', x, 0), x, atEnds(f, u, result));
}
