import type { Instruction } from '../vector/vectors.js';
import { lanePicks } from '../vector/lanes.js';
import type { Float } from './float.js';

/**
 * Trigonometric functions of doubles and their inverses. x = n π/2 + y with π/2 in three parts (Cody and Waite), good
 * to |x| = 2¹⁶, and a function of the library beyond; polynomials and coefficients as in FreeBSD's msun `k_sin.c`, `k_cos.c`, `s_atan.c`, `e_asin.c`
 * (Copyright 1993 Sun Microsystems, freely redistributable).
 */

const HALF_PI = [1.57079632673412561417, 6.0771005063039659766e-11, 2.02226624879595063154e-21] as const;
const SINE = [
  8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
];
const SINE_FIRST = -1.66666666666666324348e-1;
const COSINE = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
];

interface Reduced {
  /** The quadrant, as i32 in each half of a lane. */
  readonly quadrant: Instruction;
  /** y and what its rounding lost. */
  readonly y: Instruction;
  readonly low: Instruction;
}

function reduce(f: Float, x: Instruction): Reduced {
  const { v } = f;
  const n = f.nearest(f.mul(x, 2 / Math.PI));
  const first = f.sub(x, f.mul(n, HALF_PI[0]));
  const second = f.mul(n, HALF_PI[1]);
  const r = f.sub(first, second);
  const rest = f.sub(f.mul(n, HALF_PI[2]), f.sub(f.sub(first, r), second));
  const y = f.sub(r, rest);
  const low = f.sub(f.sub(r, y), rest);

  // Beyond the formula's range: for each lane y, and its lost part with the quadrant in its lowest bits.
  const [lane0, lane1] = [
    v.library('reduceByHalfPi', 'v128', 0, [x]),
    v.library('reduceByHalfPi', 'v128', 1, [x]),
  ];
  const large = v.apply('v128.not', f.compare('le', f.abs(x), 2 ** 16));
  const marked = v.shuffle(lane0, lane1, lanePicks(8, [1, 3]));
  const mark = v.apply('v128.and', marked, v.i64(3n));
  const whole = v.apply('i32x4.trunc_sat_f64x2_s_zero', n);
  return {
    quadrant: f.select(
      large,
      v.shuffle(mark, mark, lanePicks(4, [0, 0, 2, 2])),
      v.shuffle(whole, whole, lanePicks(4, [0, 0, 1, 1])),
    ),
    y: f.select(large, v.shuffle(lane0, lane1, lanePicks(8, [0, 2])), y),
    low: f.select(large, v.apply('v128.and', marked, v.i64(-4n)), low),
  };
}

/** A sum of two numbers, of which the first is larger. */
interface Sum {
  readonly larger: Instruction;
  readonly smaller: Instruction;
}

const rounded = (f: Float, { larger, smaller }: Sum): Instruction => f.add(larger, smaller);
/** What rounding the sum loses. */
const lost = (f: Float, { larger, smaller }: Sum): Instruction =>
  f.add(f.sub(larger, f.add(larger, smaller)), smaller);

function sineOf(f: Float, { y, low }: Reduced): Sum {
  const z = f.mul(y, y);
  const cube = f.mul(z, y);
  const r = f.polynomial(z, SINE);
  const inner = f.sub(f.mul(z, f.sub(f.mul(0.5, low), f.mul(cube, r))), low);
  return { larger: y, smaller: f.sub(f.mul(cube, SINE_FIRST), inner) };
}

function cosineOf(f: Float, { y, low }: Reduced): Sum {
  const z = f.mul(y, y);
  const r = f.mul(z, f.polynomial(z, COSINE));
  const half = f.mul(0.5, z);
  const w = f.sub(1, half);
  const rest = f.add(f.sub(f.sub(1, w), half), f.sub(f.mul(z, r), f.mul(y, low)));
  return { larger: w, smaller: rest };
}

