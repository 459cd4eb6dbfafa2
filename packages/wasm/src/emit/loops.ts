import { bytesPerElement, scalar, sizeOf, type DType, type Scalar } from '@adjoint/core';
import type { FunctionBody } from '../binary/code.js';
import type { Opcode } from '../binary/opcodes.js';
import {
  viewsBehind,
  type Buffer,
  type Indexed,
  type LoopKernel,
  type Slot,
  type Store,
  type View,
} from '../loop/kernel.js';
import { loadSplat, loadStrided, loadVector, storing, type Width } from './lanes.js';
import { Gathering } from './gathering.js';
import { accumulation } from './reducers.js';
import { instructionsOf, translate } from './scalars.js';
import { writeSteps, type Step } from './steps.js';
import type { FunctionTable } from './table.js';
import { Vectors, type Instruction } from './vectors.js';
import { Writer } from './writer.js';

/** Where the memory plan has put things, as byte addresses. */
export interface Memory {
  readonly address: (buffer: Buffer) => number;
  readonly slot: (slot: Slot) => number;
}

/** One of the iterations that a loop's body is unrolled to. */
interface Point {
  /** In elements along each axis, from where the loops are. */
  readonly shifts: readonly number[];
  /** Whether it computes one element, in the first lane. */
  readonly single: boolean;
  /** Which of the results side by side it belongs to. */
  readonly result: number;
}

interface Axis {
  readonly axis: number;
  readonly extent: number;
  /** How many elements one vector takes of this axis. */
  readonly lanes: number;
  /** How many vectors, or elements, the body of its loop has. */
  readonly unroll: number;
}

/** A kernel of at most this many instructions is written without loops. */
const UNROLLED = 640;
/** The parameter of the function of a parallel kernel. */
const PART = 0;
/** So many vectors are gathered side by side, to hide the latency of adding. */
const GATHERED = 4;

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

/** Whether an index tells where the elements along an axis lie. */
const isIndexed = ({ index }: View, axis: number): boolean =>
  index !== undefined && viewsBehind(index.by).some(({ strides }) => strides[axis] !== 0);

