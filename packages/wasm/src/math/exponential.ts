import type { Instruction } from '../vector/vectors.js';
import type { Float } from './float.js';

/**
 * Exponentials. x = k ln 2 + r with |r| ≤ ln 2 / 2; exp r − 1 from a polynomial, and 2^k from the bits of a float.
 * The reduction and the doubles' rational form are those of FreeBSD's msun `e_exp.c` (Copyright 2004 Sun
 * Microsystems, freely redistributable); the floats' polynomial is the interpolant at Chebyshev points.
 */

interface Parameters {
  /** ln 2 in two parts, of which the first times any k is exact. */
  readonly ln2: readonly [high: number, low: number];
  /** Beyond these exp is 0, and half of it infinite. */
  readonly range: readonly [least: number, greatest: number];
}

const parameters: Readonly<Record<Float['type'], Parameters>> = {
  f64: { ln2: [6.9314718036912381649e-1, 1.90821492927058770002e-10], range: [-746, 711] },
  f32: { ln2: [0.693145751953125, 1.428606765330187e-6], range: [-104, 90] },
};

/** r − r · P(r²) is (r (exp r + 1) / (exp r − 1)) up to what follows below. */
const rational = [
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5, -1.6533902205465251539e-6,
  4.13813679705723846039e-8,
];

/** exp r = 1 + r + r² Q(r) for |r| ≤ ln 2 / 2. */
const quotient = [
  0.500000001354, 0.166666666817, 0.0416664641974, 0.00833331084465, 0.00139337307158, 0.00019891080464,
];

/** A number so large that its last bit counts ones: what is added to it is rounded to an integer in its low bits. */
const COUNTER = { f64: 1.5 * 2 ** 52, f32: 1.5 * 2 ** 23 } as const;

const count = (f: Float, x: Instruction): Instruction => f.add(x, COUNTER[f.type]);

/** x = k ln 2 + r. */
interface Reduced {
  readonly k: Instruction;
  /** A float whose lowest bits are k as an integer. */
  readonly counted: Instruction;
  /** exp r − 1, to a relative error near one unit in the last place. */
  readonly rest: Instruction;
}

function reduce(f: Float, x: Instruction): Reduced {
  const { ln2 } = parameters[f.type];
  const counted = count(f, f.mul(x, Math.LOG2E));
  const k = f.sub(counted, COUNTER[f.type]);
  const high = f.sub(x, f.mul(k, ln2[0]));
  const low = f.mul(k, ln2[1]);
  const r = f.sub(high, low);
  const square = f.mul(r, r);
  if (f.type === 'f32') return { k, counted, rest: f.add(r, f.mul(square, f.polynomial(r, quotient))) };
  const c = f.sub(r, f.mul(square, f.polynomial(square, rational)));
  const correction = f.div(f.mul(r, c), f.sub(2, c));
  return { k, counted, rest: f.sub(high, f.sub(low, correction)) };
}

/** 2^k times `factor`, a power of two, for a k in the lowest bits: they are moved into the exponent. */
function powerOfTwo({ v, type, number }: Float, counted: Instruction, factor = 1): Instruction {
  return type === 'f64'
    ? v.apply('i64x2.add', v.apply('i64x2.shl', counted, v.integer(52)), number(factor))
    : v.apply('i32x4.add', v.apply('i32x4.shl', counted, v.integer(23)), number(factor));
}

/** y 2^k, in two steps, so that neither factor leaves the range where the product is a subnormal number. */
function scale(f: Float, y: Instruction, counted: Instruction): Instruction {
  const { v } = f;
  const half = v.apply('i32x4.shr_s', counted, v.integer(1));
  const rest = v.apply('i32x4.sub', counted, half);
  return f.mul(f.mul(y, powerOfTwo(f, half)), powerOfTwo(f, rest));
}

const clamp = (f: Float, x: Instruction): Instruction => {
  const [least, greatest] = parameters[f.type].range;
  return f.pmax(f.pmin(x, greatest), least);
};

