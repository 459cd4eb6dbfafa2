import { least, type DType } from '../value/dtype.js';
import { at } from '../support/list.js';
import { AdjointException, formatShape, opError } from '../value/error.js';
import type { Value } from '../ir/grammar.js';
import { composite } from './composite.js';
import { matmul } from './contraction.js';
import { pad } from './join.js';
import { expandDims, permuteDims } from './movement.js';
import { max, mean } from './reduction.js';
import { flatten, unflatten } from './reshape.js';
import { windows } from './window.js';
import { aValue } from '../ir/sorts.js';
import { aCount, aNatural, expectArgument, expectOptions, sort, type Sort } from '../value/argument.js';

/** Convolution and pooling over images: [batch, channels, height, width]. */

/** One number for both axes, or one for each. */
export type Pair = number | readonly [number, number];

/** Two whole numbers from `least` on, or one for both. */
const pairFrom = (least: number, each: string): Sort<Pair> => {
  const isSize = (u: unknown): boolean => Number.isSafeInteger(u) && Number(u) >= least;
  return sort(
    `${each}, or one for each of two axes`,
    (u): u is Pair => isSize(u) || (Array.isArray(u) && u.length === 2 && u.every(isSize)),
  );
};
const aPair = pairFrom(0, aNatural.name);
const aPairOfCounts = pairFrom(1, aCount.name);

const pair = (of: Pair): readonly [number, number] => (typeof of === 'number' ? [of, of] : of);

export interface ConvolutionOptions {
  /** 1 unless given. */
  readonly stride?: Pair;
  /** Zeros on each side; 0 unless given. */
  readonly padding?: Pair;
  /** 1 unless given. */
  readonly dilation?: Pair;
  /** Into how many groups the channels are cut that see nothing of each other; 1 unless given. */
  readonly groups?: number;
}

function padded(x: Value, [height, width]: readonly [number, number], value: number): Value {
  const none = [0, 0] as const;
  return height === 0 && width === 0 ? x : pad(x, [none, none, [height, height], [width, width]], value);
}

/** Why an op does not take its operands. */
function misfit(op: string, operands: readonly Value[], problem: string, remedy?: string): never {
  throw new AdjointException(opError(op, operands, { problem, ...(remedy !== undefined && { remedy }) }));
}

/** The sizes of the four axes of an operand. */
function sizesOf(
  op: string,
  operands: readonly Value[],
  which: number,
  axes: string,
): readonly [number, number, number, number] {
  const { shape } = at(operands, which);
  const [first, second, height, width, ...more] = shape;
  if (
    first === undefined ||
    second === undefined ||
    height === undefined ||
    width === undefined ||
    more.length > 0
  )
    misfit(op, operands, `operand ${which} should be [${axes}], and has ${shape.length} axes`);
  return [first, second, height, width];
}

