import type { Instruction } from '../emit/vectors.js';
import type { Float } from './float.js';

/**
 * Exponentials. x = k ln 2 + r with |r| ≤ ln 2 / 2; exp r − 1 from a polynomial, and 2^k from the bits of a float.
 * The reduction and the doubles' rational form are those of FreeBSD's msun `e_exp.c` (Copyright 2004 Sun
 * Microsystems, freely redistributable); the floats' polynomial is the interpolant at Chebyshev points.
 */

interface Parameters {
  /** ln 2 in two parts, of which the first times any k is exact. */
  readonly ln2: readonly [high: number, low: number];
  /** Beyond these exp is 0 and infinite. */
  readonly range: readonly [least: number, greatest: number];
}

const parameters: Readonly<Record<Float['type'], Parameters>> = {
  f64: { ln2: [6.9314718036912381649e-1, 1.90821492927058770002e-10], range: [-746, 710] },
  f32: { ln2: [0.693145751953125, 1.428606765330187e-6], range: [-104, 89] },
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

/** x = k ln 2 + r. */
interface Reduced {
  readonly k: Instruction;
  /** exp r − 1, to a relative error near one unit in the last place. */
  readonly rest: Instruction;
}

function reduce(f: Float, x: Instruction): Reduced {
  const { ln2 } = parameters[f.type];
  const k = f.nearest(f.mul(x, f.number(Math.LOG2E)));
  const high = f.sub(x, f.mul(k, f.number(ln2[0])));
  const low = f.mul(k, f.number(ln2[1]));
  const r = f.sub(high, low);
  const square = f.mul(r, r);
  if (f.type === 'f32') return { k, rest: f.add(r, f.mul(square, f.polynomial(r, quotient))) };
  const c = f.sub(r, f.mul(square, f.polynomial(square, rational)));
  const correction = f.div(f.mul(r, c), f.sub(f.number(2), c));
  return { k, rest: f.sub(high, f.sub(low, correction)) };
}

/** 2^k as two factors, so that neither leaves the range where the product is a subnormal number. */
function powerOfTwo({ v, type }: Float, k: Instruction): readonly [Instruction, Instruction] {
  const whole = v.apply(type === 'f64' ? 'i32x4.trunc_sat_f64x2_s_zero' : 'i32x4.trunc_sat_f32x4_s', k);
  const half = v.apply('i32x4.shr_s', whole, v.integer(1));
  const factor = (exponent: Instruction): Instruction =>
    type === 'f64'
      ? v.apply(
          'i64x2.shl',
          v.apply('i64x2.extend_low_i32x4_u', v.apply('i32x4.add', exponent, v.i32(1023))),
          v.integer(52),
        )
      : v.apply('i32x4.shl', v.apply('i32x4.add', exponent, v.i32(127)), v.integer(23));
  return [factor(half), factor(v.apply('i32x4.sub', whole, half))];
}

const clamp = (f: Float, x: Instruction): Instruction => {
  const [least, greatest] = parameters[f.type].range;
  return f.max(f.min(x, f.number(greatest)), f.number(least));
};

/** exp x */
export function exp(f: Float, x: Instruction): Instruction {
  const { k, rest } = reduce(f, clamp(f, x));
  const [a, b] = powerOfTwo(f, k);
  return f.mul(f.mul(f.add(f.number(1), rest), a), b);
}

/** exp(x + low) for a `low` that is small beside x. */
export function expOfSum(f: Float, x: Instruction, low: Instruction): Instruction {
  const inside = clamp(f, x);
  const { k, rest } = reduce(f, inside);
  const [a, b] = powerOfTwo(f, k);
  const value = f.add(f.number(1), rest);
  // Where x was cut off, `low` means nothing.
  const corrected = f.select(f.compare('eq', inside, x), f.add(value, f.mul(value, low)), value);
  return f.mul(f.mul(corrected, a), b);
}

/** exp x − 1: 2^k (exp r − 1) + (2^k − 1), of which nothing cancels. */
export function expm1(f: Float, x: Instruction): Instruction {
  const { k, rest } = reduce(f, clamp(f, x));
  const [a, b] = powerOfTwo(f, k);
  const power = f.mul(a, b);
  const small = f.add(f.mul(rest, power), f.sub(power, f.number(1)));
  const large = f.mul(f.mul(f.add(f.number(1), rest), a), b);
  const result = f.select(f.compare('gt', k, f.number(60)), large, small);
  // Keeps the sign of zero.
  return f.select(f.compare('eq', x, f.number(0)), x, result);
}

/**
 * 1 / (1 + exp −x). Floats take exp of what is negative only, so that nothing small is lost; doubles are written as
 * the definition is.
 */
export function sigmoid(f: Float, x: Instruction): Instruction {
  const one = f.number(1);
  if (f.type === 'f64') return f.div(one, f.add(one, exp(f, f.neg(x))));
  const t = exp(f, f.neg(f.abs(x)));
  return f.div(f.select(f.compare('lt', x, f.number(0)), t, one), f.add(one, t));
}

/** tanh x from exp 2|x| − 1, each range in the form that keeps its digits. */
export function tanh(f: Float, x: Instruction): Instruction {
  const size = f.min(f.abs(x), f.number(22));
  const t = expm1(f, f.mul(f.number(2), size));
  const small = f.div(t, f.add(t, f.number(2)));
  const large = f.sub(f.number(1), f.div(f.number(2), f.add(t, f.number(2))));
  return f.copySign(f.select(f.compare('lt', size, f.number(1)), small, large), x);
}
