import { scalar, type DType } from '@adjoint/core';
import { at, bytesPerElement, sizeOf } from '@adjoint/core/extend';
import { computedAt, type LoopKernel, type View } from '../loop/kernel.js';
import { isIndexed } from '../loop/view.js';
import { weightOf } from '../loop/weight.js';

/** What vectors and the order of sums are decided by: which axis can share a vector, and how far loops are unrolled. */

/** A kernel of at most this weight, counted in vectors, is written without loops. */
const UNROLLED = 640;
/** So many vectors are accumulated side by side, to hide the latency of adding, where elements are as light as this. */
const SIDE_BY_SIDE = 4;
const LIGHT = 12;

/** How the loops of a kernel run. */
export interface Loops {
  /** The axis whose elements share a vector. */
  readonly vector: number | undefined;
  /** How many vectors, or elements, of each axis the body of its loop has. */
  readonly unroll: readonly number[];
}

/** The dtypes of what is computed in lanes: of the result of a part, which is stored unrounded, there is one. */
function dtypesOf({ loads, stores, reductions }: LoopKernel): ReadonlySet<DType> {
  const unrounded = new Set(
    reductions
      .filter(({ element, result }) => bytesPerElement[result.dtype] > bytesPerElement[element.dtype])
      .map(({ result }) => result),
  );
  const values = scalar.subexpressions([
    ...loads.map(({ argument }) => argument),
    ...stores.flatMap(({ value }) => (unrounded.has(value) ? [] : [value])),
    ...reductions.map(({ element }) => element),
  ]);
  return new Set(values.map(({ dtype }) => dtype));
}

/** How many elements share a vector of so many bytes: as many as of the largest dtype. A bool is as wide as the others. */
export const lanesOf = (kernel: LoopKernel, vectorBytes: number): number =>
  vectorBytes / (dtypesOf(kernel).has('f64') ? 8 : 4);

/** Whether two elements along an axis may be one in memory: what is stored for one comes before what is loaded for the next. */
const waits = ({ stores }: LoopKernel, axis: number): boolean =>
  stores.some(({ view }) => isIndexed(view, axis));

/** Whether a kernel is so small that it is written without loops. */
function isTiny(kernel: LoopKernel, lanes: number): boolean {
  const { stores, extents, reduced } = kernel;
  const elements = scalar.subexpressions(computedAt(kernel, 'element'));
  const results = scalar.subexpressions(computedAt(kernel, 'result'));
  const work =
    sizeOf(extents) * (weightOf(elements) + stores.length) +
    sizeOf(extents.slice(0, extents.length - reduced)) * weightOf(results);
  return work / lanes <= UNROLLED;
}

/** The axes whose elements can share a vector. */
function vectorAxes(kernel: LoopKernel, lanes: number, tiny: boolean): readonly number[] {
  const { extents, reduced, loads, stores, parallel } = kernel;
  const outs = extents.length - reduced;
  /** Elements that lie apart are collected one by one, which only a small kernel is worth; none walk backwards. */
  const isLoadable = (view: View, axis: number): boolean => {
    const stride = at(view.strides, axis);
    const isStrided = stride > 1 && tiny && axis < outs && view.buffer.dtype !== 'bool';
    return stride === 0 || stride === 1 || isStrided;
  };
  const fits = (axis: number): boolean =>
    at(extents, axis) >= lanes &&
    [...loads, ...stores].every(({ view }) => !isIndexed(view, axis)) &&
    loads.every(({ view }) => isLoadable(view, axis)) &&
    stores.every(({ view, level }) => view.strides[axis] === (level === 'result' && axis >= outs ? 0 : 1));
  return [...extents.keys()].slice(parallel ? 1 : 0).filter(fits);
}

/**
 * How the loops of a kernel run with vectors of so many lanes.
 * @param isAllowed whether an axis may share a vector, where its accesses allow it
 */
export function loopsOf(kernel: LoopKernel, lanes: number, isAllowed: (axis: number) => boolean): Loops {
  const { extents, reduced, reductions, unroll: given } = kernel;
  const outs = extents.length - reduced;
  const isSmall = isTiny(kernel, lanes);
  const axes = vectorAxes(kernel, lanes, isSmall).filter(isAllowed);
  // Lanes of different results are combined without being merged.
  const vector = axes.filter((axis) => axis < outs).at(-1) ?? axes.at(-1);
  const isLight =
    reductions.length > 0 && weightOf(scalar.subexpressions(computedAt(kernel, 'element'))) <= LIGHT;
  // A loop around unrolled ones would take the elements of a result in another order than row by row.
  const isUnrolled = isSmall && (reduced === 0 || !extents.some((_, axis) => waits(kernel, axis)));
  const unroll = extents.map((extent, axis) => {
    const whole = Math.max(1, Math.floor(extent / (axis === vector ? lanes : 1)));
    const chosen = isUnrolled ? whole : axis === vector && isLight ? SIDE_BY_SIDE : 1;
    return Math.min(waits(kernel, axis) ? 1 : (given?.[axis] ?? chosen), whole);
  });
  return { vector, unroll };
}
