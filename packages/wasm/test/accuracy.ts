import { approximately, roundingErrors, ulps, type Accuracies, type Accuracy } from '@adjoint/conformance';

/**
 * The complement of the error function. From 1.25 on it is exp(a) · exp(b) / x, where a = −z² − 0.5625 is exact and b
 * lies between −0.22 and 0. With u = 2⁻⁵³, the error of one rounding, either side is off by less than 7 u of the result:
 * - exp(a), within one unit in the last place: up to 2 u
 * - exp(b), the same, above 0.8 where that unit is u: up to 1.25 u
 * - b itself, from a quotient of polynomials: up to 1.5 u
 * - the product and the quotient: u each
 * Floats are computed in doubles and rounded once, as other functions are.
 */
const erfc: Accuracy = (result, dtype, operands) => {
  const isTail = dtype === 'f64' && operands.some((x) => x >= 1.25);
  return (isTail ? roundingErrors(2 * 7) : ulps(2))(result, dtype, operands);
};

/** By how much the module's scalar functions may differ from the interpreter's: either may be off itself. */
export const accuracies: Accuracies = { ...approximately(2), erfc };
