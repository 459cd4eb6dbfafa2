import * as E from 'fp-ts/lib/Either.js';
import { contraction, type ContractionOp } from '../families/contraction.js';
import type { NoAttributes } from '../ir/description.js';
import type { Found, Letters, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { refused } from '../ir/problem.js';
import { summedLetters } from '../ir/letters.js';
import { application, product, within } from '../scalar/formula.js';
import { at, last } from '../support/list.js';
import type { DType } from '../value/dtype.js';
import type { Fits, Matmul, OneDType } from '../value/shape-types.js';
import { broadcastShapes, type Shape } from '../value/shape.js';
import { sumLike } from './broadcast.js';
import { expandDims, matrixTranspose, squeeze } from './movement.js';
import { aValue } from '../ir/sorts.js';
import { aString, expectArgument } from '../value/argument.js';
import { quoted } from '../support/describe.js';

/** Sums of products. */

// Einstein's convention

/** A contraction as an equation such as `ij,jk->ik`, with a character for each letter. */
export function equationOf({ operands, result }: Letters): string {
  const names = new Map<string, string>();
  const nameOf = (letter: string): string => {
    const known = names.get(letter);
    if (known !== undefined) return known;
    // From i on, as people write; beyond z there are enough other characters.
    const name = String.fromCodePoint('i'.charCodeAt(0) + names.size);
    names.set(letter, name);
    return name;
  };
  const written = operands.map((letters) => letters.map(nameOf).join(''));
  return `${written.join(',')}->${result.map(nameOf).join('')}`;
}

/** The letters of an equation such as `ij,jk->ik`. */
export function lettersOf(equation: string): Found<Letters> {
  expectArgument('lettersOf', 'equation', equation, aString);
  const [left = '', right, ...rest] = equation.replaceAll(' ', '').split('->');
  if (right === undefined || rest.length > 0) {
    return refused(`${quoted(equation)} has no result`, 'Write it behind an arrow, as in "ij,jk->ik".');
  }
  return E.right({ operands: left.split(',').map((each) => Array.from(each)), result: Array.from(right) });
}

function applyEinsum(equation: string, ...operands: readonly Value[]): Value {
  expectArgument('einsum', 'equation', equation, aString);
  return build1(einsum, operands, { equation });
}

/**
 * Einstein's convention: the sum over the letters that the result has not, of the product of the operands. Each letter
 * is an axis, and stands in two places or more. Each product of three operands or more is rounded to their dtype, from
 * the first operand on; sums are as those of `matmul`.
 * @example einsum('ij,jk->ik', input('x', [4, 2]), input('y', [2, 3])).shape // [4, 3]
 */
export const einsum: typeof applyEinsum & ContractionOp<{ readonly equation: string }> = contraction(
  { name: 'einsum', attributes: { equation: 'string' } },
  {
    letters: (_shapes, { equation }) => lettersOf(equation),
    latex(inputs, { equation }) {
      const letters = lettersOf(equation);
      if (E.isLeft(letters)) return application('einsum', inputs);
      const factors = inputs.map(
        (each, index) => `${within(each, 6)}_{${at(letters.right.operands, index).join('')}}`,
      );
      const summed = summedLetters(letters.right).join('');
      return product(`${summed === '' ? '' : `\\sum_{${summed}} `}${factors.join(' \\, ')}`);
    },
  },
  applyEinsum,
);

// Matrix products

/** Axes from the end are matched, so that batches broadcast. */
function matrixLetters([x, y]: readonly [Shape, Shape]): Letters {
  const batch = (rank: number): string[] =>
    Array.from({ length: rank - 2 }, (_, axis) => `batch${rank - 2 - axis}`);
  return {
    operands: [
      [...batch(x.length), 'row', 'inner'],
      [...batch(y.length), 'inner', 'column'],
    ],
    result: [...batch(Math.max(x.length, y.length)), 'row', 'column'],
  };
}

/** Two matrices have no batches to sum over, however they are rebound; more axes may have. */
const fitted = (cotangent: Value, operand: Value): Value =>
  cotangent.shape.length === 2 && operand.shape.length === 2 ? cotangent : sumLike(cotangent, operand);

function matrixProduct(x: Value, y: Value | undefined): Value {
  expectArgument('matmul', 'x', x, aValue);
  expectArgument('matmul', 'y', y, aValue);
  // Vectors become matrices with an axis of size 1, which the result gives up again.
  const row = x.shape.length === 1;
  const column = y.shape.length === 1;
  const out = build1(matmul, [row ? expandDims(x, [0]) : x, column ? expandDims(y, [1]) : y], {});
  const added = [...(row ? [-2] : []), ...(column ? [-1] : [])];
  return added.length === 0 ? out : squeeze(out, added);
}

function applyMatmul<D extends DType, E extends DType, A extends Shape, B extends Shape>(
  x: Value<D, A>,
  y: Value<E, B> & Fits<'matmul', A, B, Matmul<A, B>> & OneDType<'matmul', D, E>,
): Value<D & E, Matmul<A, B>>;
function applyMatmul<D extends DType, B extends Shape>(
  y: Value<D, B>,
): <A extends Shape>(x: Value<D, A> & Fits<'matmul', A, B, Matmul<A, B>>) => Value<D, Matmul<A, B>>;
function applyMatmul(...operands: readonly [first: Value, second?: Value]): unknown {
  const [first, second] = operands;
  // An `undefined` that is given is a mistake, not the form for pipes.
  if (operands.length > 1) return matrixProduct(first, second);
  expectArgument('matmul', 'y', first, aValue);
  return (x: Value) => matrixProduct(x, first);
}

/**
 * The matrix product over the last two axes; leading axes are batches and broadcast. A vector on the left is a row,
 * on the right a column, and its axis is not in the result. Products are added up in doubles and rounded once by the
 * interpreter, in the operands' dtype by compiled code.
 */
export const matmul: typeof applyMatmul & ContractionOp<NoAttributes> = contraction(
  { name: 'matmul', arity: 2 },
  {
    letters([x, y]) {
      if (x.length < 2 || y.length < 2) return refused('takes matrices, or batches of them');
      const [columns, rows] = [last(x), at(y, y.length - 2)];
      if (columns !== rows) {
        return refused(
          `the first operand has ${columns} columns, the second ${rows} rows`,
          'The last axis of the first and the last but one of the second must be equal.',
        );
      }
      return broadcastShapes(x.slice(0, -2), y.slice(0, -2)) === undefined
        ? refused('the batch axes do not broadcast')
        : E.right(matrixLetters([x, y]));
    },
    // C = A B: dA = dC Bᵀ, dB = Aᵀ dC, summed over the batches for which an operand was repeated.
    pullback: ({ inputs: [x, y], cotangent }) => [
      fitted(matmul(cotangent, matrixTranspose(y)), x),
      fitted(matmul(matrixTranspose(x), cotangent), y),
    ],
    latex: ([x, y]) => product(`${within(x, 3)} \\, ${within(y, 3)}`),
  },
  applyMatmul,
);
