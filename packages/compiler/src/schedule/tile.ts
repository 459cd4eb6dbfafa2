import { bytesPerElement, sizeOf, stridesOf } from '@adjoint/core';
import { addsProducts } from '../loop/combine.js';
import { restride } from '../loop/view.js';
import type { Target } from '../target.js';
import type { Buffer, Load, LoopKernel, Store, View } from '../loop/kernel.js';

/**
 * Register and cache blocking of matrix products, as a rewriting of loops: the second factor is packed into panels as
 * wide as the registers' tile, and the loops run over panels, rows of tiles, and the reduced axes.
 */

/** Below so many multiplications packing costs more than it gains. */
const SMALLEST = 16_384;

interface Roles {
  readonly row: number;
  readonly column: number;
  /** The reduced axes. */
  readonly depth: readonly number[];
  readonly left: Load;
  readonly right: Load;
}

/** Which axes of a kernel are rows, columns and the reduced one of a matrix product; `undefined` where it is none. */
function rolesOf({ extents, reduced, loads, reductions, stores }: LoopKernel): Roles | undefined {
  const [reduction] = reductions;
  if (reductions.length !== 1 || reduction === undefined || !addsProducts(reduction)) return undefined;
  if (stores.some(({ level }) => level === 'element')) return undefined;
  const { element } = reduction;
  if (element.kind !== 'applied') return undefined;
  const depth = [...extents.keys()].slice(extents.length - reduced);
  const factors = element.operands.map((operand) => loads.find(({ argument }) => argument === operand));
  for (const [left, right] of [factors, factors.toReversed()]) {
    if (left === undefined || right === undefined) continue;
    const only = (a: Load, b: Load): readonly number[] =>
      [...extents.keys()].filter(
        (axis) => !depth.includes(axis) && a.view.strides[axis] !== 0 && b.view.strides[axis] === 0,
      );
    const row = only(left, right).at(-1);
    const column = only(right, left).at(-1);
    if (row === undefined || column === undefined) continue;
    if (stores.every(({ view }) => view.strides[column] === 1)) return { row, column, depth, left, right };
  }
  return undefined;
}

/** The kernels that compute a matrix product in blocks; the kernel itself where it is none, or too small. */
export function tile(
  kernel: LoopKernel,
  { tile: size, vectorBytes }: Pick<Target, 'tile' | 'vectorBytes'>,
): readonly LoopKernel[] {
  const roles = rolesOf(kernel);
  const { extents } = kernel;
  if (roles === undefined || sizeOf(extents) < SMALLEST) return [kernel];
  const { row, column, depth, right } = roles;
  const { dtype } = right.view.buffer;
  const width = (vectorBytes / bytesPerElement[dtype]) * size.vectors;
  const columns = extents[column] ?? 1;
  const sizes = depth.map((axis) => extents[axis] ?? 1);
  const steps = sizeOf(sizes);
  const panels = Math.floor(columns / width);
  const outer = [...extents.keys()].filter(
    (axis) => axis !== row && axis !== column && !depth.includes(axis),
  );
  const batch = outer.filter((axis) => right.view.strides[axis] !== 0);

  /** Axes in the order: panels, outer ones, rows, columns of a panel, reduced ones. */
  const arranged = (view: View, first: number): View => {
    const moved = { ...view, offset: view.offset + first * (view.strides[column] ?? 0) };
    return restride(moved, (strides) => {
      const stride = (axis: number): number => strides[axis] ?? 0;
      return [
        width * stride(column),
        ...outer.map(stride),
        stride(row),
        stride(column),
        ...depth.map(stride),
      ];
    });
  };
  const part = (first: number, count: number, wide: number, load: (each: Load) => Load): LoopKernel => ({
    ...kernel,
    extents: [count, ...outer.map((axis) => extents[axis] ?? 1), extents[row] ?? 1, wide, ...sizes],
    loads: kernel.loads.map(load),
    stores: kernel.stores.map((store): Store => ({ ...store, view: arranged(store.view, first) })),
    unroll: [1, ...outer.map(() => 1), size.rows, size.vectors, ...depth.map(() => 1)],
  });
  const plain =
    (first: number) =>
    (each: Load): Load => ({ ...each, view: arranged(each.view, first) });
  const kernels: LoopKernel[] = [];
  if (panels > 0) {
    const batchSizes = batch.map((axis) => extents[axis] ?? 1);
    const packed: Buffer = {
      name: 'packed',
      dtype,
      size: sizeOf(batchSizes) * panels * steps * width,
      kind: 'temporary',
    };
    const along = stridesOf(sizes).map((stride) => stride * width);
    let stride = panels * steps * width;
    const batchStrides = new Map<number, number>();
    for (const axis of batch.toReversed()) {
      batchStrides.set(axis, stride);
      stride *= extents[axis] ?? 1;
    }
    const from = right.view;
    kernels.push({
      kind: 'loops',
      name: 'pack',
      extents: [...batchSizes, panels, ...sizes, width],
      reduced: 0,
      loads: [
        {
          argument: right.argument,
          view: {
            ...from,
            strides: [
              ...batch.map((axis) => from.strides[axis] ?? 0),
              width * (from.strides[column] ?? 0),
              ...depth.map((axis) => from.strides[axis] ?? 0),
              from.strides[column] ?? 0,
            ],
          },
        },
      ],
      reductions: [],
      stores: [
        {
          value: right.argument,
          level: 'element',
          view: {
            buffer: packed,
            offset: 0,
            strides: [...batch.map((axis) => batchStrides.get(axis) ?? 0), steps * width, ...along, 1],
          },
        },
      ],
    });
    const panelView: View = {
      buffer: packed,
      offset: 0,
      strides: [steps * width, ...outer.map((axis) => batchStrides.get(axis) ?? 0), 0, 1, ...along],
    };
    kernels.push(
      part(0, panels, width, (each) => (each === right ? { ...each, view: panelView } : plain(0)(each))),
    );
  }
  const first = panels * width;
  if (first < columns) kernels.push(part(first, 1, columns - first, plain(first)));
  return kernels;
}
