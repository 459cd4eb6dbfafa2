import { bytesPerElement, sizeOf, type Scalar } from '@adjoint/core';
import type { LoopKernel, Store, View, Memory } from '@adjoint/compiler';
import type { FunctionBody } from '../binary/code.js';
import { Addresses } from './addresses.js';
import { loadSplat, loadStrided, loadVector, storing } from './lanes.js';
import { Gathering } from './gathering.js';
import { accumulation } from './reducers.js';
import { translate } from './scalars.js';
import { scheduleOf, type Axis, type Schedule } from './schedule.js';
import { writeSteps, type Step } from './steps.js';
import type { FunctionTable } from './table.js';
import { Vectors, type Instruction } from './vectors.js';
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

/** The parameter of the function of a parallel kernel. */
const PART = 0;
/** Writes a kernel of nested loops into a function; of a parallel one the part that the function's parameter names. */
export function writeLoops(
  kernel: LoopKernel,
  body: FunctionBody,
  memory: Memory,
  table: FunctionTable,
): void {
  const outs = kernel.extents.slice(0, kernel.extents.length - kernel.reduced);
  if (sizeOf(outs) === 0) return;
  new LoopWriter(kernel, body, memory, table).write();
}

class LoopWriter {
  readonly #kernel: LoopKernel;
  readonly #body: FunctionBody;
  readonly #v: Vectors;
  readonly #schedule: Schedule;
  /** The steps of the innermost loop that is open. */
  #steps: Step[] = [];
  #level = 0;
  readonly #addresses: Addresses;
  readonly #locals: { readonly type: 'i32' | 'v128'; readonly local: number }[] = [];

  constructor(kernel: LoopKernel, body: FunctionBody, memory: Memory, table: FunctionTable) {
    this.#kernel = kernel;
    this.#body = body;
    this.#schedule = scheduleOf(kernel);
    this.#v = new Vectors(table);
    const views = [...kernel.loads, ...kernel.stores].map(({ view }) => view);
    const part = kernel.parallel ? this.#v.local(PART, 'i32', 0) : undefined;
    this.#addresses = new Addresses(this.#v, memory, views, part);
  }

