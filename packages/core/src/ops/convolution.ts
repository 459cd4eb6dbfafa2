import { least, type DType } from '../value/dtype.js';
import { refuse } from '../value/error.js';
import type { Value } from '../ir/grammar.js';
import { composite } from './composite.js';
import { matmul } from './contraction.js';
import { pad } from './join.js';
import { expandDims, permuteDims } from './movement.js';
import { max, mean } from './reduction.js';
import { flatten, unflatten } from './reshape.js';
import { windows } from './window.js';
import { aValue } from '../ir/sorts.js';
import {
  aCount,
  aNatural,
  expectArgument,
  expectOptions,
  naturals,
  sort,
  type Sort,
} from '../value/argument.js';

/** Convolution and pooling over images: [batch, channels, height, width]. */

/** One number for both axes, or one for each. */
export type Pair = number | readonly [number, number];

const aPair: Sort<Pair> = sort(
  'a natural number, or one for each of two axes',
  (u): u is Pair => aNatural.is(u) || (naturals.is(u) && u.length === 2),
);

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

function padded(x: Value, padding: Pair, value: number): Value {
  const [height, width] = pair(padding);
  return height === 0 && width === 0
    ? x
    : pad(
        x,
        [
          [0, 0],
          [0, 0],
          [height, height],
          [width, width],
        ],
        value,
      );
}

/** The sizes of an image's four axes. */
function sizesOf(op: string, x: Value, parameter = 'x'): readonly [number, number, number, number] {
  expectArgument(op, parameter, x, aValue);
  const { shape } = x;
  const [batch, channels, height, width, ...more] = shape;
  if (
    batch === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    more.length > 0
  ) {
    refuse('graph', [op], `takes [batch, channels, height, width], given rank ${shape.length}`);
  }
  return [batch, channels, height, width];
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
  expectOptions('conv2d', options, { stride: aPair, padding: aPair, dilation: aPair, groups: aCount });
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const [outputs, inputs, height, width] = sizesOf('conv2d', filters, 'filters');
  const [, channels] = sizesOf('conv2d', x);
  if (channels !== inputs * groups || outputs % groups !== 0) {
    refuse(
      'graph',
      ['conv2d'],
      `${outputs} filters of ${inputs} channels in ${groups} groups do not fit images of ${channels} channels`,
      'The filters have channels / groups each, and their number is a multiple of the groups.',
    );
  }
  const seen = windows(padded(x, padding, 0), {
    size: [height, width],
    stride: pair(stride),
    dilation: pair(dilation),
  });
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
    expectOptions(name, options, { size: aPair, stride: aPair, padding: aPair });
    const { size, stride = size, padding = 0 } = options;
    expectArgument(name, 'size', size, aPair);
    sizesOf(name, x);
    return reduce(windows(padded(x, padding, fill(x.dtype)), { size: pair(size), stride: pair(stride) }));
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
