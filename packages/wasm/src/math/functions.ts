import type { Instruction } from '../emit/vectors.js';
import { exp, expm1, sigmoid, tanh } from './exponential.js';
import type { Float } from './float.js';

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
};
