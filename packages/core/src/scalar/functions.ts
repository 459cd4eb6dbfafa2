import type { DType } from '../value/dtype.js';
import {
  binary as defineBinary,
  named,
  unary as defineUnary,
  type BinaryScalar,
  type TernaryScalar,
  type UnaryScalar,
} from './define.js';
import { erf as evaluateErf, erfc as evaluateErfc } from './erf.js';
import {
  constant,
  defineScalarFunction,
  type Notation,
  type Partial,
  type Scalar,
  type ScalarFunction,
} from './expression.js';

/** The table of scalar functions. */

const standard = new WeakSet<ScalarFunction>();

/** Whether a function is one of this table: backends have code for those by their names. It imports none of them. */
export const isStandard = (fn: ScalarFunction): boolean => standard.has(fn);

function listed<F extends ScalarFunction>(fn: F): F {
  standard.add(fn);
  return fn;
}

const unary = (...parts: Parameters<typeof defineUnary>): UnaryScalar => listed(defineUnary(...parts));
const binary = (...parts: Parameters<typeof defineBinary>): BinaryScalar => listed(defineBinary(...parts));

/** Declares a derivative to be 0 wherever it exists. */
const zero = (): Partial => undefined;
const zeros = (): readonly [Partial, Partial] => [undefined, undefined];

const infix = (precedence: number, symbol: string, latex: string, associative = true): Notation<2> => ({
  precedence,
  symbol,
  associative,
  latex: (x, y) => `${x(precedence)} ${latex} ${y(associative ? precedence : precedence + 1)}`,
});

/** A formula of one operand, whose place demands a precedence of `need`. */
const writtenOf = (precedence: number, latex: (x: string) => string, need = 0): Notation<1> => ({
  precedence,
  latex: (x) => latex(x(need)),
});

/** A formula of two operands, whose places demand the precedences in `needs`. */
const writtenOfTwo = (
  precedence: number,
  latex: (x: string, y: string) => string,
  needs: readonly [number, number] = [0, 0],
): Notation<2> => ({ precedence, latex: (x, y) => latex(x(needs[0]), y(needs[1])) });

/** A literal in the dtype of `x`. */
const like = (x: Scalar, value: number): Scalar => constant(value, x.dtype);

const roundHalfToEven = (x: number): number =>
  Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);

// Arithmetic

export const add: BinaryScalar = binary('add', {
  evaluate: (x, y) => x + y,
  partials: (x) => [like(x, 1), like(x, 1)],
  signature: 'number',
  notation: infix(2, '+', '+'),
});

export const subtract: BinaryScalar = binary('subtract', {
  evaluate: (x, y) => x - y,
  partials: (x) => [like(x, 1), like(x, -1)],
  signature: 'number',
  notation: infix(2, '-', '-', false),
});

export const multiply: BinaryScalar = binary('multiply', {
  evaluate: (x, y) => x * y,
  evaluateInteger: (x, y) => Math.imul(x, y),
  partials: (x, y) => [y, x],
  signature: 'number',
  notation: infix(3, '*', '\\cdot'),
});

export const divide: BinaryScalar = binary('divide', {
  evaluate: (x, y) => x / y,
  partials: (_x, y, out) => [reciprocal(y), negate(divide(out, y))],
  notation: { ...writtenOfTwo(3, (x, y) => `\\frac{${x}}{${y}}`), symbol: '/' },
});

export const negate: UnaryScalar = unary('negate', {
  evaluate: (x) => -x,
  partial: (x) => like(x, -1),
  signature: 'number',
  notation: { ...writtenOf(4, (x) => `-${x}`, 4), symbol: '-' },
});

/** The remainder with the sign of the divisor, as Python's `%`; of zeros too: 6 % −3 is −0. */
export const remainder: BinaryScalar = binary('remainder', {
  evaluate: (x, y) => {
    const rest = x % y;
    if (rest === 0) return y < 0 ? -0 : 0;
    return rest < 0 !== y < 0 ? rest + y : rest;
  },
  // x = q y + out with a whole q, which ⌊x / y⌋ misses where the quotient is rounded up to a whole number.
  partials: (x, y, out) => [like(x, 1), negate(round(divide(subtract(x, out), y)))],
  notation: infix(3, '%', '\\bmod', false),
  kink: 'at multiples of y, where it jumps, the derivative from the side of larger x / y',
});

