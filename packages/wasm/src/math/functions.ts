import type { Instruction } from '../emit/vectors.js';
import { erf, erfc } from './error-function.js';
import { exp, expm1, sigmoid, tanh } from './exponential.js';
import type { Float } from './float.js';
import { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.js';
import { log, log1p, log2 } from './logarithm.js';
import { power } from './power.js';
import { acos, asin, atan, atan2, cos, sin, tan } from './trigonometry.js';

type Formula = (f: Float, ...operands: readonly Instruction[]) => Instruction;

interface Entry {
  readonly formula: Formula;
  /** Whether floats are computed in doubles. */
  readonly doublesOnly?: boolean;
}

const unary = (formula: (f: Float, x: Instruction) => Instruction, doublesOnly = false): Entry => ({
  formula: (f, x) => formula(f, x ?? f.number(NaN)),
  doublesOnly,
});

const binary = (
  formula: (f: Float, x: Instruction, y: Instruction) => Instruction,
  doublesOnly = false,
): Entry => ({ formula: (f, x, y) => formula(f, x ?? f.number(NaN), y ?? f.number(NaN)), doublesOnly });

/** −1, 0 or 1, with the sign of zero, and NaN. */
const sign = (f: Float, x: Instruction): Instruction => {
  const unequal = f.compare('gt', f.abs(x), f.number(0));
  return f.select(unequal, f.copySign(f.number(1), x), x);
};

/** log(1 + exp −|x|), which the stable forms below add to their linear part. */
const softness = (f: Float, x: Instruction): Instruction => log1p(f, exp(f, f.neg(f.abs(x))));

const softplus = (f: Float, x: Instruction): Instruction => f.add(f.max(x, f.number(0)), softness(f, x));
const logSigmoid = (f: Float, x: Instruction): Instruction => f.sub(f.min(x, f.number(0)), softness(f, x));

function logAddExp(f: Float, x: Instruction, y: Instruction): Instruction {
  const apart = f.add(f.max(x, y), softness(f, f.sub(x, y)));
  // Two equal infinities have no difference.
  return f.select(f.compare('eq', x, y), f.add(x, f.number(Math.LN2)), apart);
}

/** √(x² + y²), scaled by a power of two so that no square overflows or vanishes. */
function hypot(f: Float, x: Instruction, y: Instruction): Instruction {
  const [a, b] = [f.abs(x), f.abs(y)];
  const larger = f.max(a, b);
  const scale = f.select(
    f.compare('gt', larger, f.number(2 ** 500)),
    f.number(2 ** -600),
    f.select(f.compare('lt', larger, f.number(2 ** -400)), f.number(2 ** 600), f.number(1)),
  );
  const [p, q] = [f.mul(a, scale), f.mul(b, scale)];
  const root = f.div(f.sqrt(f.add(f.mul(p, p), f.mul(q, q))), scale);
  const infinity = f.number(Infinity);
  const infinite = f.v.apply('v128.or', f.compare('eq', a, infinity), f.compare('eq', b, infinity));
  return f.select(infinite, infinity, root);
}

/** The standard table of scalar functions, each as instructions. */
export const functions: Readonly<Partial<Record<string, Entry>>> = {
  add: binary((f, x, y) => f.add(x, y)),
  subtract: binary((f, x, y) => f.sub(x, y)),
  multiply: binary((f, x, y) => f.mul(x, y)),
  divide: binary((f, x, y) => f.div(x, y)),
  negate: unary((f, x) => f.neg(x)),
  reciprocal: unary((f, x) => f.div(f.number(1), x)),
  square: unary((f, x) => f.mul(x, x)),
  sqrt: unary((f, x) => f.sqrt(x)),
  abs: unary((f, x) => f.abs(x)),
  sign: unary(sign),
  maximum: binary((f, x, y) => f.max(x, y)),
  minimum: binary((f, x, y) => f.min(x, y)),
  floor: unary((f, x) => f.floor(x)),
  ceil: unary((f, x) => f.ceil(x)),
  round: unary((f, x) => f.nearest(x)),
  exp: unary(exp),
  expm1: unary(expm1),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  log: unary(log, true),
  log1p: unary(log1p, true),
  log2: unary(log2, true),
  power: binary(power, true),
  hypot: binary(hypot, true),
  sin: unary(sin, true),
  cos: unary(cos, true),
  tan: unary(tan, true),
  asin: unary(asin, true),
  acos: unary(acos, true),
  atan: unary(atan, true),
  atan2: binary(atan2, true),
  sinh: unary(sinh, true),
  cosh: unary(cosh, true),
  asinh: unary(asinh, true),
  acosh: unary(acosh, true),
  atanh: unary(atanh, true),
  erf: unary(erf, true),
  erfc: unary(erfc, true),
  softplus: unary(softplus, true),
  logSigmoid: unary(logSigmoid, true),
  logAddExp: binary(logAddExp, true),
};