  write(): void {
    const { extents, parallel } = this.#kernel;
    const { axes, outs, vector } = this.#schedule;
    const origin: Point = { shifts: extents.map(() => 0), single: vector === undefined, result: 0 };
    this.#over(axes.slice(parallel ? 1 : 0, outs), [origin], (points) => this.#results(points));
    writeSteps(new Writer(this.#body), this.#steps);
    for (const { type, local } of this.#locals) this.#body.release(type, local);
  }

  #local(type: 'i32' | 'v128'): number {
    const local = this.#body.local(type);
    this.#locals.push({ type, local });
    return local;
  }

  /** Walks over axes: loops, and behind them what does not fill a whole turn. */
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
          single: single || (axis === this.#schedule.vector && size === 1),
          result,
        })),
      );
      this.#over(rest, expanded, visit);
    };
    const step = lanes * unroll;
    const turns = Math.floor(extent / step);
    if (turns === 1) inner(0, unroll, lanes);
    if (turns > 1) this.#loop(axis, turns, step, () => inner(0, unroll, lanes));
    const done = turns * step;
    const vectors = Math.floor((extent - done) / lanes);
    if (vectors > 0) inner(done, vectors, lanes);
    const singles = extent - done - vectors * lanes;
    if (singles > 0) inner(done + vectors * lanes, singles, 1);
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
    const { vector, width } = this.#schedule;
    const stride = vector === undefined ? 0 : (view.strides[vector] ?? 0);
    if (point.single || stride === 0) return loadSplat(this.#v, dtype, address, offset);
    if (stride === 1 || dtype === 'bool') return loadVector(this.#v, dtype, width, address, offset);
    return loadStrided(this.#v, dtype, width, address, offset, stride * bytesPerElement[dtype]);
  }

  /** The values of expressions at a point. */
  #values(order: readonly Scalar[], point: Point, known: Map<Scalar, Instruction>): Map<Scalar, Instruction> {
    const needed = new Set(order);
    for (const { argument, view } of this.#kernel.loads) {
      if (needed.has(argument)) known.set(argument, this.#load(view, point));
    }
    translate(this.#v, this.#schedule.width, order, known);
    return known;
  }

  #store(store: Store, point: Point, known: ReadonlyMap<Scalar, Instruction>): void {
    const value = known.get(store.value);
    if (value === undefined)
      throw new TypeError(`the kernel ${this.#kernel.name} stores what it does not compute`);
    const { address, offset } = this.#addresses.at(store.view, point.shifts);
    const stored = storing(this.#v, store.view.buffer.dtype, this.#schedule.width, value, point.single);
    this.#steps.push({ kind: 'store', address, offset, ...stored });
  }

  #elementStores(point: Point, known: ReadonlyMap<Scalar, Instruction>): void {
    for (const store of this.#kernel.stores) if (store.level === 'element') this.#store(store, point, known);
  }

  /** Everything at some positions of the axes that are not reduced. */
  #results(points: readonly Point[]): void {
    const { reductions, stores, extents, reduced } = this.#kernel;
    const { vector, width, outs, elements, results } = this.#schedule;
    if (reduced === 0) {
      for (const point of points) this.#elementStores(point, this.#values(elements, point, new Map()));
      return;
    }
    const axes = this.#schedule.axes.slice(outs);
    const gathered = points.map(() =>
      reductions.map((reduction) => new Gathering(accumulation(this.#v, reduction, width))),
    );
    const loops = axes.some(({ extent, lanes, unroll }) => extent >= 2 * lanes * unroll);
    if (loops) for (const each of gathered.flat()) this.#spill(each, axes);
    if (sizeOf(extents.slice(outs)) > 0) {
      const inner = points.map((point, result) => ({ ...point, result }));
      this.#over(axes, inner, (at) => this.#gather(at, gathered));
    }
    const acrossLanes = vector !== undefined && vector >= outs;
    points.forEach((point, at) => {
      const known = new Map<Scalar, Instruction>();
      reductions.forEach(({ result }, index) => {
        const total = gathered[at]?.[index]?.total(acrossLanes, this.#read);
        if (total !== undefined) known.set(result, total);
      });
      const single: Point = acrossLanes ? { ...point, single: true } : point;
      this.#values(results, single, known);
      for (const store of stores) if (store.level === 'result') this.#store(store, single, known);
    });
  }

  readonly #read = (local: number): Instruction => this.#v.local(local, 'v128', this.#level);
  readonly #write = (local: number, value: Instruction): void => {
    this.#steps.push({ kind: 'set', local, value });
  };

  /** Gives the vectors of a reduction locals, because loops will change them. */
  #spill(gathering: Gathering, axes: readonly Axis[]): void {
    // Only where the lanes hold elements of one result do its parts wait for each other.
    const parts = axes.find(({ axis }) => axis === this.#schedule.vector)?.unroll ?? 1;
    gathering.spill(parts, () => this.#local('v128'), this.#write);
  }

  /** The elements at some points, gathered into each reduction of the result that they belong to. */
  #gather(points: readonly Point[], gathered: readonly (readonly Gathering[])[]): void {
    const parts = gathered.map(() => 0);
    for (const point of points) {
      const part = parts[point.result] ?? 0;
      parts[point.result] = part + 1;
      const known = this.#values(this.#schedule.elements, point, new Map());
      this.#kernel.reductions.forEach(({ element }, index) => {
        const value = known.get(element);
        const gathering = gathered[point.result]?.[index];
        if (value !== undefined)
          gathering?.add(value, { part, single: point.single }, this.#read, this.#write);
      });
      this.#elementStores(point, known);
    }
  }
}
