import { at, bytesPerElement, lookup, scalar, sizeOf, type Scalar } from '@adjoint/core';
import { computedAt, type Memory, type ScheduledLoops, type Store, type View } from '@adjoint/compiler';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { FunctionBody } from '../binary/code.js';
import { Addresses } from './addresses.js';
import { loadSplat, loadStrided, loadVector, storing, type Width } from '../vector/lanes.js';
import { Accumulators } from './accumulator.js';
import { accumulation } from './reducers.js';
import { translate } from './scalars.js';
import { writeSteps, type Step } from './steps.js';
import type { FunctionTable } from '../module/table.js';
import { Vectors, type Instruction } from '../vector/vectors.js';
import { Writer } from './writer.js';

/** One of the iterations that a loop's body is unrolled to. */
interface Point {
  /** In elements along each axis, from where the loops are. */
  readonly shifts: readonly number[];
  /** Whether it computes one element, in the first lane. */
  readonly single: boolean;
  /** Which of the results side by side it belongs to. */
  readonly result: number;
}

/** An axis, how many elements one vector takes of it, and how many vectors, or elements, the body of its loop has. */
interface Axis {
  readonly axis: number;
  readonly extent: number;
  readonly lanes: number;
  readonly unroll: number;
}

/** Whether the body of an axis' loop runs more than once. */
const isLoop = ({ extent, lanes, unroll }: Axis): boolean => extent >= 2 * lanes * unroll;

/** The parameter of the function of a parallel kernel. */
const PART = 0;

/** What the code of kernels is written with. */
export interface Context {
  readonly memory: Memory;
  readonly table: FunctionTable;
}

/** Vectors here are of 16 bytes. */
function widthOf({ name, lanes }: ScheduledLoops): Width {
  if (lanes !== 2 && lanes !== 4) throw new RangeError(`the kernel ${name} has vectors of ${lanes} elements`);
  return lanes;
}

/** Writes a kernel of nested loops into a function; of a parallel one the part that the function's parameter names. */
export function writeLoops(kernel: ScheduledLoops, body: FunctionBody, context: Context): void {
  const outs = kernel.extents.slice(0, kernel.extents.length - kernel.reduced);
  if (sizeOf(outs) === 0) return;
  new LoopWriter(kernel, body, context).write();
}

class LoopWriter {
  readonly #kernel: ScheduledLoops;
  readonly #body: FunctionBody;
  readonly #v: Vectors;
  readonly #width: Width;
  readonly #axes: readonly Axis[];
  /** How many axes are not reduced. */
  readonly #outs: number;
  /** What is computed for each element, operands first, and for each result. */
  readonly #elements: readonly Scalar[];
  readonly #resultParts: readonly Scalar[];
  /** The steps of the innermost loop that is open. */
  #steps: Step[] = [];
  #level = 0;
  readonly #addresses: Addresses;
  readonly #locals: { readonly type: 'i32' | 'v128'; readonly local: number }[] = [];

