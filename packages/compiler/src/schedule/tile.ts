import { at, bytesPerElement, sizeOf, stridesOf } from '@adjoint/core';
import { addsProducts } from '../loop/combine.js';
import { restride, shifted } from '../loop/view.js';
import type { Target } from '../target/target.js';
import type { Accumulation, Buffer, Load, LoopKernel, View } from '../loop/kernel.js';

/**
 * Register and cache blocking of matrix products, as a rewriting of loops: the second factor is packed into panels as
 * wide as the registers' tile, and the loops run over panels, rows of tiles, and the reduced axes.
 */

/** Below so many multiplications packing costs more than it gains. */
const SMALLEST = 16_384;
/**
 * Columns are tiled in multiples of so many bytes. It is no target's, as the order of sums is not: a product in tiles is
 * added up one by one, and that of the columns left over as they stand.
 */
const GRAIN_BYTES = 32;
const accumulation: Accumulation = { kind: 'sequential' };

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

/** How the axes of a product are arranged: panels as wide as a tile, the outer axes, rows, columns, the reduced ones. */
interface Blocks {
  readonly kernel: LoopKernel;
  readonly roles: Roles;
  /** The axes that are neither rows nor columns nor reduced. */
  readonly outer: readonly number[];
  /** How many columns a panel has. */
  readonly width: number;
  readonly tile: Target['tile'];
}

const sizesOf = ({ extents }: LoopKernel, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => at(extents, axis));
const stridesAlong = ({ strides }: View, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => at(strides, axis));

/** The second factor packed into panels, in each of which the columns of a step lie side by side. */
interface Packed {
  readonly pack: LoopKernel;
  /** The panels as the product reads them. */
  readonly view: View;
}

function pack({ kernel, roles, outer, width }: Blocks, panels: number): Packed {
  const { column, depth, right } = roles;
  const from = right.view;
  const batch = outer.filter((axis) => from.strides[axis] !== 0);
  const [batchSizes, sizes] = [sizesOf(kernel, batch), sizesOf(kernel, depth)];
  const shape = [...batchSizes, panels, ...sizes, width];
  const strides = stridesOf(shape);
  const buffer: Buffer = {
    name: 'packed',
    dtype: from.buffer.dtype,
    size: sizeOf(shape),
    kind: 'temporary',
  };
  const columnStride = at(from.strides, column);
  const source: View = {
    ...from,
    strides: [...stridesAlong(from, batch), width * columnStride, ...stridesAlong(from, depth), columnStride],
  };
  const panelStride = at(strides, batch.length);
  const depthStrides = strides.slice(batch.length + 1, -1);
  const outerStrides = outer.map((axis) => (batch.includes(axis) ? at(strides, batch.indexOf(axis)) : 0));
  return {
    pack: {
      kind: 'loops',
      name: 'pack',
      extents: shape,
      reduced: 0,
      loads: [{ argument: right.argument, view: source }],
      reductions: [],
      stores: [{ value: right.argument, level: 'element', view: { buffer, offset: 0, strides } }],
    },
    view: { buffer, offset: 0, strides: [panelStride, ...outerStrides, 0, 1, ...depthStrides] },
  };
}

/** Some columns of a product. */
interface Columns {
  readonly first: number;
  /** How many panels they are, and how many columns each has. */
  readonly panels: number;
  readonly width: number;
}

/** The product for some columns. The second factor is read where it is unless it is packed. */
function productOf(blocks: Blocks, { first, panels, width }: Columns, packed?: View): LoopKernel {
  const { kernel, roles, outer, tile: size } = blocks;
  const { row, column, depth, right } = roles;
  const arranged = (view: View): View =>
    restride(shifted(view, column, first), (strides) => [
      width * at(strides, column),
      ...outer.map((axis) => at(strides, axis)),
      at(strides, row),
      at(strides, column),
      ...depth.map((axis) => at(strides, axis)),
    ]);
  return {
    ...kernel,
    extents: [panels, ...sizesOf(kernel, outer), at(kernel.extents, row), width, ...sizesOf(kernel, depth)],
    loads: kernel.loads.map((load) => ({
      ...load,
      view: load === right && packed !== undefined ? packed : arranged(load.view),
    })),
    stores: kernel.stores.map((store) => ({ ...store, view: arranged(store.view) })),
    unroll: [1, ...outer.map(() => 1), size.rows, size.vectors, ...depth.map(() => 1)],
  };
}

/** The kernels that compute a matrix product in tiles; the kernel itself where it is none, or too small. */
export function tile(
  kernel: LoopKernel,
  { tile: size, vectorBytes }: Pick<Target, 'tile' | 'vectorBytes'>,
): readonly LoopKernel[] {
  const roles = rolesOf(kernel);
  if (roles === undefined || sizeOf(kernel.extents) < SMALLEST) return [kernel];
  const { row, column, depth, right } = roles;
  const inProduct = new Set([row, column, ...depth]);
  const outer = [...kernel.extents.keys()].filter((axis) => !inProduct.has(axis));
  const width = (vectorBytes / bytesPerElement[right.view.buffer.dtype]) * size.vectors;
  const blocks: Blocks = { kernel, roles, outer, width, tile: size };
  const columns = at(kernel.extents, column);
  const grain = GRAIN_BYTES / bytesPerElement[right.view.buffer.dtype];
  const tiled = Math.floor(columns / grain) * grain;
  const panels = Math.floor(tiled / width);
  const inPanels = panels * width;
  const kernels: LoopKernel[] = [];
  if (panels > 0) {
    const packed = pack(blocks, panels);
    const product = productOf(blocks, { first: 0, panels, width }, packed.view);
    kernels.push(packed.pack, { ...product, accumulation });
  }
  if (inPanels < tiled) {
    const product = productOf(blocks, { first: inPanels, panels: 1, width: tiled - inPanels });
    kernels.push({ ...product, accumulation });
  }
  if (tiled < columns) kernels.push(productOf(blocks, { first: tiled, panels: 1, width: columns - tiled }));
  return kernels;
}
