import { formulasOf } from '@adjoint/core';
import { lookup, symbol } from '@adjoint/core/extend';
import type { GradientGraph } from '../gradient-graph.js';
import type { Backward } from '../manual.js';

/** One gradient: the rule that gives it, the formula by hand, and the formula that the graph gives. */
export interface DerivationRow {
  readonly name: keyof Backward;
  readonly rule: string;
  readonly byHand: string;
  readonly byGraph: string;
}

/** The hand derivation, see `manual.ts`; `\cdot` between matrices is position by position, N the number of examples. */
const steps: readonly Omit<DerivationRow, 'byGraph'>[] = [
  {
    name: 'dA2',
    rule: 'The loss is the mean of squares, so its derivative is the mean of 2(A₂ − Y).',
    byHand: '\\mathrm{d}A_2 = \\frac{2\\left(A_2 - Y\\right)}{N}',
  },
  {
    name: 'dZ2',
    rule: 'A₂ = σ(Z₂), and σ′ = σ(1 − σ).',
    byHand: "\\mathrm{d}Z_2 = \\mathrm{d}A_2 \\cdot \\sigma'\\left(Z_2\\right)",
  },
  {
    name: 'dW2',
    rule: 'Z₂ = A₁W₂ + b₂: the derivative of a matrix product by its second factor.',
    byHand: '\\mathrm{d}W_2 = A_1^{\\top} \\, \\mathrm{d}Z_2',
  },
  {
    name: 'db2',
    rule: 'b₂ is added to every row, so it gathers the cotangents of all rows.',
    byHand: '\\mathrm{d}b_2 = \\sum_{\\text{rows}} \\mathrm{d}Z_2',
  },
  {
    name: 'dA1',
    rule: 'Z₂ = A₁W₂ + b₂: the derivative of a matrix product by its first factor.',
    byHand: '\\mathrm{d}A_1 = \\mathrm{d}Z_2 \\, W_2^{\\top}',
  },
  {
    name: 'dZ1',
    rule: 'A₁ = f(Z₁), position by position; for relu, f′ is 1 where Z₁ > 0, else 0.',
    byHand: "\\mathrm{d}Z_1 = \\mathrm{d}A_1 \\cdot f'\\left(Z_1\\right)",
  },
  {
    name: 'dW1',
    rule: 'Z₁ = XW₁ + b₁: as for W₂.',
    byHand: '\\mathrm{d}W_1 = X^{\\top} \\, \\mathrm{d}Z_1',
  },
  {
    name: 'db1',
    rule: 'As for b₂.',
    byHand: '\\mathrm{d}b_1 = \\sum_{\\text{rows}} \\mathrm{d}Z_1',
  },
];

/** Each step of the hand derivation beside the formula of the cotangent in the graph. */
export function derivationRows({ whole, quantities }: GradientGraph): readonly DerivationRow[] {
  const formulas = formulasOf(whole);
  return steps.map((step) => ({
    ...step,
    byGraph: `${symbol(step.name).text} = ${lookup(formulas, quantities[step.name])}`,
  }));
}