  constructor(kernel: ScheduledLoops, body: FunctionBody, { memory, table }: Context) {
    const { extents, reduced, vector, lanes, unroll, loads, stores, parallel } = kernel;
    this.#kernel = kernel;
    this.#body = body;
    this.#width = widthOf(kernel);
    this.#outs = extents.length - reduced;
    this.#axes = extents.map((extent, axis) => ({
      axis,
      extent,
      lanes: axis === vector ? lanes : 1,
      unroll: at(unroll, axis),
    }));
    this.#elements = scalar.subexpressions(computedAt(kernel, 'element'));
    this.#resultParts = scalar.subexpressions(computedAt(kernel, 'result'));
    this.#v = new Vectors(table);
    const views = [...loads, ...stores].map(({ view }) => view);
    const part = parallel ? this.#v.local(PART, 'i32', 0) : undefined;
    this.#addresses = new Addresses(this.#v, memory, views, part);
  }

  write(): void {
    const { extents, parallel, vector } = this.#kernel;
    const origin: Point = { shifts: extents.map(() => 0), single: vector === undefined, result: 0 };
    this.#over(this.#axes.slice(parallel ? 1 : 0, this.#outs), [origin], (points) => this.#results(points));
    writeSteps(new Writer(this.#body), this.#steps);
    for (const { type, local } of this.#locals) this.#body.release(type, local);
  }

  #local(type: 'i32' | 'v128'): number {
    const local = this.#body.local(type);
    this.#locals.push({ type, local });
    return local;
  }

  /** Walks over axes: loops, and behind them what does not fill a whole iteration. */
  #over(axes: readonly Axis[], points: readonly Point[], visit: (points: readonly Point[]) => void): void {
    const [first, ...rest] = axes;
    if (first === undefined) {
      visit(points);
      return;
    }
    const { axis, extent, lanes, unroll } = first;
    const inner = (start: number, count: number, size: number): void => {
      const expanded = points.flatMap(({ shifts, single, result }) =>
        Array.from({ length: count }, (_, each): Point => ({
          shifts: shifts.with(axis, start + each * size),
          single: single || (axis === this.#kernel.vector && size === 1),
          result,
        })),
      );
      this.#over(rest, expanded, visit);
    };
    const step = lanes * unroll;
    const iterations = Math.floor(extent / step);
    if (iterations === 1) inner(0, unroll, lanes);
    if (iterations > 1) this.#loop(axis, iterations, step, () => inner(0, unroll, lanes));
    const done = iterations * step;
    const vectors = Math.floor((extent - done) / lanes);
    if (vectors > 0) inner(done, vectors, lanes);
    const singles = extent - done - vectors * lanes;
    const behind = done + vectors * lanes;
    // The elements of one result are taken row by row: no loop over a row stands around several rows.
    const isReducedAround = axis >= this.#outs && rest.some(isLoop);
    if (!isReducedAround && singles > 0) inner(behind, singles, 1);
    if (isReducedAround) for (let each = 0; each < singles; each++) inner(behind + each, 1, 1);
  }

  /** A loop over an axis, around what `write` adds. */
  #loop(axis: number, count: number, step: number, write: () => void): void {
    const outer = this.#steps;
    this.#steps = [];
    this.#level++;
    const offsets: { local: number; start: Instruction; stride: number }[] = [];
    const counted = (start: Instruction, stride: number): Instruction => {
      const local = this.#local('i32');
      offsets.push({ local, start, stride });
      return this.#v.local(local, 'i32', this.#level);
    };
    const counter = this.#local('i32');
    this.#addresses.along(axis, step, counted, write);
    outer.push({ kind: 'loop', count, counter, offsets, body: this.#steps });
    this.#steps = outer;
    this.#level--;
  }

  #load(view: View, point: Point): Instruction {
    const { address, offset } = this.#addresses.at(view, point.shifts);
    const { dtype } = view.buffer;
    const { vector } = this.#kernel;
    const stride = vector === undefined ? 0 : at(view.strides, vector);
    if (point.single || stride === 0) return loadSplat(this.#v, dtype, address, offset);
    const lanes = { dtype, width: this.#width };
    if (stride === 1 || dtype === 'bool') return loadVector(this.#v, lanes, address, offset);
    return loadStrided(
      this.#v,
      { dtype, width: this.#width },
      address,
      offset,
      stride * bytesPerElement[dtype],
    );
  }

  /** The values of expressions at a point. */
  #values(order: readonly Scalar[], point: Point, known: Map<Scalar, Instruction>): Map<Scalar, Instruction> {
    const needed = new Set(order);
    for (const { argument, view } of this.#kernel.loads) {
      if (needed.has(argument)) known.set(argument, this.#load(view, point));
    }
    translate(this.#v, this.#width, order, known);
    return known;
  }

  #store(store: Store, point: Point, known: ReadonlyMap<Scalar, Instruction>): void {
    const { address, offset } = this.#addresses.at(store.view, point.shifts);
    const lanes = { dtype: store.view.buffer.dtype, width: this.#width };
    const stored = storing(this.#v, lanes, lookup(known, store.value), point.single);
    this.#steps.push({ kind: 'store', address, offset, ...stored });
  }

  #elementStores(point: Point, known: ReadonlyMap<Scalar, Instruction>): void {
    for (const store of this.#kernel.stores) if (store.level === 'element') this.#store(store, point, known);
  }

  /** Everything at some positions of the axes that are not reduced. */
  #results(points: readonly Point[]): void {
    const { reductions, stores, extents, reduced, vector } = this.#kernel;
    if (reduced === 0) {
      for (const point of points) this.#elementStores(point, this.#values(this.#elements, point, new Map()));
      return;
    }
    const axes = this.#axes.slice(this.#outs);
    const accumulators = points.map(() =>
      reductions.map((reduction) => new Accumulators(accumulation(this.#v, reduction, this.#width))),
    );
    if (axes.some(isLoop)) for (const each of accumulators.flat()) this.#spill(each);
    if (sizeOf(extents.slice(this.#outs)) > 0) {
      const inner = points.map((point, result) => ({ ...point, result }));
      this.#over(axes, inner, (visited) => this.#accumulate(visited, accumulators));
    }
    const acrossLanes = vector !== undefined && vector >= this.#outs;
    zipWith(points, accumulators, (point, ofPoint) => {
      const known = new Map<Scalar, Instruction>(
        zipWith(reductions, ofPoint, ({ result }, each) => [result, each.total(acrossLanes, this.#read)]),
      );
      const single: Point = acrossLanes ? { ...point, single: true } : point;
      this.#values(this.#resultParts, single, known);
      for (const store of stores) if (store.level === 'result') this.#store(store, single, known);
    });
  }

  readonly #read = (local: number): Instruction => this.#v.local(local, 'v128', this.#level);
  readonly #write = (local: number, value: Instruction): void => {
    this.#steps.push({ kind: 'set', local, value });
  };

  /** Gives the accumulators of a reduction locals, because loops will change them. */
  #spill(accumulators: Accumulators): void {
    const { accumulation: order } = this.#kernel;
    const vectors = order?.kind === 'interleaved' ? order.vectors : 1;
    accumulators.spill(vectors, () => this.#local('v128'), this.#write);
  }

  /** Combines the elements at some points into the accumulators of the results that they belong to. */
  #accumulate(points: readonly Point[], accumulators: readonly (readonly Accumulators[])[]): void {
    const vectors = accumulators.map(() => 0);
    for (const point of points) {
      const vector = at(vectors, point.result);
      vectors[point.result] = vector + 1;
      const known = this.#values(this.#elements, point, new Map());
      zipWith(this.#kernel.reductions, at(accumulators, point.result), ({ element }, each) => {
        each.add(lookup(known, element), point.single ? 'rest' : vector, this.#read, this.#write);
      });
      this.#elementStores(point, known);
    }
  }
}
