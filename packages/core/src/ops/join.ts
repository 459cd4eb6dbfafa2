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

/** Operands put side by side, or into a frame. */

export interface AxisAttributes {
  readonly axis: number;
}

/** Parts of a whole that begin where `starts` says along each axis. */
const placed = ({ shape }: TensorType, start: readonly number[]): Layout['parts'][number] => ({
  start,
  axes: walks(shape),
});

function applyConcat<D extends DType>(values: readonly Value<D>[], axis?: number): Value<D>;
function applyConcat(values: readonly Value[], axis = 0): Value {
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

function applyPad<D extends DType>(x: Value<D>, widths: Widths, value?: number): Value<D>;
function applyPad(widths: Widths, value?: number): <D extends DType>(x: Value<D>) => Value<D>;
function applyPad(first: Value | Widths, second?: Widths | number, third = 0): unknown {
  if (isValue(first)) {
    return build1(pad, [first], { widths: typeof second === 'object' ? second : [], value: third });
  }
  const value = typeof second === 'number' ? second : 0;
  return (x: Value) => build1(pad, [x], { widths: first, value });
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