/** The axis whose elements share a vector; `undefined` where there is none whose accesses allow it. */
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
  readonly #memory: Memory;
  readonly #v: Vectors;
  readonly #width: Width;
  readonly #vector: number | undefined;
  readonly #outs: number;
  readonly #elementOrder: readonly Scalar[];
  readonly #resultOrder: readonly Scalar[];
  readonly #tiny: boolean;
  /** The steps of the innermost loop that is open. */
  #steps: Step[] = [];
  #level = 0;
  /** The moving part of the address of each view, for the loops that are open. */
  readonly #moving = new Map<View, Instruction>();
  readonly #part: Instruction;
  readonly #locals: { readonly type: 'i32' | 'v128'; readonly local: number }[] = [];

  constructor(kernel: LoopKernel, body: FunctionBody, memory: Memory, table: FunctionTable) {
    this.#v = new Vectors(table);
    this.#part = this.#v.local(PART, 'i32', 0);
    const { stores, reductions, extents, reduced } = kernel;
    this.#kernel = kernel;
    this.#body = body;
    this.#memory = memory;
    this.#outs = extents.length - reduced;
    const values = (level: Store['level']): readonly Scalar[] =>
      stores.filter((store) => store.level === level).map(({ value }) => value);
    this.#elementOrder = scalar.subexpressions([
      ...values('element'),
      ...reductions.map(({ element }) => element),
    ]);
    this.#resultOrder = scalar.subexpressions(values('result'));
    this.#width = dtypesOf(kernel).has('f64') ? 2 : 4;
    const work =
      sizeOf(extents) * (instructionsOf(this.#elementOrder) + stores.length) +
      sizeOf(extents.slice(0, this.#outs)) * instructionsOf(this.#resultOrder);
    this.#tiny = work / this.#width <= UNROLLED;
    this.#vector = vectorAxis(kernel, this.#width, this.#tiny);
  }

  write(): void {
    const { extents, loads, stores } = this.#kernel;
    const address = ({ slot }: View): Instruction =>
      slot === undefined
        ? this.#v.integer(0)
        : this.#v.load('i32.load', this.#v.integer(this.#memory.slot(slot)), 0, 'i32');
    for (const { view } of [...loads, ...stores]) {
      for (const each of viewsBehind(view)) this.#moving.set(each, this.#partOf(each, address(each)));
    }
    const origin: Point = { shifts: extents.map(() => 0), single: this.#vector === undefined, result: 0 };
    const first = this.#kernel.parallel ? 1 : 0;
    this.#over(this.#axes(first, this.#outs), [origin], (points) => this.#results(points));
    writeSteps(new Writer(this.#body), this.#steps);
    for (const { type, local } of this.#locals) this.#body.release(type, local);
  }

  /** An address moved to the part that the function's parameter names. */
  #partOf({ buffer, strides: [stride = 0] }: View, address: Instruction): Instruction {
    if (this.#kernel.parallel === undefined || stride === 0) return address;
    const bytes = this.#v.integer(stride * bytesPerElement[buffer.dtype]);
    const moved = this.#v.typed('i32.mul', 'i32', [this.#part, bytes]);
    return this.#v.typed('i32.add', 'i32', [address, moved]);
  }

  #local(type: 'i32' | 'v128'): number {
    const local = this.#body.local(type);
    this.#locals.push({ type, local });
    return local;
  }

  /** How the axes from `start` to `end` are walked over. */
  #axes(start: number, end: number): readonly Axis[] {
    const light = instructionsOf(this.#elementOrder) <= 12;
    const gathers = this.#kernel.reductions.length > 0;
    return this.#kernel.extents.slice(start, end).map((extent, index): Axis => {
      const axis = start + index;
      const lanes = axis === this.#vector ? this.#width : 1;
      const whole = Math.max(1, Math.floor(extent / lanes));
      const chosen = this.#tiny ? whole : axis === this.#vector && light && gathers ? GATHERED : 1;
      // Two indices may name the same element: what is stored for one comes before what is loaded for the next.
      const waits = this.#kernel.stores.some(({ view }) => isIndexed(view, axis));
      const wanted = waits ? 1 : (this.#kernel.unroll?.[axis] ?? chosen);
      return { axis, extent, lanes, unroll: Math.min(wanted, whole) };
    });
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
          single: single || (axis === this.#vector && size === 1),
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
    const outer = { steps: this.#steps, moving: new Map(this.#moving) };
    this.#level++;
    const offsets = new Map<
      string,
      { local: number; start: Instruction; stride: number; now: Instruction }
    >();
    for (const [view, start] of outer.moving) {
      const stride = (view.strides[axis] ?? 0) * bytesPerElement[view.buffer.dtype] * step;
      if (stride === 0) continue;
      const key = `${start.id} ${stride}`;
      const known = offsets.get(key);
      if (known === undefined) {
        const local = this.#local('i32');
        offsets.set(key, { local, start, stride, now: this.#v.local(local, 'i32', this.#level) });
      }
      this.#moving.set(view, offsets.get(key)?.now ?? start);
    }
    this.#steps = [];
    const counter = this.#local('i32');
    write();
    outer.steps.push({ kind: 'loop', count, counter, offsets: [...offsets.values()], body: this.#steps });
    this.#steps = outer.steps;
    this.#level--;
    for (const [view, start] of outer.moving) this.#moving.set(view, start);
  }

  #address(view: View, point: Point): { readonly address: Instruction; readonly offset: number } {
    const elements = view.strides.reduce(
      (sum, stride, axis) => sum + stride * (point.shifts[axis] ?? 0),
      view.offset,
    );
    const base = view.slot === undefined ? this.#memory.address(view.buffer) : 0;
    const bytes = bytesPerElement[view.buffer.dtype];
    const moving = this.#moving.get(view) ?? this.#v.integer(0);
    return {
      address:
        view.index === undefined
          ? moving
          : this.#v.typed('i32.add', 'i32', [moving, this.#chosen(view.index, point, bytes)]),
      offset: base + elements * bytes,
    };
  }

  /** How many bytes an index moves an address by. */
  #chosen({ by, stride, size }: Indexed, point: Point, bytes: number): Instruction {
    const { address, offset } = this.#address(by, point);
    const typed = (name: Opcode, ...operands: readonly Instruction[]): Instruction =>
      this.#v.typed(name, 'i32', operands);
    const index = this.#v.load('i32.load', address, offset, 'i32');
    const [length, zero] = [this.#v.integer(size), this.#v.integer(0)];
    const counted = typed('i32.add', index, typed('i32.mul', typed('i32.lt_s', index, zero), length));
    const inside = typed('i32.mul', counted, typed('i32.lt_u', counted, length));
    return typed('i32.mul', inside, this.#v.integer(stride * bytes));
  }

  #load(view: View, point: Point): Instruction {
    const { address, offset } = this.#address(view, point);
    const { dtype } = view.buffer;
    const stride = this.#vector === undefined ? 0 : (view.strides[this.#vector] ?? 0);
    if (point.single || stride === 0) return loadSplat(this.#v, dtype, address, offset);
    if (stride === 1 || dtype === 'bool') return loadVector(this.#v, dtype, this.#width, address, offset);
    return loadStrided(this.#v, dtype, this.#width, address, offset, stride * bytesPerElement[dtype]);
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
    const value = known.get(store.value);
    if (value === undefined)
      throw new TypeError(`the kernel ${this.#kernel.name} stores what it does not compute`);
    const { address, offset } = this.#address(store.view, point);
    const stored = storing(this.#v, store.view.buffer.dtype, this.#width, value, point.single);
    this.#steps.push({ kind: 'store', address, offset, ...stored });
  }

  #elementStores(point: Point, known: ReadonlyMap<Scalar, Instruction>): void {
    for (const store of this.#kernel.stores) if (store.level === 'element') this.#store(store, point, known);
  }

  /** Everything at some positions of the axes that are not reduced. */
  #results(points: readonly Point[]): void {
    const { reductions, stores, extents } = this.#kernel;
    if (this.#kernel.reduced === 0) {
      for (const point of points)
        this.#elementStores(point, this.#values(this.#elementOrder, point, new Map()));
      return;
    }
    const axes = this.#axes(this.#outs, extents.length);
    const gathered = points.map(() =>
      reductions.map(
        ({ reducer, element }) => new Gathering(accumulation(this.#v, reducer, element.dtype, this.#width)),
      ),
    );
    const loops = axes.some(({ extent, lanes, unroll }) => extent >= 2 * lanes * unroll);
    if (loops) for (const each of gathered.flat()) this.#spill(each, axes);
    if (sizeOf(extents.slice(this.#outs)) > 0) {
      const inner = points.map((point, result) => ({ ...point, result }));
      this.#over(axes, inner, (at) => this.#gather(at, gathered));
    }
    const acrossLanes = this.#vector !== undefined && this.#vector >= this.#outs;
    points.forEach((point, at) => {
      const known = new Map<Scalar, Instruction>();
      reductions.forEach(({ result }, index) => {
        const total = gathered[at]?.[index]?.total(acrossLanes, this.#read);
        if (total !== undefined) known.set(result, total);
      });
      const single: Point = acrossLanes ? { ...point, single: true } : point;
      this.#values(this.#resultOrder, single, known);
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
    const parts = axes.find(({ axis }) => axis === this.#vector)?.unroll ?? 1;
    gathering.spill(parts, () => this.#local('v128'), this.#write);
  }

  /** The elements at some points, gathered into each reduction of the result that they belong to. */
  #gather(points: readonly Point[], gathered: readonly (readonly Gathering[])[]): void {
    const parts = gathered.map(() => 0);
    for (const point of points) {
      const part = parts[point.result] ?? 0;
      parts[point.result] = part + 1;
      const known = this.#values(this.#elementOrder, point, new Map());
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
