import { join, splitOf, type Split } from '../families/join.js';
import type { JoinOp, Layout, Value } from '../ir/grammar.js';
import { build1, isValue } from '../ir/node.js';
import { refused } from '../ir/problem.js';
import { walks } from '../ir/view.js';
import { atom } from '../scalar/formula.js';
import { at } from '../support/list.js';
import { holds, type DType } from '../value/dtype.js';
import type { TensorType } from '../value/shape.js';
import * as E from 'fp-ts/lib/Either.js';
import { slice } from './movement.js';
import { someValues } from '../ir/sorts.js';
import { aNumber, everyOf, expectArgument, naturals, optional, sort, type Sort } from '../value/argument.js';

/** Operands put side by side, or into a frame. */

export interface AxisAttributes {
  readonly axis: number;
}

/** Parts of a whole that begin where `starts` says along each axis. */
const placed = ({ shape }: TensorType, start: readonly number[]): Layout['parts'][number] => ({
  start,
  axes: walks(shape),
});

const oneOrMore: Sort<readonly Value[]> = sort(
  'a list of one value or more',
  (u): u is readonly Value[] => someValues.is(u) && u.length > 0,
  (u) => someValues.remedy?.(u),
);

function applyConcat<D extends DType>(values: readonly Value<D>[], axis?: number): Value<D>;
function applyConcat(values: readonly Value[], axis = 0): Value {
  expectArgument('concat', 'values', values, oneOrMore);
  return build1(concat, values, { axis });
}

/** The operands laid side by side along `axis`, the first unless given. */
export const concat: typeof applyConcat & JoinOp<AxisAttributes> = join(
  { name: 'concat', attributes: { axis: 'axis' } },
  {
    layout(parts, { axis }) {
      const { shape } = at(parts, 0);
      const fits = parts.every(
        (part) =>
          part.shape.length === shape.length &&
          part.shape.every((size, each) => each === axis || size === shape[each]),
      );
      if (!fits) return refused(`the operands differ in another axis than ${axis}`);
      let size = 0;
      const places = parts.map((part) => {
        const start = shape.map((_, each) => (each === axis ? size : 0));
        size += at(part.shape, axis);
        return placed(part, start);
      });
      return E.right({ shape: shape.with(axis, size), parts: places });
    },
    transpose: 'splitLike',
    behind: 'axes',
    latex: (inputs) => atom(`\\left[${inputs.map(({ text }) => text).join(' \\;\\; ')}\\right]`),
  },
  applyConcat,
);

/** `x` cut along `axis` into pieces as large as `parts`. */
export const splitLike: Split<AxisAttributes> = splitOf(concat);

export interface PadAttributes {
  /** How many elements go before and after each axis. */
  readonly widths: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

type Widths = PadAttributes['widths'];

const someWidths: Sort<Widths> = sort(
  'widths, as in [[0, 1], [2, 0]]',
  (u): u is Widths => everyOf(u, (pair): pair is Widths[number] => naturals.is(pair) && pair.length === 2),
  'There is a pair for each axis: how many elements go before and after it.',
);

function applyPad<D extends DType>(x: Value<D>, widths: Widths, value?: number): Value<D>;
function applyPad(widths: Widths, value?: number): <D extends DType>(x: Value<D>) => Value<D>;
function applyPad(
  ...given: readonly [first: Value | Widths, second?: Widths | number, value?: number]
): unknown {
  const [first, second, third] = given;
  if (isValue(first)) {
    expectArgument('pad', 'widths', second, someWidths);
    return build1(pad, [first], { widths: second, value: third ?? 0 });
  }
  expectArgument('pad', 'widths', first, someWidths);
  expectArgument('pad', 'value', second, optional(aNumber));
  return (x: Value) => build1(pad, [x], { widths: first, value: second ?? 0 });
}

/**
 * Framed with `value`, 0 unless given.
 * @example pad(matrix, [[0, 1], [1, 2]]).shape // [4, 7]
 */
export const pad: typeof applyPad & JoinOp<PadAttributes> = join(
  { name: 'pad', arity: 1, attributes: { widths: { list: ['natural', 'natural'] }, value: 'number' } },
  {
    layout([x], { widths, value }) {
      const { dtype, shape } = x;
      if (widths.length !== shape.length) {
        return refused(`takes a pair of widths for each of the ${shape.length} axes, given ${widths.length}`);
      }
      if (!holds(dtype, value)) return refused(`${dtype} cannot hold the number ${value}`);
      const before = widths.map(([width]) => width);
      const sizes = widths.map(([first, last], axis) => first + at(shape, axis) + last);
      return E.right({ shape: sizes, parts: [placed(x, before)], fill: value });
    },
    transpose: (cotangent, _parts, { widths }) => [
      slice(
        cotangent,
        widths.map(([before, after]) => ({ start: before, ...(after === 0 ? {} : { stop: -after }) })),
      ),
    ],
    behind: ({ widths, value }) => ({ widths: [[0, 0], ...widths], value }),
  },
  applyPad,
);
