import type { Instruction } from '../vector/vectors.js';
import { expOfSum } from './exponential.js';
import type { Float } from './float.js';
import { decomposeAny } from './logarithm.js';

/**
 * x to the power y as exp(y log x), the logarithm and the product in pairs of doubles, high and low part, so that the
 * exponential loses nothing (Dekker, 1971, for the exact sum and product).
 */

interface Pair {
  readonly high: Instruction;
  readonly low: Instruction;
}

/** x + y and what its rounding lost, for |x| ≥ |y|. */
function exactSum(f: Float, x: Instruction, y: Instruction): Pair {
  const high = f.add(x, y);
  return { high, low: f.sub(y, f.sub(high, x)) };
}

/** x · y and what its rounding lost; factors below 2⁹⁹⁶. */
function exactProduct(f: Float, x: Instruction, y: Instruction): Pair {
  const split = (z: Instruction): Pair => {
    const scaled = f.mul(z, 2 ** 27 + 1);
    const high = f.sub(scaled, f.sub(scaled, z));
    return { high, low: f.sub(z, high) };
  };
  const [a, b] = [split(x), split(y)];
  const high = f.mul(x, y);
  const first = f.sub(f.mul(a.high, b.high), high);
  const cross = f.add(f.add(first, f.mul(a.high, b.low)), f.mul(a.low, b.high));
  return { high, low: f.add(cross, f.mul(a.low, b.low)) };
}

const multiply = (f: Float, x: Pair, y: Pair): Pair => {
  const { high, low } = exactProduct(f, x.high, y.high);
  return exactSum(f, high, f.add(low, f.add(f.mul(x.high, y.low), f.mul(x.low, y.high))));
};

/** x + y, for |x| ≥ |y|. */
const add = (f: Float, x: Pair, y: Pair): Pair => {
  const { high, low } = exactSum(f, x.high, y.high);
  return exactSum(f, high, f.add(low, f.add(x.low, y.low)));
};

/** 1/7, 1/9, … of the series of artanh; the terms before them need a low part. */
const SERIES = Array.from({ length: 11 }, (_, index) => 1 / (2 * index + 7));
const FIFTH = { high: 0.2, low: -1.1102230246251566e-17 };
const THIRD = { high: 1 / 3, low: 1.850371707708594e-17 };
const LN2 = { high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10 };

/** log x for normal and subnormal positive x: k ln 2 + 2 artanh(f / (2 + f)). */
function logPair(f: Float, x: Instruction): Pair {
  const { k, m } = decomposeAny(f, x);
  const rest = f.sub(m, 1);
  const t = f.add(2, rest);
  const tLow = f.sub(rest, f.sub(t, 2));
  const quotient = f.div(rest, t);
  const product = exactProduct(f, quotient, t);
  const remainder = f.sub(f.sub(f.sub(rest, product.high), product.low), f.mul(quotient, tLow));
  const s: Pair = { high: quotient, low: f.div(remainder, t) };
  const square = multiply(f, s, s);
  const constant = ({ high, low }: { high: number; low: number }): Pair => ({
    high: f.number(high),
    low: f.number(low),
  });
  const tail: Pair = { high: f.mul(square.high, f.polynomial(square.high, SERIES)), low: f.number(0) };
  const inner = multiply(f, square, add(f, constant(FIFTH), tail));
  const series = multiply(f, square, add(f, constant(THIRD), inner));
  const artanh = add(f, s, multiply(f, s, series));
  const two = f.number(2);
  const ofM: Pair = { high: f.mul(two, artanh.high), low: f.mul(two, artanh.low) };
  const ofK = exactSum(f, f.mul(k, LN2.high), f.mul(k, LN2.low));
  // Where k is 0 the sum is that of the rest, which is the larger one.
  const whole = add(f, ofK, ofM);
  const none = f.compare('eq', k, 0);
  return { high: f.select(none, ofM.high, whole.high), low: f.select(none, ofM.low, whole.low) };
}

export function power(f: Float, x: Instruction, y: Instruction): Instruction {
  const [zero, one, infinity] = [f.number(0), f.number(1), f.number(Infinity)];
  const { v } = f;
  const and = (a: Instruction, b: Instruction): Instruction => v.apply('v128.and', a, b);
  const size = f.abs(x);
  // Beyond 2¹⁰⁰ every power of anything but 1 is 0 or infinite.
  const bounded = f.max(f.min(y, 2 ** 100), -(2 ** 100));
  const log = logPair(f, size);
  const exponent = multiply(f, log, { high: bounded, low: zero });
  const finite = expOfSum(f, exponent.high, exponent.low);

  const grows = f.compare('gt', y, zero);
  const ofZero = f.select(grows, zero, infinity);
  const ofInfinity = f.select(grows, infinity, zero);
  const positive = f.select(
    f.compare('eq', size, zero),
    ofZero,
    f.select(f.compare('eq', size, infinity), ofInfinity, finite),
  );

  const whole = f.compare('eq', f.floor(y), y);
  const half = f.mul(y, 0.5);
  const odd = and(whole, f.compare('ne', f.floor(half), half));
  const negative = v.apply('i64x2.shr_s', x, v.integer(63));
  const signed = f.select(and(negative, odd), f.neg(positive), positive);
  const proper = v.apply(
    'v128.or',
    whole,
    v.apply('v128.or', f.compare('ge', x, zero), f.compare('eq', size, infinity)),
  );
  const result = f.select(proper, signed, NaN);

  const unordered = v.apply('v128.or', f.compare('ne', x, x), f.compare('ne', y, y));
  const ordered = f.select(unordered, NaN, result);
  const unit = and(f.compare('eq', size, one), f.compare('eq', f.abs(y), infinity));
  const isOne = v.apply(
    'v128.or',
    v.apply('v128.or', f.compare('eq', x, one), f.compare('eq', y, zero)),
    unit,
  );
  return f.select(isOne, one, ordered);
}
