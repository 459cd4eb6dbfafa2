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

/** `\operatorname{name}\left(x, y\right)` */
export const application = (name: string, operands: readonly Formula[]): Formula =>
  atom(`\\operatorname{${name}}\\left(${operands.map(({ text }) => text).join(', ')}\\right)`);

/** A number to six digits. */
export function number(value: number): Formula {
  if (Number.isNaN(value)) return atom('\\mathrm{NaN}');
  if (!Number.isFinite(value)) return value < 0 ? { text: '-\\infty', precedence: 4 } : atom('\\infty');
  const [digits = '', exponent] = String(Number(value.toPrecision(6))).split('e');
  if (exponent !== undefined) return product(`${digits} \\cdot 10^{${Number(exponent)}}`);
  return { text: digits, precedence: value < 0 ? 4 : 6 };
}

/** A name as a symbol: `W1` as W with a subscript, `dW1` as its differential, a word upright. */
export function symbol(name: string): Formula {
  const [, differential = '', letter = '', index = ''] = /^(d?)([A-Za-z])(\d*)$/.exec(name) ?? [];
  if (letter === '') return atom(`\\mathrm{${name.replace(/[^A-Za-z0-9.]/g, '')}}`);
  return atom(`${differential === '' ? '' : '\\mathrm{d}'}${letter}${index === '' ? '' : `_{${index}}`}`);
}