export const reciprocal: UnaryScalar = unary('reciprocal', {
  evaluate: (x) => 1 / x,
  partial: (_x, out) => negate(square(out)),
  notation: writtenOf(3, (x) => `\\frac{1}{${x}}`),
});

export const square: UnaryScalar = unary('square', {
  evaluate: (x) => x * x,
  evaluateInteger: (x) => Math.imul(x, x),
  partial: (x) => multiply(2, x),
  signature: 'number',
  notation: writtenOf(5, (x) => `${x}^{2}`, 6),
});

/** x to the power y. 0⁰ = 1; a negative x with a y that is not an integer gives NaN. */
export const power: BinaryScalar = binary('power', {
  evaluate: (x, y) => (x === 1 || y === 0 ? 1 : Math.abs(x) === 1 && Math.abs(y) === Infinity ? 1 : x ** y),
  partials: (x, y, out) => [
    select(equal(y, 0), 0, multiply(y, power(x, subtract(y, 1)))),
    select(and(equal(x, 0), greaterEqual(y, 0)), 0, multiply(out, log(x))),
  ],
  notation: { ...writtenOfTwo(5, (x, y) => `${x}^{${y}}`, [6, 0]), symbol: '**' },
  kink: 'y = 0: the derivative in x is 0; x = 0 with y >= 0: the derivative in y is 0',
});

export const sqrt: UnaryScalar = unary('sqrt', {
  evaluate: Math.sqrt,
  partial: (_x, out) => divide(0.5, out),
  notation: writtenOf(6, (x) => `\\sqrt{${x}}`),
});

export const hypot: BinaryScalar = binary('hypot', {
  evaluate: Math.hypot,
  partials: (x, y, out) => {
    const quotient = (side: Scalar): Scalar => select(equal(out, 0), 0, divide(side, out));
    return [quotient(x), quotient(y)];
  },
  notation: writtenOfTwo(6, (x, y) => `\\sqrt{${x}^{2} + ${y}^{2}}`, [6, 6]),
  kink: 'both derivatives are 0 at x = y = 0',
});

// Exponentials and logarithms

export const exp: UnaryScalar = unary('exp', {
  evaluate: Math.exp,
  partial: (_x, out) => out,
  notation: writtenOf(5, (x) => `e^{${x}}`),
});

export const expm1: UnaryScalar = unary('expm1', {
  evaluate: Math.expm1,
  partial: (x) => exp(x),
  notation: writtenOf(2, (x) => `e^{${x}} - 1`),
});

export const log: UnaryScalar = unary('log', {
  evaluate: Math.log,
  partial: (x) => reciprocal(x),
  notation: named('\\ln'),
});

export const log1p: UnaryScalar = unary('log1p', {
  evaluate: Math.log1p,
  partial: (x) => reciprocal(add(1, x)),
  notation: writtenOf(6, (x) => `\\ln\\left(1 + ${x}\\right)`, 2),
});

export const log2: UnaryScalar = unary('log2', {
  evaluate: Math.log2,
  partial: (x) => divide(Math.LOG2E, x),
  notation: named('\\log_2'),
});

// Trigonometry

export const sin: UnaryScalar = unary('sin', {
  evaluate: Math.sin,
  partial: (x) => cos(x),
  notation: named('\\sin'),
});

export const cos: UnaryScalar = unary('cos', {
  evaluate: Math.cos,
  partial: (x) => negate(sin(x)),
  notation: named('\\cos'),
});

export const tan: UnaryScalar = unary('tan', {
  evaluate: Math.tan,
  partial: (_x, out) => add(1, square(out)),
  notation: named('\\tan'),
});

export const asin: UnaryScalar = unary('asin', {
  evaluate: Math.asin,
  partial: (x) => reciprocal(sqrt(subtract(1, square(x)))),
  notation: named('\\arcsin'),
});

export const acos: UnaryScalar = unary('acos', {
  evaluate: Math.acos,
  partial: (x) => negate(reciprocal(sqrt(subtract(1, square(x))))),
  notation: named('\\arccos'),
});

export const atan: UnaryScalar = unary('atan', {
  evaluate: Math.atan,
  partial: (x) => reciprocal(add(1, square(x))),
  notation: named('\\arctan'),
});

/** The angle of the point (y, x): `atan2(x, y)` of the array API is `atan2(ordinate, abscissa)`. */
export const atan2: BinaryScalar = binary('atan2', {
  evaluate: Math.atan2,
  partials: (x, y) => {
    const radius = add(square(x), square(y));
    return [divide(y, radius), negate(divide(x, radius))];
  },
});

