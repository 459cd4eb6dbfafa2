import { scalar, sizeOf, type DType, type Scalar } from '@adjoint/core';
import { computedAt, type LoopKernel, type View, isIndexed } from '@adjoint/compiler';
import type { Width } from './lanes.js';
import { instructionsOf } from './scalars.js';

/** How a kernel's loops become loops over vectors: which axis shares a vector, and how far each loop is unrolled. */

export interface Axis {
  readonly axis: number;
  readonly extent: number;
  /** How many elements one vector takes of this axis. */
  readonly lanes: number;
  /** How many vectors, or elements, the body of its loop has. */
  readonly unroll: number;
}

export interface Schedule {
  /** How many elements a vector has. */
  readonly width: Width;
  /** The axis whose elements share a vector; `undefined` where there is none whose accesses allow it. */
  readonly vector: number | undefined;
  /** How many axes are not reduced. */
  readonly outs: number;
  /** What is computed for each element, operands first. */
  readonly elements: readonly Scalar[];
  /** What is computed for each result. */
  readonly results: readonly Scalar[];
  readonly axes: readonly Axis[];
}

/** A kernel of at most this many instructions is written without loops. */
const UNROLLED = 640;
/** So many vectors are gathered side by side, to hide the latency of adding, where elements are as light as this. */
const GATHERED = 4;
const LIGHT = 12;

const dtypesOf = ({ loads, stores, reductions }: LoopKernel): ReadonlySet<DType> =>
  new Set(
    scalar
      .subexpressions([
        ...loads.map(({ argument }) => argument),
        ...stores.map(({ value }) => value),
        ...reductions.map(({ element }) => element),
      ])
      .map(({ dtype }) => dtype),
  );

function vectorAxis(kernel: LoopKernel, width: Width, tiny: boolean): number | undefined {
  const { extents, reduced, loads, stores, parallel } = kernel;
  const outs = extents.length - reduced;
  const gatherable = ({ view }: { readonly view: View }, axis: number): boolean =>
    (view.strides[axis] ?? 0) <= 1 || (tiny && axis < outs && view.buffer.dtype !== 'bool');
  const fits = (axis: number): boolean =>
    (extents[axis] ?? 0) >= width &&
    [...loads, ...stores].every(({ view }) => !isIndexed(view, axis)) &&
    loads.every((load) => gatherable(load, axis)) &&
    stores.every(({ view, level }) => view.strides[axis] === (level === 'result' && axis >= outs ? 0 : 1));
  const axes = [...extents.keys()].slice(parallel ? 1 : 0).filter(fits);
  return axes.filter((axis) => axis < outs).at(-1) ?? axes.at(-1);
}

export function scheduleOf(kernel: LoopKernel): Schedule {
  const { stores, reductions, extents, reduced, unroll } = kernel;
  const outs = extents.length - reduced;
  const elements = scalar.subexpressions(computedAt(kernel, 'element'));
  const results = scalar.subexpressions(computedAt(kernel, 'result'));
  const width = dtypesOf(kernel).has('f64') ? 2 : 4;
  const work =
    sizeOf(extents) * (instructionsOf(elements) + stores.length) +
    sizeOf(extents.slice(0, outs)) * instructionsOf(results);
  const tiny = work / width <= UNROLLED;
  const vector = vectorAxis(kernel, width, tiny);
  const gathers = reductions.length > 0 && instructionsOf(elements) <= LIGHT;
  const axes = extents.map((extent, axis): Axis => {
    const lanes = axis === vector ? width : 1;
    const whole = Math.max(1, Math.floor(extent / lanes));
    const chosen = tiny ? whole : axis === vector && gathers ? GATHERED : 1;
    // Two indices may name the same element: what is stored for one comes before what is loaded for the next.
    const waits = stores.some(({ view }) => isIndexed(view, axis));
    return { axis, extent, lanes, unroll: Math.min(waits ? 1 : (unroll?.[axis] ?? chosen), whole) };
  });
  return { width, vector, outs, elements, results, axes };
}
