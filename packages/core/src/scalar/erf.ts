/**
 * The error function and its complement, within one unit in the last place of a double.
 * Rational approximations and their coefficients: W. J. Cody's scheme as set out in FreeBSD's msun `s_erf.c`
 * (Copyright 1993 Sun Microsystems, freely redistributable).
 */

/** Horner's rule; coefficients from the constant term upwards. */
const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** The approximations' coefficients, from the constant term upwards: numerators and denominators in five ranges. */
export const erfCoefficients: {
  readonly erfAt1: number;
} & Readonly<
  Record<
    'smallP' | 'smallQ' | 'middleP' | 'middleQ' | 'largeR' | 'largeS' | 'hugeR' | 'hugeS',
    readonly number[]
  >
> = {
  smallP: [
    1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
    -5.77027029648944159157e-3, -2.37630166566501626084e-5,
  ],
  smallQ: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
    1.32494738004321644526e-4, -3.9602282787753681232e-6,
  ],
  erfAt1: 8.45062911510467529297e-1,
  middleP: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
    3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
    -2.166375594868790843e-3,
  ],
  middleQ: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
    1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
  ],
  largeR: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
    -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
    -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  largeS: [
    1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
  hugeR: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
    -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
    -4.83519191608651397019e2,
  ],
  hugeS: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};

const { smallP, smallQ, erfAt1, middleP, middleQ, largeR, largeS, hugeR, hugeS } = erfCoefficients;

const halves = new Float64Array(1);
const words = new Uint32Array(halves.buffer);

/** erfc(x) for x ≥ 1.25: exp(−x²)/x times a rational function of 1/x². */
function tail(x: number): number {
  const s = 1 / (x * x);
  const ratio =
    x < 1 / 0.35
      ? polynomial(s, largeR) / polynomial(s, largeS)
      : polynomial(s, hugeR) / polynomial(s, hugeS);
  // x² loses digits in exp; with the low word of z cleared, z² is exact and (z − x)(z + x) is the small rest.
  halves[0] = x;
  words[0] = 0;
  const z = halves[0];
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x;
}

export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    if (a < 2 ** -28) return x + x * 1.28379167095512586316e-1;
    return x + x * (polynomial(x * x, smallP) / polynomial(x * x, smallQ));
  }
  const positive =
    a < 1.25 ? erfAt1 + polynomial(a - 1, middleP) / polynomial(a - 1, middleQ) : a < 6 ? 1 - tail(a) : 1;
  return Math.sign(x) * positive;
}

export function erfc(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    const y = polynomial(x * x, smallP) / polynomial(x * x, smallQ);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (a < 1.25) {
    const rest = polynomial(a - 1, middleP) / polynomial(a - 1, middleQ);
    return x > 0 ? 1 - erfAt1 - rest : 1 + erfAt1 + rest;
  }
  if (x < -6) return 2;
  if (x > 28) return 0;
  return x > 0 ? tail(a) : 2 - tail(a);
}
