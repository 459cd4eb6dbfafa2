import { aMap, expectArgument } from '../value/argument.js';
import { formatNumber } from '../value/error.js';
import { at, lookup } from '../support/list.js';
import { limits } from '../value/limits.js';
import { number, type Formula } from './formula.js';
import {
  aScalar,
  subexpressions,
  type AppliedScalar,
  type Scalar,
  type WrittenOperand,
} from './expression.js';

const atom = 6;
const sign = 4;

/** A formula as it is written where it is a part: without end what a few lines compute would grow with each of them. */
const asPart = (formula: Formula, cut: string): Formula =>
  formula.text.length > limits.formula ? { text: cut, precedence: atom } : formula;

/** Writes an expression bottom-up; a sub-expression is put in parentheses where its place demands it. */
function write(
  root: Scalar,
  leaf: (scalar: Exclude<Scalar, AppliedScalar>) => Formula,
  applied: (scalar: AppliedScalar, operands: readonly WrittenOperand[]) => Formula,
  { parentheses, cut }: { readonly parentheses: (text: string) => string; readonly cut: string },
): Formula {
  expectArgument('scalar.formatScalar', 'scalar', root, aScalar);
  const written = new Map<Scalar, Formula>();
  for (const part of subexpressions([root])) {
    if (part.kind !== 'applied') written.set(part, leaf(part));
    else {
      const operands = part.operands.map((operand) => (needed: number) => {
        const { text, precedence } = asPart(lookup(written, operand), cut);
        return precedence < needed ? parentheses(text) : text;
      });
      written.set(part, applied(part, operands));
    }
  }
  return lookup(written, root);
}

/**
 * `x * tanh(softplus(x))`; a part that is longer than `limits.formula` is written `…`
 * @param names what stands for the arguments, where it is not their names
 */
export function formatScalar(scalar: Scalar, names: ReadonlyMap<string, string> = new Map()): string {
  expectArgument('scalar.formatScalar', 'names', names, aMap);
  return write(
    scalar,
    (part) =>
      part.kind === 'argument'
        ? { text: names.get(part.name) ?? part.name, precedence: atom }
        : { text: formatNumber(part.value), precedence: part.value < 0 ? sign : atom },
    ({ fn }, operands) => {
      const { precedence, symbol, associative = false } = fn.notation;
      if (symbol === undefined) {
        return { text: `${fn.name}(${operands.map((operand) => operand(0)).join(', ')})`, precedence: atom };
      }
      const x = at(operands, 0);
      if (operands.length === 1) return { text: `${symbol}${x(precedence)}`, precedence };
      const y = at(operands, 1);
      return {
        text: `${x(precedence)} ${symbol} ${y(associative ? precedence : precedence + 1)}`,
        precedence,
      };
    },
    { parentheses: (text) => `(${text})`, cut: '…' },
  ).text;
}

/**
 * The formula of an expression, numbers to six digits; its arguments are formulas themselves, or their names. A part that
 * is longer than `limits.formula` is written `\\cdots`.
 */
export const scalarFormula = (scalar: Scalar, names: ReadonlyMap<string, Formula> = new Map()): Formula =>
  write(
    scalar,
    (part) =>
      part.kind === 'argument'
        ? (names.get(part.name) ?? { text: part.name, precedence: atom })
        : number(part.value),
    ({ fn }, operands) => ({ text: fn.notation.latex(...operands), precedence: fn.notation.precedence }),
    { parentheses: (text) => `\\left(${text}\\right)`, cut: '\\cdots' },
  );

/** `x \\cdot \\tanh\\left(\\operatorname{softplus}\\left(x\\right)\\right)` */
export const scalarToLatex = (scalar: Scalar): string => scalarFormula(scalar).text;
