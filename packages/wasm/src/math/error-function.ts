import type { Instruction } from '../emit/vectors.js';
import { exp } from './exponential.js';
import type { Float } from './float.js';

/**
 * The error function of doubles and its complement: rational approximations in five ranges, with the coefficients of
 * FreeBSD's msun `s_erf.c` (Copyright 1993 Sun Microsystems, freely redistributable).
 */
const smallP = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
const smallQ = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
];
const erfAt1 = 8.45062911510467529297e-1;
const middleP = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
];
const middleQ = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
];
const largeR = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1,
  -9.81432934416914548592,
];
const largeS = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
];
const hugeR = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
];
const hugeS = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
];

/** erf(x)/x − 1 for |x| < 0.84375 */
const small = (f: Float, x: Instruction): Instruction => {
  const z = f.mul(x, x);
  return f.div(f.polynomial(z, smallP), f.polynomial(z, smallQ));
};

/** erf(x) − erf(1), rounded to its constant, for 0.84375 ≤ x < 1.25 */
const middle = (f: Float, x: Instruction): Instruction => {
  const s = f.sub(x, f.number(1));
  return f.div(f.polynomial(s, middleP), f.polynomial(s, middleQ));
};

/** erfc(x) for x ≥ 1.25 */
function tail(f: Float, x: Instruction): Instruction {
  const s = f.div(f.number(1), f.mul(x, x));
  const near = f.compare('lt', x, f.number(1 / 0.35));
  const ratio = f.select(
    near,
    f.div(f.polynomial(s, largeR), f.polynomial(s, largeS)),
    f.div(f.polynomial(s, hugeR), f.polynomial(s, hugeS)),
  );
  // x² loses digits in exp; with the low word of z cleared, z² is exact and (z − x)(z + x) is the small rest.
  const z = f.v.apply('v128.and', x, f.v.i64(-0x1_0000_0000n));
  const first = exp(f, f.sub(f.neg(f.mul(z, z)), f.number(0.5625)));
  const second = exp(f, f.add(f.mul(f.sub(z, x), f.add(z, x)), ratio));
  return f.div(f.mul(first, second), x);
}

export function erf(f: Float, x: Instruction): Instruction {
  const size = f.abs(x);
  const inner = f.add(x, f.mul(x, small(f, x)));
  const outer = f.select(
    f.compare('lt', size, f.number(1.25)),
    f.add(f.number(erfAt1), middle(f, size)),
    f.select(f.compare('ge', size, f.number(6)), f.number(1), f.sub(f.number(1), tail(f, size))),
  );
  const result = f.select(f.compare('lt', size, f.number(0.84375)), inner, f.copySign(outer, x));
  return f.select(f.compare('ne', x, x), x, result);
}

export function erfc(f: Float, x: Instruction): Instruction {
  const [one, two] = [f.number(1), f.number(2)];
  const size = f.abs(x);
  const positive = f.compare('gt', x, f.number(0));
  const y = f.mul(x, small(f, x));
  const inner = f.select(
    f.compare('lt', x, f.number(0.25)),
    f.sub(one, f.add(x, y)),
    f.sub(f.number(0.5), f.add(f.sub(x, f.number(0.5)), y)),
  );
  const rest = middle(f, size);
  const near = f.select(
    positive,
    f.sub(f.number(1 - erfAt1), rest),
    f.add(one, f.add(f.number(erfAt1), rest)),
  );
  // Beyond 28 exp underflows to 0 by itself, and there the quotient of polynomials still means something.
  const far = f.select(f.compare('ge', size, f.number(28)), f.number(0), tail(f, size));
  const outer = f.select(positive, far, f.sub(two, far));
  const result = f.select(
    f.compare('lt', size, f.number(0.84375)),
    inner,
    f.select(f.compare('lt', size, f.number(1.25)), near, outer),
  );
  return f.select(f.compare('ne', x, x), x, result);
}
