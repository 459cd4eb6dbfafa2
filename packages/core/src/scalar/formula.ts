import { at } from '../support/list.js';

/** A formula in LaTeX, and how tightly it binds: 1 comparison, 2 sum, 3 product, 4 sign, 5 power, 6 atom. */
export interface Formula {
  readonly text: string;
  readonly precedence: number;
}

/** A formula that needs no parentheses anywhere. */
export const atom = (text: string): Formula => ({ text, precedence: 6 });

/** A formula that binds as a product does: a prefix and its operand, or two factors side by side. */
export const product = (text: string): Formula => ({ text, precedence: 3 });

/** The formula's text for a place that demands a precedence, in parentheses where it binds less. */
export const within = ({ text, precedence }: Formula, needed: number): string =>
  precedence < needed ? `\\left(${text}\\right)` : text;

/** One of several results, told by its index; a formula that has a subscript itself stays in braces. */
export const subscripted = (formula: Formula, index: number): Formula =>
  atom(`{${within(formula, 6)}}_{${index}}`);

/** `\operatorname{name}\left(x, y\right)` */
export const application = (name: string, operands: readonly Formula[]): Formula =>
  atom(`\\operatorname{${name}}\\left(${operands.map(({ text }) => text).join(', ')}\\right)`);

/** A number to six digits. */
export function number(value: number): Formula {
  if (Number.isNaN(value)) return atom('\\mathrm{NaN}');
  if (!Number.isFinite(value)) return value < 0 ? { text: '-\\infty', precedence: 4 } : atom('\\infty');
  const parts = String(Number(value.toPrecision(6))).split('e');
  const digits = at(parts, 0);
  if (parts.length > 1) return product(`${digits} \\cdot 10^{${Number(at(parts, 1))}}`);
  return { text: digits, precedence: value < 0 ? 4 : 6 };
}

/** A name as a symbol: `W1` as W with a subscript, `dW1` as its differential, a word upright. */
export function symbol(name: string): Formula {
  const subscripted = /^(d?)([A-Za-z])(\d*)$/;
  if (!subscripted.test(name)) return atom(`\\mathrm{${name.replace(/[^A-Za-z0-9.]/g, '')}}`);
  return atom(
    name.replace(
      subscripted,
      (_name, differential: string, letter: string, index: string) =>
        `${differential === '' ? '' : '\\mathrm{d}'}${letter}${index === '' ? '' : `_{${index}}`}`,
    ),
  );
}
