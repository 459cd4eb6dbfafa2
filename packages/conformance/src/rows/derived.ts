import { inferTypes, build, at } from '@adjoint/core/extend';
import { dtypes, type DType, type Primitive, type Shape, type TensorType } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { anyNumbers, filled, indices, summable } from '../generate/numbers.js';
import type { Attributes, Sample } from '../generate/samples.js';
import { narrowed, shapes, shapesOf, sizes, upTo } from '../generate/shapes.js';
import { rulesOf, type Cases, type Family, type Row } from './row.js';

/** Rows that follow from the record of a primitive. */

interface Operands<A> {
  readonly shapes: readonly Shape[];
  readonly attributes: A;
}

/** How many operands and attributes are tried, to find those that a type rule takes. */
const TRIED = 400;
/** The seed that they come from: a row is the same each time. */
const SEED = 1;

const alike = (count: number): fc.Arbitrary<readonly Shape[]> =>
  shapes.map((shape) => Array.from({ length: count }, () => shape));
const broadcast = (count: number): fc.Arbitrary<readonly Shape[]> =>
  shapes.chain((shape) => fc.tuple(...Array.from({ length: count }, () => narrowed(shape))));
/** The last size of each is the last but one of the next, as in products of matrices. */
const chained = (count: number): fc.Arbitrary<readonly Shape[]> =>
  fc
    .tuple(shapesOf(0, 1), fc.array(sizes, { minLength: count + 1, maxLength: count + 1 }))
    .map(([stack, along]) =>
      Array.from({ length: count }, (_, operand) => [...stack, at(along, operand), at(along, operand + 1)]),
    );

/** Shapes of as many operands as an op takes. */
const someShapes = (arity: number | undefined): fc.Arbitrary<readonly Shape[]> =>
  (arity === undefined ? upTo(3) : fc.constant(arity)).chain((count) =>
    fc.oneof(alike(count), broadcast(count), chained(count)),
  );

/** Only the second operand of what goes by indices has another dtype than the first. */
const typesOf = (operands: readonly Shape[], dtype: DType, family: Family): readonly TensorType[] =>
  operands.map((shape, operand) => ({
    shape,
    dtype: operand === 1 && (family === 'indexed' || family === 'unindexed') ? 'i32' : dtype,
  }));

const added: readonly Family[] = ['unview', 'unindexed', 'reduction', 'prefix', 'contraction'];

/** Indices are into an axis of a few elements, of whatever the first operand has. */
const SOME = 4;

/**
 * The row of a primitive from its record and its family: its operands are those that its type rule takes, of shapes
 * that are alike, broadcast or chain as matrices do, and the dtypes likewise.
 * @param attributes attributes that fit the shape of the first operand
 * @throws TypeError where the type rule takes none of what was tried
 */
export function derived<A>(op: Primitive<A>, attributes: Attributes<A>): Row {
  const family = op.family.kind;
  const takes = (dtype: DType, given: Operands<A>): boolean =>
    E.isRight(inferTypes(op, typesOf(given.shapes, dtype, family), given.attributes));
  const candidates = someShapes(op.arity).chain((of) =>
    attributes(at(of, 0)).map((chosen): Operands<A> => ({ shapes: of, attributes: chosen })),
  );
  const tried = fc.sample(candidates, { numRuns: TRIED, seed: SEED });
  const possible = tried.filter((given) => dtypes.some((dtype) => takes(dtype, given)));
  if (possible.length === 0) throw new TypeError(`no operands were found that ${op.name} takes`);
  const of = dtypes.filter((dtype) => possible.some((given) => takes(dtype, given)));

  const numbers = added.includes(family) ? summable : anyNumbers;
  const sampled = ({ shapes: given, attributes: chosen }: Operands<A>, dtype: DType): fc.Arbitrary<Sample> =>
    fc
      .tuple(
        ...typesOf(given, dtype, family).map((type, operand) =>
          operand > 0 && type.dtype !== dtype
            ? indices(type.shape, SOME)
            : filled(type.dtype, type.shape, numbers),
        ),
      )
      .map((operands) => ({ operands, build: (...values) => build(op, values, chosen).outputs }));
  const cases = (chosen: readonly DType[]): Cases =>
    Object.fromEntries(
      chosen.map((dtype) => [dtype, fc.constantFrom(...possible).chain((given) => sampled(given, dtype))]),
    );
  return {
    taken: cases(of),
    refused: cases(dtypes.filter((dtype) => !of.includes(dtype))),
    bound: rulesOf(family).bound,
  };
}
