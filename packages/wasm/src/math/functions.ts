import { lanePicks } from '../vector/lanes.js';
import type { Instruction } from '../vector/vectors.js';
import { erf, erfc } from './error-function.js';
import { exp, expm1, sigmoid, tanh } from './exponential.js';
import type { Float } from './float.js';
import { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.js';
import { log, log1p, log2 } from './logarithm.js';
import { power } from './power.js';
import { acos, asin, atan, atan2, cos, sin, tan } from './trigonometry.js';

interface Entry {
  readonly formula: (f: Float, x: Instruction, y: Instruction) => Instruction;
  /** Whether floats are computed in doubles. */
  readonly doublesOnly: boolean;
}

const entry = (formula: Entry['formula']): Entry => ({ formula, doublesOnly: false });
/** For both float types in doubles. */
const doubles = (formula: Entry['formula']): Entry => ({ formula, doublesOnly: true });

/** −1, 0 or 1, with the sign of zero, and NaN. */
const sign = (f: Float, x: Instruction): Instruction => {
  const unequal = f.compare('gt', f.abs(x), 0);
  return f.select(unequal, f.copySign(f.number(1), x), x);
};

/** log(1 + exp −|x|), which the stable forms below add to their linear part. */
const softness = (f: Float, x: Instruction): Instruction => log1p(f, exp(f, f.neg(f.abs(x))));

const softplus = (f: Float, x: Instruction): Instruction => f.add(f.max(x, 0), softness(f, x));
const logSigmoid = (f: Float, x: Instruction): Instruction => f.sub(f.min(x, 0), softness(f, x));

function logAddExp(f: Float, x: Instruction, y: Instruction): Instruction {
  const apart = f.add(f.max(x, y), softness(f, f.sub(x, y)));
  // Two equal infinities have no difference.
  return f.select(f.compare('eq', x, y), f.add(x, Math.LN2), apart);
}

/** √(x² + y²), scaled by a power of two so that no square overflows or vanishes. */
function hypot(f: Float, x: Instruction, y: Instruction): Instruction {
  const [a, b] = [f.abs(x), f.abs(y)];
  const larger = f.max(a, b);
  const scale = f.select(
    f.compare('gt', larger, 2 ** 500),
    2 ** -600,
    f.select(f.compare('lt', larger, 2 ** -400), 2 ** 600, 1),
  );
  const [p, q] = [f.mul(a, scale), f.mul(b, scale)];
  const root = f.div(f.sqrt(f.add(f.mul(p, p), f.mul(q, q))), scale);
  const infinity = f.number(Infinity);
  const infinite = f.v.apply('v128.or', f.compare('eq', a, infinity), f.compare('eq', b, infinity));
  return f.select(infinite, infinity, root);
}

/** The remainder with the sign of the divisor, zeros too. */
function remainder(f: Float, x: Instruction, y: Instruction): Instruction {
  const { v } = f;
  const lane = (at: 0 | 1): Instruction => v.apply('f64x2.splat', v.library('remainder', 'f64', at, [x, y]));
  const rest = f.copySign(v.shuffle(lane(0), lane(1), lanePicks(8, [0, 3])), x);
  const zero = f.number(0);
  const otherSign = v.apply('v128.xor', f.compare('lt', rest, zero), f.compare('lt', y, zero));
  const moved = f.select(otherSign, f.add(rest, y), rest);
  return f.select(f.compare('eq', rest, zero), f.copySign(zero, y), moved);
}

/** The standard table of scalar functions, each as instructions. */
export const functions: Readonly<Partial<Record<string, Entry>>> = {
  add: entry((f, x, y) => f.add(x, y)),
  subtract: entry((f, x, y) => f.sub(x, y)),
  multiply: entry((f, x, y) => f.mul(x, y)),
  divide: entry((f, x, y) => f.div(x, y)),
  negate: entry((f, x) => f.neg(x)),
  remainder: doubles(remainder),
  reciprocal: entry((f, x) => f.div(1, x)),
  square: entry((f, x) => f.mul(x, x)),
  sqrt: entry((f, x) => f.sqrt(x)),
  abs: entry((f, x) => f.abs(x)),
  sign: entry(sign),
  maximum: entry((f, x, y) => f.max(x, y)),
  minimum: entry((f, x, y) => f.min(x, y)),
  floor: entry((f, x) => f.floor(x)),
  ceil: entry((f, x) => f.ceil(x)),
  round: entry((f, x) => f.nearest(x)),
  exp: entry(exp),
  expm1: entry(expm1),
  sigmoid: entry(sigmoid),
  tanh: entry(tanh),
  log: doubles(log),
  log1p: doubles(log1p),
  log2: doubles(log2),
  power: doubles(power),
  hypot: doubles(hypot),
  sin: doubles(sin),
  cos: doubles(cos),
  tan: doubles(tan),
  asin: doubles(asin),
  acos: doubles(acos),
  atan: doubles(atan),
  atan2: doubles(atan2),
  sinh: doubles(sinh),
  cosh: doubles(cosh),
  asinh: doubles(asinh),
  acosh: doubles(acosh),
  atanh: doubles(atanh),
  erf: doubles(erf),
  erfc: doubles(erfc),
  softplus: doubles(softplus),
  logSigmoid: doubles(logSigmoid),
  logAddExp: doubles(logAddExp),
};
