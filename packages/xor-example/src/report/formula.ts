import { scalar, type Scalar } from '@adjoint/core';
import { lookup } from '@adjoint/core/extend';
import katex from 'katex';

/** The most parts that a formula has: as many as a few lines hold. */
const mostParts = 400;
/** The most characters of LaTeX that are typeset: what is longer is no formula that anybody reads. */
const longest = 20_000;

/** How many parts an expression has when it is written out; what stands in it twice counts twice. */
export function writtenParts(expression: Scalar): number {
  const counts = new Map<Scalar, number>();
  for (const part of scalar.subexpressions([expression])) {
    const operands = part.kind === 'applied' ? part.operands : [];
    counts.set(
      part,
      operands.reduce((sum, operand) => sum + lookup(counts, operand), 1),
    );
  }
  return lookup(counts, expression);
}

/** `f(x) = …` in LaTeX; of an expression that is too long to be read, how long it is. */
export function formulaOf(left: string, expression: Scalar): string {
  const parts = writtenParts(expression);
  const right =
    parts <= mostParts
      ? scalar.scalarToLatex(expression)
      : `\\text{an expression of ${parts.toLocaleString('en')} parts}`;
  return `${left} = ${right}`;
}

/** A formula as MathML, which browsers typeset without fonts or scripts of ours; its fractions are as tall as letters. */
export function typeset(latex: string): string {
  const shown = latex.length <= longest ? latex : `\\text{a formula of ${latex.length} characters}`;
  return katex.renderToString(`\\displaystyle ${shown}`, {
    output: 'mathml',
    throwOnError: false,
    strict: false,
  });
}
