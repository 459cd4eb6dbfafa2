import { transposeOf, view, type Unview } from '../families/view.js';
import type { Value, ViewOp } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { expectArgument, expectOptions, naturals, optionsOf } from '../value/argument.js';
import { foundOr } from '../ir/problem.js';
import { viewFrom, walk, walks, type View } from '../ir/view.js';
import { at } from '../support/list.js';
import { formatShape } from '../value/error.js';
import type { Shape } from '../value/shape.js';

/** Windows that slide over the last axes, from which convolution and pooling are made. */

export interface WindowAttributes {
  /** The size of a window along each of the last axes. */
  readonly size: readonly number[];
  /** How far apart windows begin. */
  readonly stride: readonly number[];
  /** How far apart the elements of a window lie. */
  readonly dilation: readonly number[];
}

export type WindowOptions = Pick<WindowAttributes, 'size'> & Partial<WindowAttributes>;

function windowsOf(shape: Shape, { size, stride, dilation }: WindowAttributes): View | undefined {
  const outer = shape.length - size.length;
  if (outer < 0 || stride.length !== size.length || dilation.length !== size.length) return undefined;
  if ([...size, ...stride, ...dilation].some((each) => each < 1)) return undefined;
  const counts = size.map((each, index) => {
    const span = (each - 1) * at(dilation, index) + 1;
    return Math.floor((at(shape, outer + index) - span) / at(stride, index)) + 1;
  });
  if (counts.some((count) => count < 1)) return undefined;
  return viewFrom(shape, [
    ...walks(shape.slice(0, outer)),
    ...counts.map((count, index) => walk(count, outer + index, at(stride, index))),
    ...size.map((each, index) => walk(each, outer + index, at(dilation, index))),
  ]);
}

/** Strides and dilations are 1 unless given. */
const completed = ({ size, stride, dilation }: WindowOptions): WindowAttributes => {
  const ones = size.map(() => 1);
  return { size, stride: stride ?? ones, dilation: dilation ?? ones };
};

const windowOptions = optionsOf<WindowOptions>('options, as in { size: [2, 2] }');

function applyWindows(x: Value, options: WindowOptions): Value;
function applyWindows(options: WindowOptions): (x: Value) => Value;
function applyWindows(...given: Piped<WindowOptions>): unknown {
  return bothWays('windows', ['options', windowOptions], given, (x, options) => {
    expectOptions('windows', options, { size: naturals, stride: naturals, dilation: naturals });
    expectArgument('windows', 'size', options.size, naturals);
    return build1(windows, [x], completed(options));
  });
}

/**
 * Every window over the last axes: the result has their positions and then the elements of each.
 * @example windows(matrix, { size: [2, 2] }).shape // [2, 3, 2, 2]
 */
export const windows: typeof applyWindows & ViewOp<WindowAttributes> = view(
  { name: 'windows', attributes: { size: 'naturals', stride: 'naturals', dilation: 'naturals' } },
  {
    view: ([x], attributes) =>
      foundOr(
        windowsOf(x, attributes),
        () => `windows of ${formatShape(attributes.size)} do not fit into the last axes of ${formatShape(x)}`,
      ),
    transpose: 'addWindows',
    behind: 'same',
  },
  applyWindows,
);

/** Each window added up at its place in the shape of `like`. */
export const addWindows: Unview<WindowAttributes> = transposeOf(windows);