/** Lanes where a bit of the quadrant is set. */
const hasBit = ({ v }: Float, quadrant: Instruction, bit: number): Instruction =>
  v.apply('i32x4.ne', v.apply('v128.and', quadrant, v.i32(bit)), v.i32(0));

/** sin(x + quarters · π/2) */
function wave(f: Float, x: Instruction, quarters: number): Instruction {
  const reduced = reduce(f, x);
  const quadrant = f.v.apply('i32x4.add', reduced.quadrant, f.v.i32(quarters));
  const [s, c] = [rounded(f, sineOf(f, reduced)), rounded(f, cosineOf(f, reduced))];
  const value = f.select(hasBit(f, quadrant, 1), c, s);
  return f.select(hasBit(f, quadrant, 2), f.neg(value), value);
}

export const sin = (f: Float, x: Instruction): Instruction =>
  f.select(f.compare('eq', x, 0), x, wave(f, x, 0));
export const cos = (f: Float, x: Instruction): Instruction => wave(f, x, 1);

/** sin / cos, corrected by what their rounding lost: q = s/c, and (s + ds)/(c + dc) = q + (ds − q dc)/c. */
export function tan(f: Float, x: Instruction): Instruction {
  const reduced = reduce(f, x);
  const [sine, cosine] = [sineOf(f, reduced), cosineOf(f, reduced)];
  const odd = hasBit(f, reduced.quadrant, 1);
  const above = (part: (sum: Sum) => Instruction): Instruction =>
    f.select(odd, f.neg(part(cosine)), part(sine));
  const below = (part: (sum: Sum) => Instruction): Instruction => f.select(odd, part(sine), part(cosine));
  const denominator = below((sum) => rounded(f, sum));
  const quotient = f.div(
    above((sum) => rounded(f, sum)),
    denominator,
  );
  const ofLost = f.mul(
    quotient,
    below((sum) => lost(f, sum)),
  );
  const correction = f.div(
    f.sub(
      above((sum) => lost(f, sum)),
      ofLost,
    ),
    denominator,
  );
  return f.select(f.compare('eq', x, 0), x, f.add(quotient, correction));
}

// Inverses

const ARC_TANGENT = [
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.1111110405462355788e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2,
  -5.83357013379057348645e-2, 4.97687799461593236017e-2, -3.6531572744216915527e-2, 1.62858201153657823623e-2,
];
/** atan of 1/2, 1, 3/2 and ∞ in two parts, and from where on they are the nearest. */
const ANCHORS = [
  { from: 7 / 16, high: 4.63647609000806093515e-1, low: 2.26987774529616870924e-17 },
  { from: 11 / 16, high: 7.85398163397448278999e-1, low: 3.06161699786838301793e-17 },
  { from: 19 / 16, high: 9.82793723247329054082e-1, low: 1.39033110312309984516e-17 },
  { from: 39 / 16, high: 1.570796326794896558, low: 6.12323399573676603587e-17 },
] as const;

/** atan of numbers ≥ 0. */
function atanPositive(f: Float, x: Instruction): Instruction {
  const [one, two, half] = [f.number(1), f.number(2), f.number(1.5)];
  const steps = ANCHORS.map(({ from }) => f.compare('ge', x, from));
  const choose = (values: readonly Instruction[], otherwise: Instruction): Instruction =>
    values.reduce((chosen, value, index) => {
      const step = steps[index];
      return step === undefined ? chosen : f.select(step, value, chosen);
    }, otherwise);
  const numerator = choose([f.sub(f.mul(two, x), one), f.sub(x, one), f.sub(x, half), f.number(-1)], x);
  const denominator = choose([f.add(two, x), f.add(x, one), f.add(one, f.mul(half, x)), x], one);
  const t = f.div(numerator, denominator);
  const z = f.mul(t, t);
  const s = f.mul(f.mul(z, f.polynomial(z, ARC_TANGENT)), t);
  const high = choose(
    ANCHORS.map((anchor) => f.number(anchor.high)),
    f.number(0),
  );
  const low = choose(
    ANCHORS.map((anchor) => f.number(anchor.low)),
    f.number(0),
  );
  return f.sub(high, f.sub(f.sub(s, low), t));
}

