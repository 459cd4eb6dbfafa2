import { scalar } from '@adjoint/core';
import { at, sizeOf } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import { combinationOf, mayReorder } from '../loop/combine.js';
import { functionsIn } from '../loop/cost.js';
import {
  computedAt,
  storesAt,
  type Buffer,
  type LoopKernel,
  type Reduction,
  type Store,
  type View,
} from '../loop/kernel.js';
import { isIndexed, restride, shifted } from '../loop/view.js';

/**
 * Large kernels cut into parts of equal size that may run at the same time. Where they are cut depends on their sizes
 * alone, so that the bits do not depend on how many threads there are.
 */

/** Below so many loads, stores and scalar functions a kernel stays whole: handing parts out costs about 1 µs. */
const SMALLEST = 131_072;
const FEWEST_PARTS = 4;
export const MOST_PARTS = 16;
/** Parts are multiples of this where that leaves enough of them, so that none ends in single elements. */
const GRAIN = 16;

function workOf(kernel: LoopKernel): number {
  const { extents, loads, stores } = kernel;
  const functions = functionsIn([...computedAt(kernel, 'element'), ...computedAt(kernel, 'result')]);
  return sizeOf(extents) * (functions + loads.length + stores.length);
}

/** How an axis is cut: parts of `size`, as many that little is left over. */
interface Cut {
  readonly axis: number;
  readonly parts: number;
  readonly size: number;
}

function cutOf(axis: number, extent: number, tile = GRAIN): Cut | undefined {
  const grain = extent >= tile * MOST_PARTS ? tile : 1;
  const cuts = Array.from({ length: MOST_PARTS - FEWEST_PARTS + 1 }, (_, index): Cut => {
    const parts = MOST_PARTS - index;
    return { axis, parts, size: Math.floor(extent / parts / grain) * grain };
  }).filter(({ size }) => size > 0);
  const left = ({ parts, size }: Cut): number => extent - parts * size;
  return cuts.sort((a, b) => left(a) - left(b))[0];
}

/** A kernel over part of an axis. */
function portion(kernel: LoopKernel, axis: number, start: number, size: number): LoopKernel {
  const moved = <T extends { readonly view: View }>(each: T): T => ({
    ...each,
    view: shifted(each.view, axis, start),
  });
  return {
    ...kernel,
    extents: kernel.extents.with(axis, size),
    loads: kernel.loads.map(moved),
    stores: kernel.stores.map(moved),
  };
}

/** The parts as a new first axis. */
function parallel(kernel: LoopKernel, { axis, parts, size }: Cut): LoopKernel {
  const led = <T extends { readonly view: View }>(each: T): T => ({
    ...each,
    view: restride(each.view, (strides) => [size * at(strides, axis), ...strides]),
  });
  return {
    ...kernel,
    parallel: true,
    extents: [parts, ...kernel.extents.with(axis, size)],
    loads: kernel.loads.map(led),
    stores: kernel.stores.map(led),
    ...(kernel.unroll && { unroll: [1, ...kernel.unroll] }),
  };
}

const cutInto = (kernel: LoopKernel, cut: Cut): readonly LoopKernel[] => {
  const { axis, parts, size } = cut;
  const extent = at(kernel.extents, axis);
  const done = parts * size;
  const whole = parallel(portion(kernel, axis, 0, done), cut);
  return done === extent ? [whole] : [whole, portion(kernel, axis, done, extent - done)];
};

/** A reduction to a single result: the parts are reduced each for itself, and then their results. */
function reduceInParts(kernel: LoopKernel, cut: Cut): readonly LoopKernel[] {
  const { axis, parts, size } = cut;
  const done = parts * size;
  const left = at(kernel.extents, axis) - done;
  // What a part gives is not rounded: the sum of some parts may be too large for the result's dtype, and that of all not.
  const partials = kernel.reductions.map((reduction, index) => ({
    ...reduction,
    element: scalar.argument(`part${index}`, reduction.accumulator),
    buffer: partialBuffer(reduction, left === 0 ? parts : parts + 1),
  }));
  const unrounded = kernel.reductions.map((reduction, index) => ({
    ...reduction,
    result: scalar.argument(`unrounded${index}`, reduction.accumulator),
  }));
  const storePartials = (first: number, strides: readonly number[]): readonly Store[] =>
    zipWith(unrounded, partials, ({ result }, { buffer }) => ({
      view: { buffer, offset: first, strides },
      value: result,
      level: 'result',
    }));
  const elements: LoopKernel = {
    ...kernel,
    reductions: unrounded,
    stores: storesAt(kernel, 'element'),
  };
  const whole = parallel(portion(elements, axis, 0, done), cut);
  const rest = portion(elements, axis, done, left);
  const along = kernel.extents.map(() => 0);
  const inResults = new Set(scalar.subexpressions(storesAt(kernel, 'result').map(({ value }) => value)));
  const single = <T extends { readonly view: View }>(each: T): T => ({
    ...each,
    view: restride(each.view, () => [0]),
  });
  return [
    { ...whole, stores: [...whole.stores, ...storePartials(0, [1, ...along])] },
    ...(left === 0 ? [] : [{ ...rest, stores: [...rest.stores, ...storePartials(parts, along)] }]),
    {
      kind: 'loops',
      name: kernel.name,
      extents: [left === 0 ? parts : parts + 1],
      reduced: 1,
      loads: [
        ...kernel.loads.filter(({ argument }) => inResults.has(argument)).map(single),
        ...partials.map(({ element, buffer }) => ({
          argument: element,
          view: { buffer, offset: 0, strides: [1] },
        })),
      ],
      reductions: partials.map(({ combine, accumulator, element, result }) => ({
        combine,
        accumulator,
        element,
        result,
      })),
      stores: storesAt(kernel, 'result').map(single),
    },
  ];
}

const partialBuffer = ({ combine, accumulator }: Reduction, size: number): Buffer => ({
  name: `${combinationOf(combine).title} of parts`,
  dtype: accumulator,
  size,
  kind: 'temporary',
});

/** The kernel cut into parts where it is large; itself where it is not. */
export function split(kernel: LoopKernel): readonly LoopKernel[] {
  const { extents, reduced, reductions, stores } = kernel;
  if (workOf(kernel) < SMALLEST) return [kernel];
  const outs = extents.slice(0, extents.length - reduced);
  const single = sizeOf(outs) === 1;
  if (single && !reductions.every(mayReorder)) return [kernel];
  // Two indices may name the same element, to which only one part at a time may add.
  const candidates = (single ? extents : outs)
    .map((extent, axis) => ({ axis, extent }))
    .filter(({ axis }) => !stores.some(({ view }) => isIndexed(view, axis)));
  // The outermost axis that is long enough, or else the longest.
  const { axis, extent } =
    candidates.find((each) => each.extent >= MOST_PARTS) ??
    candidates.reduce((a, b) => (b.extent > a.extent ? b : a), { axis: 0, extent: 0 });
  const cut = cutOf(axis, extent, kernel.unroll?.[axis]);
  if (cut === undefined) return [kernel];
  return single ? reduceInParts(kernel, cut) : cutInto(kernel, cut);
}
