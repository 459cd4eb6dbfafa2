import type { Instruction } from '../vector/vectors.js';
import { expm1, halfExp } from './exponential.js';
import type { Float } from './float.js';
import { log, log1p } from './logarithm.js';

/** Hyperbolic functions and their inverses, each range in the form that keeps its digits (as in FreeBSD's msun). */

export function sinh(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const t = expm1(f, size);
  const quotient = f.div(t, f.add(t, 1));
  const small = f.mul(0.5, f.sub(f.mul(2, t), f.mul(t, quotient)));
  const middle = f.mul(0.5, f.add(t, quotient));
  const near = f.select(f.compare('lt', size, 1), small, middle);
  return f.copySign(f.select(f.compare('lt', size, 22), near, halfExp(f, size)), x);
}

export function cosh(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const half = halfExp(f, size);
  const near = f.add(half, f.div(0.25, half));
  const t = expm1(f, size);
  const nearest = f.add(1, f.div(f.mul(t, t), f.mul(2, f.add(1, t))));
  const below = f.select(f.compare('lt', size, 0.5 * Math.LN2), nearest, near);
  return f.select(f.compare('lt', size, 22), below, half);
}

export function asinh(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const one = f.number(1);
  const square = f.mul(size, size);
  const root = f.sqrt(f.add(square, one));
  const small = log1p(f, f.add(size, f.div(square, f.add(one, root))));
  const large = f.compare('gt', size, 2 ** 28);
  const middle = f.add(f.mul(2, size), f.div(one, f.add(root, size)));
  const logged = log(f, f.select(large, size, middle));
  const far = f.select(large, f.add(logged, Math.LN2), logged);
  return f.copySign(f.select(f.compare('le', size, 2), small, far), x);
}

export function acosh(f: Float, x: Instruction): Instruction {
  const one = f.number(1);
  const t = f.sub(x, one);
  const small = log1p(f, f.add(t, f.sqrt(f.add(f.mul(2, t), f.mul(t, t)))));
  const large = f.compare('gt', x, 2 ** 28);
  const root = f.sqrt(f.sub(f.mul(x, x), one));
  const middle = f.sub(f.mul(2, x), f.div(one, f.add(x, root)));
  const logged = log(f, f.select(large, x, middle));
  const far = f.select(large, f.add(logged, Math.LN2), logged);
  const result = f.select(f.compare('le', x, 2), small, far);
  return f.select(f.compare('lt', x, one), NaN, result);
}

export function atanh(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const twice = f.add(size, size);
  const beside = f.sub(1, size);
  const near = f.add(twice, f.div(f.mul(twice, size), beside));
  const argument = f.select(f.compare('lt', size, 0.5), near, f.div(twice, beside));
  return f.copySign(f.mul(0.5, log1p(f, argument)), x);
}
