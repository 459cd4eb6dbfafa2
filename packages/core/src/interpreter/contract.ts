import type { Letters } from '../ir/grammar.js';
import { sizesOfLetters, summedLetters } from '../ir/letters.js';
import { rightOrThrow } from '../ir/problem.js';
import { at, lookup } from '../support/list.js';
import type { TypedArray } from '../value/dtype.js';
import { allocate } from '../value/memory.js';
import { offsetsOf } from '../value/offsets.js';
import { sizeOf, stridesOf, type Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';

/**
 * Sums of products: in doubles, rounded once. Of three factors or more, products are rounded one after the other, as in
 * code: else their intermediate results would overflow in one backend alone.
 */

/** An operand's strides over some letters: 0 along those that it has not, or is stretched along. */
export const stridesOver = (
  letters: readonly string[],
  own: readonly string[],
  shape: Shape,
  strides: readonly number[],
): number[] =>
  letters.map((letter) => {
    const axis = own.indexOf(letter);
    return axis < 0 || shape[axis] === 1 ? 0 : at(strides, axis);
  });

/** Where an operand's elements are: for each row of the result, each summed position, and along the row. */
interface Factor {
  readonly data: TypedArray;
  readonly rows: Int32Array;
  readonly terms: Int32Array;
  readonly stride: number;
}

/** Adds the products at each summed position to a row of the result; `products` holds them, and rounds to its dtype. */
function addProducts(
  sums: Float64Array,
  products: TypedArray,
  factors: readonly Factor[],
  row: number,
  terms: number,
): void {
  for (let term = 0; term < terms; term++) {
    products.fill(1);
    for (const factor of factors) {
      const start = at(factor.rows, row) + at(factor.terms, term);
      for (let j = 0; j < products.length; j++) {
        products[j] = at(products, j) * at(factor.data, start + j * factor.stride);
      }
    }
    for (let j = 0; j < sums.length; j++) sums[j] = at(sums, j) + at(products, j);
  }
}

/** The same of two operands, of which the first does not move along the row, so that the inner loop is one line. */
function addScaled(sums: Float64Array, x: Factor, { data, rows, terms, stride }: Factor, row: number): void {
  for (let term = 0; term < terms.length; term++) {
    const factor = at(x.data, at(x.rows, row) + at(x.terms, term));
    const start = at(rows, row) + at(terms, term);
    for (let j = 0; j < sums.length; j++) {
      const sum = sums[j];
      const element = data[start + j * stride];
      // `at` written out: it sees lists of every kind, which would make this loop several times as slow.
      if (sum === undefined || element === undefined) throw new RangeError(`there is no element ${j}`);
      sums[j] = sum + factor * element;
    }
  }
}

export function contract(letters: Letters, inputs: readonly Tensor[], out: Tensor): void {
  const sizes = rightOrThrow(
    sizesOfLetters(
      letters,
      inputs.map(({ shape }) => shape),
    ),
  );
  const rowLetters = letters.result.slice(0, -1);
  const along = letters.result.slice(-1);
  const summed = summedLetters(letters);
  const sizesFor = (each: readonly string[]): number[] => each.map((letter) => lookup(sizes, letter));
  const factors = inputs.map(({ data, shape }, index): Factor => {
    const strides = (over: readonly string[]): number[] =>
      stridesOver(over, at(letters.operands, index), shape, stridesOf(shape));
    const offsets = (over: readonly string[]): Int32Array => offsetsOf(sizesFor(over), strides(over));
    // A result of rank 0 has no axis to move along: its row is one element.
    const [stride = 0] = strides(along);
    return { data, rows: offsets(rowLetters), terms: offsets(summed), stride };
  });
  const terms = sizeOf(sizesFor(summed));
  const sums = allocate('f64', sizeOf(sizesFor(along)));
  const products = allocate(factors.length > 2 ? out.dtype : 'f64', sums.length);
  const [x, y] = factors;
  for (let row = 0; row * sums.length < out.data.length; row++) {
    // What every number can be added to without changing; a sum of nothing is 0.
    sums.fill(terms > 0 ? -0 : 0);
    const two = factors.length === 2;
    if (two && x?.stride === 0 && y !== undefined) addScaled(sums, x, y, row);
    else if (two && y?.stride === 0 && x !== undefined) addScaled(sums, y, x, row);
    else addProducts(sums, products, factors, row, terms);
    out.data.set(sums, row * sums.length);
  }
}
