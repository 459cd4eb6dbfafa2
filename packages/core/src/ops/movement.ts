import { transposeOf, view, type Unview } from '../families/view.js';
import type { Value, ViewOp } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { aValue } from '../ir/sorts.js';
import { aRecord, expectArgument, integers, listOf, type Sort } from '../value/argument.js';
import { foundOr, refused } from '../ir/problem.js';
import { orderOf, ranges, repeated, viewFrom, walk, type Range, type View } from '../ir/view.js';
import { application, atom, within } from '../scalar/formula.js';
import { at } from '../support/list.js';
import type { DType } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import type { Permute } from '../value/shape-types.js';
import type { Shape } from '../value/shape.js';
import * as E from 'fp-ts/lib/Either.js';

/** Elements in another order, axes that come and go, and parts of axes. */

export interface AxesAttributes {
  readonly axes: readonly number[];
}

// Orders

function applyPermute<D extends DType, S extends Shape, const A extends Shape>(
  x: Value<D, S>,
  axes: A,
): Value<D, Permute<S, A>>;
function applyPermute<const A extends Shape>(
  axes: A,
): <D extends DType, S extends Shape>(x: Value<D, S>) => Value<D, Permute<S, A>>;
function applyPermute(...given: Piped<readonly number[]>): unknown {
  return bothWays('permuteDims', ['axes', integers], given, (x, axes) => build1(permuteDims, [x], { axes }));
}

/** Axis i of the result is axis `axes[i]` of `x`. */
export const permuteDims: typeof applyPermute & ViewOp<AxesAttributes> = view(
  { name: 'permuteDims', attributes: { axes: 'order' } },
  {
    view: ([x], { axes }) =>
      E.right(
        viewFrom(
          x,
          axes.map((axis) => walk(at(x, axis), axis)),
        ),
      ),
    recognize(of, x) {
      const order = orderOf(of, x);
      return order?.length === of.axes.length && order.length === x.length ? { axes: order } : undefined;
    },
    transpose: (cotangent, _x, { axes }) =>
      permuteDims(
        cotangent,
        axes.map((_, axis) => axes.indexOf(axis)),
      ),
    behind: 'axes',
    latex: ([x], { axes }) =>
      axes.join() === '1,0'
        ? atom(`${within(x, 6)}^{\\top}`)
        : application(`permute_{${axes.join(', ')}}`, [x]),
  },
  applyPermute,
);

