import { formatNumber } from '../error.js';
import { subexpressions, type AppliedScalar, type Scalar } from './expression.js';

interface Written {
  readonly text: string;
  readonly precedence: number;
}

type Wrap = (text: string) => string;

/** Writes an expression bottom-up; a sub-expression is put in parentheses where its place demands it. */
function write(
  root: Scalar,
  leaf: (scalar: Exclude<Scalar, AppliedScalar>) => Written,
  applied: (scalar: AppliedScalar, operands: readonly ((precedence: number) => string)[]) => Written,
  parentheses: Wrap,
): string {
  const written = new Map<Scalar, Written>();
  for (const part of subexpressions([root])) {
    if (part.kind !== 'applied') written.set(part, leaf(part));
    else {
      const operands = part.operands.map((operand) => (needed: number) => {
        const { text, precedence } = written.get(operand) ?? { text: '', precedence: 0 };
        return precedence < needed ? parentheses(text) : text;
      });
      written.set(part, applied(part, operands));
    }
  }
  return written.get(root)?.text ?? '';
}

const atom = 6;
const sign = 4;

/**
 * `x * tanh(softplus(x))`
 * @param names what stands for the arguments, where it is not their names
 */
export const formatScalar = (scalar: Scalar, names: ReadonlyMap<string, string> = new Map()): string =>
  write(
    scalar,
    (part) =>
      part.kind === 'argument'
        ? { text: names.get(part.name) ?? part.name, precedence: atom }
        : { text: formatNumber(part.value), precedence: part.value < 0 ? sign : atom },
    ({ fn }, operands) => {
      const { precedence, symbol, associative = false } = fn.notation;
      const [x, y] = operands;
      if (symbol === undefined || x === undefined) {
        return { text: `${fn.name}(${operands.map((operand) => operand(0)).join(', ')})`, precedence: atom };
      }
      if (y === undefined) return { text: `${symbol}${x(precedence)}`, precedence };
      return {
        text: `${x(precedence)} ${symbol} ${y(associative ? precedence : precedence + 1)}`,
        precedence,
      };
    },
    (text) => `(${text})`,
  );

const symbolNames: Readonly<Record<string, string>> = { out: '\\mathrm{out}', cotangent: '\\bar{y}' };

const latexNumber = (value: number): string => {
  if (Number.isNaN(value)) return '\\mathrm{NaN}';
  if (!Number.isFinite(value)) return value < 0 ? '-\\infty' : '\\infty';
  const [digits = '', exponent] = String(Number(value.toPrecision(6))).split('e');
  return exponent === undefined ? digits : `${digits} \\cdot 10^{${Number(exponent)}}`;
};

/**
 * `x \cdot \tanh\left(\operatorname{softplus}\left(x\right)\right)`; numbers to six digits.
 * @param names the formulas of the arguments, where they are not their names
 */
export const scalarToLatex = (scalar: Scalar, names: ReadonlyMap<string, string> = new Map()): string =>
  write(
    scalar,
    (part) =>
      part.kind === 'argument'
        ? { text: names.get(part.name) ?? symbolNames[part.name] ?? part.name, precedence: atom }
        : { text: latexNumber(part.value), precedence: part.value < 0 ? sign : atom },
    ({ fn }, operands) => ({ text: fn.notation.latex(...operands), precedence: fn.notation.precedence }),
    (text) => `\\left(${text}\\right)`,
  );
