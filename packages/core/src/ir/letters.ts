import * as E from 'fp-ts/lib/Either.js';
import { at, lookup } from '../support/list.js';
import { isFloat } from '../value/dtype.js';
import type { Shape, TensorType } from '../value/shape.js';
import type { ContractionFamily, Found, Letters } from './grammar.js';
import { chain, one, refused, rightOrThrow } from './problem.js';

/** The letters of contractions, and the type rule that follows from them. */

/** The letters of a node that was built: its type rule has seen them. */
export const lettersFor = (
  family: ContractionFamily,
  inputs: readonly { readonly shape: Shape }[],
  attributes: unknown,
): Letters =>
  rightOrThrow(
    family.letters(
      inputs.map(({ shape }) => shape),
      attributes,
    ),
  );

/** The size of each letter. Each operand has a letter for each of its axes. */
export function sizesOfLetters(
  { operands }: Letters,
  shapes: readonly Shape[],
): Found<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const [index, letters] of operands.entries()) {
    const shape = at(shapes, index);
    for (const [axis, letter] of letters.entries()) {
      const [size, known] = [at(shape, axis), sizes.get(letter) ?? 1];
      if (size !== 1 && known !== 1 && size !== known) {
        return refused('an axis that two operands share has two sizes');
      }
      sizes.set(letter, known === 1 ? size : known);
    }
  }
  return E.right(sizes);
}

/** The letters that are summed over, in the order in which they occur. */
export const summedLetters = ({ operands, result }: Letters): readonly string[] => [
  ...new Set(operands.flat().filter((letter) => !result.includes(letter))),
];

/** What is wrong with letters for operands of these shapes, if anything is. */
function faultOf({ operands, result }: Letters, shapes: readonly Shape[]): string | undefined {
  if (operands.length !== shapes.length) {
    return `there are letters for ${operands.length} operands, given ${shapes.length}`;
  }
  const misfit = operands.findIndex((letters, index) => letters.length !== at(shapes, index).length);
  if (misfit >= 0) return `operand ${misfit} should have a letter for each of its axes`;
  const places = [...operands, result];
  if (places.some((letters) => new Set(letters).size !== letters.length)) {
    return 'a letter occurs twice in one place';
  }
  const counts = new Map<string, number>();
  for (const letter of places.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const [lonely] = [...counts].find(([, count]) => count === 1) ?? [];
  return lonely === undefined ? undefined : `the letter ${lonely} occurs once`;
}

/** The type of a sum of products. */
export function contractionTypes(
  letters: Letters,
  inputs: readonly TensorType[],
): Found<readonly TensorType[]> {
  const dtypes = new Set(inputs.map(({ dtype }) => dtype));
  const [dtype] = dtypes;
  if (dtype === undefined) return refused('takes one operand or more');
  if (dtypes.size > 1) return refused('the operands differ in dtype', 'Convert one with astype.');
  if (!isFloat(dtype)) return refused(`takes f64 or f32, given ${dtype}`);
  const shapes = inputs.map(({ shape }) => shape);
  const fault = faultOf(letters, shapes);
  if (fault !== undefined) {
    return refused(
      fault,
      'Each axis has a letter, which stands in two operands or more, the result among them.',
    );
  }
  return chain(sizesOfLetters(letters, shapes), (sizes) =>
    one(
      dtype,
      letters.result.map((letter) => lookup(sizes, letter)),
    ),
  );
}