/** The last two axes swapped: a matrix transposed, in every batch. */
export function matrixTranspose(x: Value): Value {
  expectArgument('matrixTranspose', 'x', x, aValue);
  const axes = x.shape.map((_, axis) => axis);
  return permuteDims(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

// Axes of size 1

function applyExpandDims<D extends DType>(x: Value<D>, axes: readonly number[]): Value<D>;
function applyExpandDims(axes: readonly number[]): <D extends DType>(x: Value<D>) => Value<D>;
function applyExpandDims(...given: Piped<readonly number[]>): unknown {
  return bothWays('expandDims', ['axes', integers], given, (x, axes) => build1(expandDims, [x], { axes }));
}

/** New axes of size 1, at these positions of the result. */
export const expandDims: typeof applyExpandDims & ViewOp<AxesAttributes> = view(
  { name: 'expandDims', attributes: { axes: 'newAxes' } },
  {
    view([x], { axes }) {
      let next = 0;
      const result = Array.from({ length: x.length + axes.length }, (_, axis) => axis);
      return E.right(
        viewFrom(
          x,
          result.map((axis) => (axes.includes(axis) ? repeated(1) : walk(at(x, next), next++))),
        ),
      );
    },
    transpose: (cotangent, _x, { axes }) => squeeze(cotangent, axes),
    behind: 'axes',
    latex: ([x]) => x,
  },
  applyExpandDims,
);

function applySqueeze<D extends DType>(x: Value<D>, axes: readonly number[]): Value<D>;
function applySqueeze(axes: readonly number[]): <D extends DType>(x: Value<D>) => Value<D>;
function applySqueeze(...given: Piped<readonly number[]>): unknown {
  return bothWays('squeeze', ['axes', integers], given, (x, axes) => build1(squeeze, [x], { axes }));
}

/** Without these axes, which have size 1. */
export const squeeze: typeof applySqueeze & ViewOp<AxesAttributes> = view(
  { name: 'squeeze', attributes: { axes: 'axes' } },
  {
    view: ([x], { axes }) =>
      axes.every((axis) => x[axis] === 1)
        ? E.right(
            viewFrom(
              x,
              x.flatMap((size, axis) => (axes.includes(axis) ? [] : [walk(size, axis)])),
            ),
          )
        : refused(`the axes ${formatShape(axes)} of ${formatShape(x)} do not have size 1`),
    transpose: (cotangent, _x, { axes }) => expandDims(cotangent, axes),
    behind: 'axes',
    latex: ([x]) => x,
  },
  applySqueeze,
);

// Parts of axes

export interface SliceRange {
  /** The first index, counted from the end where negative; 0 unless given. */
  readonly start?: number;
  /** The index after the last one; the end unless given, also when the graph is rebound to another size. */
  readonly stop?: number;
  /** 1 unless given; at least 1. */
  readonly step?: number;
}

export interface SliceAttributes {
  /** One range for each of the first axes. */
  readonly ranges: readonly SliceRange[];
}

/** Python's rule for slices: indices beyond an end mean the end. */
function part(size: number, { start = 0, stop = size, step = 1 }: SliceRange): Range {
  const clamp = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
  const first = clamp(start);
  return { start: first, size: Math.max(Math.ceil((clamp(stop) - first) / step), 0), step };
}

const sliceView = (shape: Shape, { ranges: parts }: SliceAttributes): View | undefined =>
  parts.length > shape.length || parts.some(({ step = 1 }) => step < 1)
    ? undefined
    : ranges(shape, (size, axis) => part(size, parts[axis] ?? {}));

/** The ranges that give a view, where each of its axes walks forwards along its own of the whole. */
function rangesOf({ start, axes }: View, shape: Shape): SliceAttributes | undefined {
  if (axes.length !== shape.length || axes.some(({ size }) => size === 0)) return undefined;
  const found: SliceRange[] = [];
  for (const [axis, { size, along }] of axes.entries()) {
    const [first, ...others] = size === 1 ? [[axis, 1] as const] : along;
    if (first?.[0] !== axis || first[1] < 1 || others.length > 0) return undefined;
    const [from, step] = [at(start, axis), first[1]];
    const stop = from + (size - 1) * step + 1;
    found.push({
      ...(from === 0 ? {} : { start: from }),
      ...(stop + step > at(shape, axis) ? {} : { stop }),
      ...(step === 1 ? {} : { step }),
    });
  }
  return { ranges: found };
}

const someRanges: Sort<readonly SliceRange[]> = listOf('a list of ranges, as in [{ start: 1 }]', aRecord);

function applySlice<D extends DType>(x: Value<D>, ranges: readonly SliceRange[]): Value<D>;
function applySlice(ranges: readonly SliceRange[]): <D extends DType>(x: Value<D>) => Value<D>;
function applySlice(...given: Piped<readonly SliceRange[]>): unknown {
  return bothWays('slice', ['ranges', someRanges], given, (x, ranges) => build1(slice, [x], { ranges }));
}

/**
 * Part of each axis, by Python's rules.
 * @example slice(matrix, [{ start: 1 }, { step: 2 }]).shape // [2, 2]
 */
export const slice: typeof applySlice & ViewOp<SliceAttributes> = view(
  {
    name: 'slice',
    attributes: { ranges: { list: { start: 'integer?', stop: 'integer?', step: 'integer?' } } },
  },
  {
    view: ([x], attributes) =>
      foundOr(sliceView(x, attributes), () => `takes at most ${x.length} ranges, with steps of at least 1`),
    recognize: rangesOf,
    transpose: 'unslice',
    behind: ({ ranges: parts }) => ({ ranges: [{}, ...parts] }),
    describe: ({ ranges: parts }) =>
      parts
        .map(({ start = '', stop = '', step }) => `${start}:${stop}${step === undefined ? '' : `:${step}`}`)
        .join(', '),
    latex: ([x], { ranges: parts }) =>
      atom(`${within(x, 6)}_{${parts.map(({ start = '', stop = '' }) => `${start}:${stop}`).join(', ')}}`),
  },
  applySlice,
);

/** Zeros in the shape of `like`, with `x` where `slice(like, ranges)` reads. */
export const unslice: Unview<SliceAttributes> = transposeOf(slice);