// Hyperbolic functions

export const sinh: UnaryScalar = unary('sinh', {
  evaluate: Math.sinh,
  partial: (x) => cosh(x),
  notation: named('\\sinh'),
});

export const cosh: UnaryScalar = unary('cosh', {
  evaluate: Math.cosh,
  partial: (x) => sinh(x),
  notation: named('\\cosh'),
});

export const tanh: UnaryScalar = unary('tanh', {
  evaluate: Math.tanh,
  partial: (_x, out) => subtract(1, square(out)),
  notation: named('\\tanh'),
});

export const asinh: UnaryScalar = unary('asinh', {
  evaluate: Math.asinh,
  partial: (x) => reciprocal(sqrt(add(square(x), 1))),
  notation: named('\\operatorname{arsinh}'),
});

export const acosh: UnaryScalar = unary('acosh', {
  evaluate: Math.acosh,
  partial: (x) => reciprocal(sqrt(subtract(square(x), 1))),
  notation: named('\\operatorname{arcosh}'),
});

export const atanh: UnaryScalar = unary('atanh', {
  evaluate: Math.atanh,
  partial: (x) => reciprocal(subtract(1, square(x))),
  notation: named('\\operatorname{artanh}'),
});

// The error function

const gaussian = (x: Scalar): Scalar => multiply(2 / Math.sqrt(Math.PI), exp(negate(square(x))));

export const erf: UnaryScalar = unary('erf', { evaluate: evaluateErf, partial: gaussian });

export const erfc: UnaryScalar = unary('erfc', {
  evaluate: evaluateErfc,
  partial: (x) => negate(gaussian(x)),
});

// Smooth functions whose stable form is piecewise: a derivative of that form would be wrong at the seam

/**
 * 1/(1 + exp(−x)); below −709.78, where exp(−x) is infinite, exp(x), which is the same to the last place and stays
 * subnormal down to −745.13. The derivatives of softplus and logSigmoid are made of it.
 */
export const sigmoid: UnaryScalar = unary('sigmoid', {
  evaluate: (x) => {
    const inverse = Math.exp(-x);
    return inverse === Infinity ? Math.exp(x) : 1 / (1 + inverse);
  },
  partial: (_x, out) => multiply(out, subtract(1, out)),
  notation: named('\\sigma'),
});

/** log(1 + exp(x)) */
export const softplus: UnaryScalar = unary('softplus', {
  evaluate: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  partial: (x) => sigmoid(x),
});

/** log(sigmoid(x)) */
export const logSigmoid: UnaryScalar = unary('logSigmoid', {
  evaluate: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  partial: (x) => sigmoid(negate(x)),
  notation: writtenOf(6, (x) => `\\ln \\sigma\\left(${x}\\right)`),
});