interface Sliding {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The windows over images with something around them, which `fill` is; of an op that has these operands. */
function windowsOver(
  op: string,
  operands: readonly [Value, ...Value[]],
  sliding: Sliding,
  fill: number,
): Value {
  const [x] = operands;
  const { size, stride, padding, dilation } = sliding;
  const image = x.shape.slice(2).map((each, axis) => each + 2 * at(padding, axis));
  if (size.some((each, axis) => (each - 1) * at(dilation, axis) + 1 > at(image, axis))) {
    const apart = dilation.some((each) => each > 1) ? `, dilated by ${formatShape(dilation)},` : '';
    const around = padding.some((each) => each > 0) ? ', with the padding' : '';
    misfit(
      op,
      operands,
      `windows of ${formatShape(size)}${apart} do not fit into images of ${formatShape(image)}${around}`,
      'Take smaller windows, or more padding.',
    );
  }
  return windows(padded(x, padding, fill), { size, stride, dilation });
}

/**
 * The cross-correlation of images with filters, as machine learning calls convolution: the windows of the images
 * times the filters, as one matrix product.
 * @param x [batch, channels, height, width]
 * @param filters [channels out, channels / groups, height, width]
 * @throws AdjointException where a rank is not 4, the groups do not divide the channels, or a window does not fit
 * @example conv2d(input('x', [1, 3, 8, 8]), input('w', [4, 3, 3, 3]), { padding: 1 }).shape // [1, 4, 8, 8]
 */
export const conv2d: ReturnType<
  typeof composite<[x: Value, filters: Value, options?: ConvolutionOptions], Value>
> = composite('conv2d', (x: Value, filters: Value, options: ConvolutionOptions = {}): Value => {
  expectOptions('conv2d', options, {
    stride: aPairOfCounts,
    padding: aPair,
    dilation: aPairOfCounts,
    groups: aCount,
  });
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const op = 'conv2d';
  expectArgument(op, 'x', x, aValue);
  expectArgument(op, 'filters', filters, aValue);
  const operands = [x, filters] as const;
  const [, channels] = sizesOf(op, operands, 0, 'batch, channels, height, width');
  const [outputs, inputs, ...size] = sizesOf(
    op,
    operands,
    1,
    'channels out, channels / groups, height, width',
  );
  if (channels !== inputs * groups || outputs % groups !== 0) {
    misfit(
      op,
      operands,
      `${outputs} filters of ${inputs} channels in ${groups} groups do not fit images of ${channels} channels`,
      'The filters have channels / groups each, and their number is a multiple of the groups.',
    );
  }
  if (x.dtype !== filters.dtype) misfit(op, operands, 'the operands differ in dtype', 'Convert with astype.');
  const sliding: Sliding = { size, stride: pair(stride), padding: pair(padding), dilation: pair(dilation) };
  const seen = windowsOver(op, [x, filters], sliding, 0);
  // [batch, group, height, width, elements of a window]
  const rows = flatten(permuteDims(unflatten(seen, 1, [groups, -1]), [0, 1, 3, 4, 2, 5, 6]), 4, 6);
  // [group, 1, elements of a window, filters of the group]
  const columns = permuteDims(unflatten(flatten(filters, 1, 3), 0, [groups, -1]), [0, 2, 1]);
  const products: Value = matmul(rows, expandDims(columns, [1]));
  return flatten(permuteDims(products, [0, 1, 4, 2, 3]), 1, 2);
});

export interface PoolingOptions {
  readonly size: Pair;
  /** The size unless given: windows side by side. */
  readonly stride?: Pair;
  /** On each side; 0 unless given. */
  readonly padding?: Pair;
}

type Pooling = ReturnType<typeof composite<[x: Value, options: PoolingOptions], Value>>;

const pooling = (name: string, fill: (dtype: DType) => number, reduce: (seen: Value) => Value): Pooling =>
  composite(name, (x: Value, options: PoolingOptions): Value => {
    expectOptions(name, options, { size: aPairOfCounts, stride: aPairOfCounts, padding: aPair });
    const { size, stride = size, padding = 0 } = options;
    expectArgument(name, 'size', size, aPairOfCounts);
    expectArgument(name, 'x', x, aValue);
    sizesOf(name, [x], 0, 'batch, channels, height, width');
    const sliding: Sliding = {
      size: pair(size),
      stride: pair(stride),
      padding: pair(padding),
      dilation: [1, 1],
    };
    return reduce(windowsOver(name, [x], sliding, fill(x.dtype)));
  });

/**
 * The largest element of each window. Equal largest elements share the cotangent.
 * @example maxPool2d(input('x', [1, 3, 8, 8]), { size: 2 }).shape // [1, 3, 4, 4]
 */
export const maxPool2d: Pooling = pooling(
  'maxPool2d',
  (dtype) => least[dtype],
  (seen) => max(seen, { axes: [-2, -1] }),
);

/** The mean of each window; padding counts as zeros. */
export const averagePool2d: Pooling = pooling(
  'averagePool2d',
  () => 0,
  (seen) => mean(seen, { axes: [-2, -1] }),
);