/** exp x */
export function exp(f: Float, x: Instruction): Instruction {
  const { counted, rest } = reduce(f, clamp(f, x));
  return scale(f, f.add(1, rest), counted);
}

/** exp x / 2, which is finite a little beyond where exp x is. */
export function halfExp(f: Float, x: Instruction): Instruction {
  const { k, rest } = reduce(f, clamp(f, x));
  return scale(f, f.add(1, rest), count(f, f.sub(k, 1)));
}

/** exp x for x ≤ 0: 2^(k + 64) is a normal number, and 2⁻⁶⁴ rounds once. */
function expOfNegative(f: Float, x: Instruction): Instruction {
  const { counted, rest } = reduce(f, f.pmax(x, parameters[f.type].range[0]));
  const power = powerOfTwo(f, counted, 2 ** 64);
  return f.mul(f.mul(f.add(1, rest), power), 2 ** -64);
}

/** exp(x + low) for a `low` that is small beside x. */
export function expOfSum(f: Float, x: Instruction, low: Instruction): Instruction {
  const inside = clamp(f, x);
  const { counted, rest } = reduce(f, inside);
  const value = f.add(1, rest);
  // Where x was cut off, `low` means nothing.
  const corrected = f.select(f.compare('eq', inside, x), f.add(value, f.mul(value, low)), value);
  return scale(f, corrected, counted);
}

/** 2^k (exp r − 1) + (2^k − 1), of which nothing cancels, where 2^k is a normal number. */
function expm1Within(f: Float, { counted, rest }: Pick<Reduced, 'counted' | 'rest'>): Instruction {
  const power = powerOfTwo(f, counted);
  return f.add(f.mul(rest, power), f.sub(power, 1));
}

/** exp x − 1 */
export function expm1(f: Float, x: Instruction): Instruction {
  // From −60 downwards the result is −1, from 2⁶⁰ upwards it is exp x.
  const { k, counted, rest } = reduce(f, f.pmax(clamp(f, x), -60));
  const small = expm1Within(f, { counted: count(f, f.pmin(k, 64)), rest });
  const large = scale(f, f.add(1, rest), counted);
  const result = f.select(f.compare('gt', k, 60), large, small);
  // Keeps the sign of zero.
  return f.select(f.compare('eq', x, 0), x, result);
}

/** 1 / (1 + exp −x), from exp of what is negative only, so that nothing small is lost. */
export function sigmoid(f: Float, x: Instruction): Instruction {
  const one = f.number(1);
  const t = expOfNegative(f, f.neg(f.abs(x)));
  return f.div(f.select(f.compare('lt', x, 0), t, one), f.add(one, t));
}

/** tanh x = x + x³ P(x²) / Q(x²) for |x| < 0.625 (Cephes' `tanh.c`, Moshier). */
const TANH_ABOVE = [-1614.6876844170845, -99.28772310019185, -0.9643991794250523];
const TANH_BELOW = [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1];

/** From 22 on it is 1. Floats: t / (t + 2) with t = exp 2|x| − 1; doubles: 1 − 2 / (exp 2|x| + 1), or the above. */
export function tanh(f: Float, x: Instruction): Instruction {
  const size = f.pmin(f.abs(x), 22);
  const [one, two, double] = [f.number(1), f.number(2), f.add(size, size)];
  if (f.type === 'f32') {
    const t = expm1Within(f, reduce(f, double));
    return f.withSign(f.div(t, f.add(t, two)), x);
  }
  const z = f.mul(size, size);
  const near = f.compare('lt', size, 0.625);
  const above = f.mul(f.mul(size, z), f.polynomial(z, TANH_ABOVE));
  const quotient = f.div(
    f.select(near, above, two),
    f.select(near, f.polynomial(z, TANH_BELOW), f.add(exp(f, double), one)),
  );
  return f.withSign(f.select(near, f.add(size, quotient), f.sub(one, quotient)), x);
}
