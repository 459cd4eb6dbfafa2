import { elementwise, parametric, type ParametricOp, type UnaryOp } from '../families/elementwise.js';
import type { Elementwise } from '../ir/grammar.js';
import * as scalar from '../scalar/functions.js';

/** Functions of one number that are expressions of others: activations above all. */

/** max(x, 0), keeping NaN; relu′(0) = 0. */
export const relu: UnaryOp = elementwise('relu', (x) => scalar.select(scalar.lessEqual(x, 0), 0, x));

/** x where positive, else slope · x; the derivative at 0 is the slope. */
export const leakyRelu: ParametricOp<{ readonly slope: number }> = parametric(
  'leakyRelu',
  { slope: 0.01 },
  (x, { slope }) => scalar.select(scalar.lessEqual(x, 0), scalar.multiply(x, slope), x),
);

/** x where positive, else alpha · (exp(x) − 1). Clevert et al., 2015. */
export const elu: ParametricOp<{ readonly alpha: number }> = parametric('elu', { alpha: 1 }, (x, { alpha }) =>
  scalar.select(
    scalar.lessEqual(x, 0),
    alpha === 1 ? scalar.expm1(x) : scalar.multiply(alpha, scalar.expm1(x)),
    x,
  ),
);

/** x · Φ(x), with the normal distribution's Φ(x) = erfc(−x/√2)/2. Hendrycks and Gimpel, 2016. */
export const gelu: UnaryOp = elementwise('gelu', (x) =>
  scalar.multiply(x, scalar.multiply(0.5, scalar.erfc(scalar.multiply(-Math.SQRT1_2, x)))),
);

/** x · sigmoid(x). Elfwing et al., 2017. */
export const silu: UnaryOp = elementwise('silu', (x) => scalar.multiply(x, scalar.sigmoid(x)));

/** 1/√x */
export const rsqrt: UnaryOp = elementwise('rsqrt', (x) => scalar.reciprocal(scalar.sqrt(x)));

export const activations: readonly Elementwise[] = [relu, leakyRelu, elu, gelu, silu, rsqrt];
