import { scalar, type Plugin, type Shape, type Value } from '@adjoint/core';
import {
  contraction,
  last,
  lettersOf,
  prefix,
  reduction,
  transposeOf,
  view,
  views,
  build1,
  refused,
  type ContractionOp,
  type NoAttributes,
  type PrefixOp,
  type ReductionOp,
  type Unview,
  type ViewOp,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';

/** A plugin as a stranger would write it: an op of each of five families, and nothing beside the records. */

interface Axes {
  readonly axes: readonly number[];
}

const applyFlip = (x: Value, axes: readonly number[]): Value => build1(flip, [x], { axes });

/** The elements from the last to the first along some axes. It is its own transpose. */
export const flip: typeof applyFlip & ViewOp<Axes> = view(
  { name: 'flip', attributes: { axes: 'axes' } },
  {
    view: ([x], { axes }) =>
      E.right(views.ranges(x, (size, axis) => (axes.includes(axis) ? views.backwards : views.along)(size))),
    transpose: (cotangent, _x, { axes }) => flip(cotangent, axes),
    behind: 'axes',
  },
  applyFlip,
);

const lastTwo = ({ length }: Shape): readonly number[] => [length - 2, length - 1];
const applyDiagonal = (x: Value): Value => build1(diagonal, [x], {});

/** The elements of a square matrix whose two indices are equal. */
export const diagonal: typeof applyDiagonal & ViewOp<NoAttributes> = view(
  { name: 'diagonal' },
  {
    view: ([x]) =>
      x.length > 1 && x.at(-2) === x.at(-1)
        ? E.right(views.viewFrom(x, [...views.walks(x.slice(0, -2)), views.together(last(x), lastTwo(x))]))
        : refused('takes square matrices'),
    transpose: 'addDiagonal',
    behind: 'same',
  },
  applyDiagonal,
);
export const addDiagonal: Unview<NoAttributes> = transposeOf(diagonal);

export const sumOfSquares: ReductionOp = reduction(
  { name: 'sumOfSquares' },
  { combine: scalar.add, element: (x) => scalar.square(x), empty: 0, command: '\\sum{}^2' },
);

const applyBilinear = (x: Value, w: Value, y: Value): Value => build1(bilinear, [x, w, y], {});

/** xᵀ W y for each row of x and y. */
export const bilinear: typeof applyBilinear & ContractionOp<NoAttributes> = contraction(
  { name: 'bilinear', arity: 3 },
  { letters: () => lettersOf('ri,ij,rj->r') },
  applyBilinear,
);

export const cumulativeSum: PrefixOp = prefix({ name: 'cumulativeSum' }, { combine: scalar.add });

export const familyPlugin: Plugin = {
  name: 'families',
  version: '1.0.0',
  core: '^0.1.0',
  ops: [flip, diagonal, addDiagonal, sumOfSquares, bilinear, cumulativeSum],
};
