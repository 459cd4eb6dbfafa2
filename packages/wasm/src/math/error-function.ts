import { scalar } from '@adjoint/core';
import type { Instruction } from '../vector/vectors.js';
import { expOfSum } from './exponential.js';
import type { Float } from './float.js';

/**
 * The error function of doubles and its complement: the rational approximations in five ranges that core evaluates
 * number by number.
 */

const { smallP, smallQ, erfAt1, middleP, middleQ, largeR, largeS, hugeR, hugeS } = scalar.erfCoefficients;

/** erf(x)/x − 1 for |x| < 0.84375 */
const small = (f: Float, x: Instruction): Instruction => {
  const z = f.mul(x, x);
  return f.div(f.polynomial(z, smallP), f.polynomial(z, smallQ));
};

/** erf(x) − erf(1), rounded to its constant, for 0.84375 ≤ x < 1.25 */
const middle = (f: Float, x: Instruction): Instruction => {
  const s = f.sub(x, 1);
  return f.div(f.polynomial(s, middleP), f.polynomial(s, middleQ));
};

/** erfc(x) for x ≥ 1.25 */
function tail(f: Float, x: Instruction): Instruction {
  const s = f.div(1, f.mul(x, x));
  const near = f.compare('lt', x, 1 / 0.35);
  const ratio = f.select(
    near,
    f.div(f.polynomial(s, largeR), f.polynomial(s, largeS)),
    f.div(f.polynomial(s, hugeR), f.polynomial(s, hugeS)),
  );
  // x² loses digits in exp; with the low word of z cleared, z² is exact and (z − x)(z + x) is the small rest.
  const z = f.v.apply('v128.and', x, f.v.i64(-0x1_0000_0000n));
  const [large, small] = [f.sub(f.neg(f.mul(z, z)), 0.5625), f.add(f.mul(f.sub(z, x), f.add(z, x)), ratio)];
  const sum = f.add(large, small);
  const lost = f.add(f.sub(large, sum), small);
  return f.div(expOfSum(f, sum, lost), x);
}

export function erf(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const inner = f.add(x, f.mul(x, small(f, x)));
  const outer = f.select(
    f.compare('lt', size, 1.25),
    f.add(erfAt1, middle(f, size)),
    f.select(f.compare('ge', size, 6), 1, f.sub(1, tail(f, size))),
  );
  const result = f.select(f.compare('lt', size, 0.84375), inner, f.copySign(outer, x));
  return f.select(f.compare('ne', x, x), x, result);
}

export function erfc(f: Float, x: Instruction): Instruction {
  const [one, two] = [f.number(1), f.number(2)];
  const size = f.abs(x);
  const positive = f.compare('gt', x, 0);
  const y = f.mul(x, small(f, x));
  const beyondHalf = f.sub(x, 0.5);
  const sum = f.add(beyondHalf, y);
  const lostOfSum = f.add(f.sub(beyondHalf, sum), y);
  const inner = f.select(
    f.compare('lt', x, 0.25),
    f.sub(one, f.add(x, y)),
    f.sub(f.sub(0.5, sum), lostOfSum),
  );
  const rest = middle(f, size);
  const near = f.select(positive, f.sub(1 - erfAt1, rest), f.add(one, f.add(erfAt1, rest)));
  // Beyond 28 exp underflows to 0 by itself, and there the quotient of polynomials still means something.
  const far = f.select(f.compare('ge', size, 28), 0, tail(f, size));
  const outer = f.select(positive, far, f.sub(two, far));
  const result = f.select(
    f.compare('lt', size, 0.84375),
    inner,
    f.select(f.compare('lt', size, 1.25), near, outer),
  );
  return f.select(f.compare('ne', x, x), x, result);
}