export const atan = (f: Float, x: Instruction): Instruction => f.copySign(atanPositive(f, f.abs(x)), x);

/** The angle of the point (x, y). */
export function atan2(f: Float, y: Instruction, x: Instruction): Instruction {
  const [ySize, xSize] = [f.abs(y), f.abs(x)];
  const zero = f.compare('eq', f.max(ySize, xSize), 0);
  const infinite = f.compare('eq', f.min(ySize, xSize), Infinity);
  const quotient = f.select(infinite, 1, f.select(zero, 0, f.div(ySize, xSize)));
  const angle = atanPositive(f, quotient);
  const behind = f.sub(Math.PI, f.sub(angle, 1.2246467991473532e-16));
  // The sign bit of x, for −0 too.
  const left = f.v.apply('i64x2.shr_s', x, f.v.integer(63));
  const result = f.copySign(f.select(left, behind, angle), y);
  const unordered = f.v.apply('v128.or', f.compare('ne', x, x), f.compare('ne', y, y));
  return f.select(unordered, NaN, result);
}

const ARC_SINE = [
  1.66666666666666657415e-1, -3.25565818622400915405e-1, 2.01212532134862925881e-1,
  -4.00555345006794114027e-2, 7.91534994289814532176e-4, 3.4793310759602116757e-5,
];
const ARC_SINE_BELOW = [
  1, -2.40339491173441421878, 2.02094576023350569471, -6.8828397160545329303e-1, 7.70381505559019352791e-2,
];
const HALF_PI_HIGH = 1.570796326794896558;
const HALF_PI_LOW = 6.12323399573676603587e-17;

/** (asin √z − √z) / √z */
const arcSineRatio = (f: Float, z: Instruction): Instruction =>
  f.div(f.mul(z, f.polynomial(z, ARC_SINE)), f.polynomial(z, ARC_SINE_BELOW));

/** For |x| ≥ 1/2, z = (1 − |x|)/2: its root in two parts, and their ratio. */
function nearOne(f: Float, size: Instruction) {
  const z = f.mul(0.5, f.sub(1, size));
  const s = f.sqrt(z);
  const high = f.v.apply('v128.and', s, f.v.i64(-0x1_0000_0000n));
  const low = f.div(f.sub(z, f.mul(high, high)), f.add(s, high));
  return {
    s,
    high,
    low: f.select(f.compare('eq', s, 0), 0, low),
    ratio: arcSineRatio(f, z),
  };
}

export function asin(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const inner = f.add(size, f.mul(size, arcSineRatio(f, f.mul(size, size))));
  const { s, high, low, ratio } = nearOne(f, size);
  const two = f.number(2);
  const p = f.sub(f.mul(f.mul(two, s), ratio), f.sub(HALF_PI_LOW, f.mul(two, low)));
  const quarter = f.number(HALF_PI_HIGH / 2);
  const outer = f.sub(quarter, f.sub(p, f.sub(quarter, f.mul(two, high))));
  return f.copySign(f.select(f.compare('lt', size, 0.5), inner, outer), x);
}

export function acos(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const two = f.number(2);
  const r = arcSineRatio(f, f.mul(x, x));
  const inner = f.sub(HALF_PI_HIGH, f.sub(x, f.sub(HALF_PI_LOW, f.mul(x, r))));
  const { s, high, low, ratio } = nearOne(f, size);
  const right = f.mul(two, f.add(high, f.add(f.mul(ratio, s), low)));
  const left = f.sub(Math.PI, f.mul(two, f.add(s, f.sub(f.mul(ratio, s), HALF_PI_LOW))));
  const outer = f.select(f.compare('lt', x, 0), left, right);
  return f.select(f.compare('lt', size, 0.5), inner, outer);
}