/** log(exp(x) + exp(y)) */
export const logAddExp: BinaryScalar = binary('logAddExp', {
  evaluate: (x, y) => (x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
  partials: (x, y) => [sigmoid(subtract(x, y)), sigmoid(subtract(y, x))],
  notation: writtenOfTwo(6, (x, y) => `\\ln\\left(e^{${x}} + e^{${y}}\\right)`),
});

// Functions with kinks and steps

export const abs: UnaryScalar = unary('abs', {
  evaluate: Math.abs,
  partial: (x) => sign(x),
  signature: 'number',
  notation: writtenOf(6, (x) => `\\left|${x}\\right|`),
  kink: 'abs′(0) = 0',
});

export const sign: UnaryScalar = unary('sign', { evaluate: Math.sign, partial: zero, signature: 'number' });

const share = (wins: BinaryScalar): ((x: Scalar, y: Scalar) => readonly [Scalar, Scalar]) => {
  const part = (x: Scalar, y: Scalar): Scalar =>
    select(wins(x, y), like(x, 1), select(equal(x, y), like(x, 0.5), like(x, 0)));
  return (x, y) => [part(x, y), part(y, x)];
};

export const maximum: BinaryScalar = binary('maximum', {
  evaluate: Math.max,
  partials: (x, y) => share(greater)(x, y),
  signature: 'number',
  notation: named('\\max'),
  kink: 'x = y: half the cotangent to each',
});

export const minimum: BinaryScalar = binary('minimum', {
  evaluate: Math.min,
  partials: (x, y) => share(less)(x, y),
  signature: 'number',
  notation: named('\\min'),
  kink: 'x = y: half the cotangent to each',
});

export const floor: UnaryScalar = unary('floor', {
  evaluate: Math.floor,
  partial: zero,
  signature: 'number',
  notation: writtenOf(6, (x) => `\\left\\lfloor ${x} \\right\\rfloor`),
});

export const ceil: UnaryScalar = unary('ceil', {
  evaluate: Math.ceil,
  partial: zero,
  signature: 'number',
  notation: writtenOf(6, (x) => `\\left\\lceil ${x} \\right\\rceil`),
});

/** To the nearest integer, halves to the even one. */
export const round: UnaryScalar = unary('round', {
  evaluate: roundHalfToEven,
  partial: zero,
  signature: 'number',
});

// Truth values

const comparison = (
  name: string,
  evaluate: (x: number, y: number) => boolean,
  symbol: string,
  latex: string,
): BinaryScalar =>
  binary(name, {
    evaluate: (x, y) => (evaluate(x, y) ? 1 : 0),
    partials: zeros,
    signature: 'comparison',
    notation: infix(1, symbol, latex),
  });

export const equal: BinaryScalar = comparison('equal', (x, y) => x === y, '==', '=');
export const notEqual: BinaryScalar = comparison('notEqual', (x, y) => x !== y, '!=', '\\neq');
export const less: BinaryScalar = comparison('less', (x, y) => x < y, '<', '<');
export const lessEqual: BinaryScalar = comparison('lessEqual', (x, y) => x <= y, '<=', '\\leq');
export const greater: BinaryScalar = comparison('greater', (x, y) => x > y, '>', '>');
export const greaterEqual: BinaryScalar = comparison('greaterEqual', (x, y) => x >= y, '>=', '\\geq');

export const isFinite: UnaryScalar = unary('isFinite', {
  evaluate: (x) => (Number.isFinite(x) ? 1 : 0),
  partial: zero,
  signature: 'comparison',
});

export const and: BinaryScalar = binary('and', {
  evaluate: (x, y) => x & y,
  partials: zeros,
  signature: 'logical',
  notation: infix(0, '&', '\\land'),
});

export const or: BinaryScalar = binary('or', {
  evaluate: (x, y) => x | y,
  partials: zeros,
  signature: 'logical',
  notation: infix(0, '|', '\\lor'),
});

export const not: UnaryScalar = unary('not', {
  evaluate: (x) => 1 - x,
  partial: zero,
  signature: 'logical',
  notation: { ...writtenOf(4, (x) => `\\lnot ${x}`, 4), symbol: '!' },
});

/** `x` where `condition` holds, else `y`; the operand not chosen has no influence, not even as NaN. */
export const select: TernaryScalar = listed(
  defineScalarFunction({
    name: 'select',
    arity: 3,
    signature: 'select',
    evaluate: (condition, x, y) => (condition !== 0 ? x : y),
    partials: ([condition, x]) => [
      undefined,
      select(condition, like(x, 1), like(x, 0)),
      select(condition, like(x, 0), like(x, 1)),
    ],
    notation: {
      precedence: 6,
      latex: (condition, x, y) =>
        `\\begin{cases} ${x(0)} & ${condition(0)} \\\\ ${y(0)} & \\text{otherwise} \\end{cases}`,
    },
  }),
);

// Conversions

const conversion = (dtype: DType): UnaryScalar =>
  unary(dtype, {
    evaluate: (x) => (dtype === 'bool' && x !== 0 ? 1 : x),
    // A conversion between floats is differentiated as itself, see `derivative.ts`.
    partial: zero,
    signature: dtype,
    notation: named(`\\operatorname{${dtype}}`),
  });

/** The functions that convert to each dtype; every other function leaves the dtype alone. */
export const convertTo: Readonly<Record<DType, UnaryScalar>> = {
  f64: conversion('f64'),
  f32: conversion('f32'),
  i32: conversion('i32'),
  bool: conversion('bool'),
};

/** The standard table, as the standard plugin brings it. */
export const scalarFunctions: readonly ScalarFunction[] = [
  ...[add, subtract, multiply, divide, negate, remainder, reciprocal, square, power, sqrt, hypot],
  ...[exp, expm1, log, log1p, log2],
  ...[sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh],
  ...[erf, erfc, sigmoid, softplus, logSigmoid, logAddExp],
  ...[abs, sign, maximum, minimum, floor, ceil, round],
  ...[equal, notEqual, less, lessEqual, greater, greaterEqual, isFinite, and, or, not, select],
  ...Object.values(convertTo),
];
