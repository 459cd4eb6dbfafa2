import {
  full,
  sameShape,
  scalar,
  sizeOf,
  titleOf,
  type DType,
  type Graph,
  type Node,
  type Scalar,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import type { Buffer, Kernel, Reducer, View } from '../loop/kernel.js';
import { broadcastView, isContiguous, squeezed, squeezedView, wholeView } from '../loop/view.js';
import { denseStrides, Group, type Level } from './group.js';
import { order, type Item } from './order.js';
import { liveNodes, lowerNode, readInputs } from './rules.js';

/** What a node of another op than the compiler knows is run by. */
export interface CallTarget {
  readonly node: Node;
  readonly reads: readonly View[];
  readonly writes: readonly View[];
}

/** What the blocks of one module share. */
export interface Module {
  readonly constants: Map<Buffer, Tensor>;
  readonly calls: CallTarget[];
  /** How many buffers have a name, so that no two are called the same. */
  readonly labels: Map<string, number>;
}

/** Something that a group computes, over a domain without axes of size 1. */
interface Definition {
  readonly group: Group;
  readonly level: Level;
  readonly scalar: Scalar;
  /** What a reader calls it. */
  label?: string;
  /** Where it is stored, once somebody asks. */
  stored?: Buffer;
}

/** Where a value's elements come from. Strides of a view are over the value's shape. */
export type Place =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'defined'; readonly definition: Definition }
  | { readonly kind: 'literal'; readonly value: number; readonly dtype: DType };

/** A place with the shape of the value that it belongs to. */
export interface Operand {
  readonly place: Place;
  readonly shape: Shape;
  /** Whether it has no other reader, so that it need not be computed for itself. */
  readonly single?: boolean;
}

/** A value that is carried from one step of a loop to the next: where it is, and what replaces it. */
export interface Carried {
  readonly view: View;
  readonly next: Value;
}

/** A value with the place where it is wanted. */
export interface Result {
  readonly view: View;
  readonly value: Value;
}

/** Groups larger than this make code that engines compile slowly. */
const LARGEST_GROUP = 256;

/** Lowers the nodes of one block, the body of a loop, to kernels: fuses as it goes, and orders at the end. */
export class Lowering {
  readonly module: Module;
  readonly #items: Item[] = [];
  readonly #positions = new Map<Item, number>();
  /** The last item that writes a buffer, by its position. */
  readonly #written = new Map<Buffer, number>();
  readonly #places = new Map<Value, Place>();
  readonly #latest = new Map<string, Group>();
  /** How many readers each value has. */
  readonly #uses = new Map<Value, number>();

  constructor(module: Module) {
    this.module = module;
  }

  // Places

  place(value: Value): Place {
    const place = this.#places.get(value);
    if (place === undefined) throw new TypeError(`${value.node.op.name} was used before it was lowered`);
    return place;
  }

  operand(value: Value): Operand {
    return { place: this.place(value), shape: value.shape, single: this.#uses.get(value) === 1 };
  }

  setPlace(value: Value, place: Place): void {
    if (place.kind === 'defined') {
      const { op, attributes, name } = value.node;
      place.definition.label ??= name ?? titleOf(op, attributes);
    }
    this.#places.set(value, place);
  }

  /** A temporary buffer for a value of this type. */
  buffer(label: string, dtype: DType, shape: Shape): Buffer {
    const used = this.module.labels.get(label) ?? 0;
    this.module.labels.set(label, used + 1);
    const name = used === 0 ? label : `${label}_${used + 1}`;
    return { name, dtype, size: sizeOf(shape), kind: 'temporary' };
  }

  /** A temporary buffer for a value's elements. */
  room({ node, dtype, shape }: Value): View {
    return wholeView(this.buffer(node.op.name, dtype, shape), shape);
  }

  /** The same, full of a number. */
  filled(out: Value, fill: number): View {
    const whole = this.room(out);
    const { dtype, shape } = out;
    this.storeInto({ place: { kind: 'literal', value: fill, dtype }, shape }, whole);
    return whole;
  }

  constant(tensor: Tensor): View {
    const buffer: Buffer = { name: 'constant', dtype: tensor.dtype, size: tensor.data.length, kind: 'kept' };
    this.module.constants.set(buffer, tensor);
    return wholeView(buffer, tensor.shape);
  }

  /** The elements of a value in memory; what a group computed is stored from now on. */
  view({ place, shape }: Operand): View {
    switch (place.kind) {
      case 'view':
        return place.view;
      case 'literal': {
        const { value, dtype } = place;
        return broadcastView(this.constant(full([], value, dtype)), [], shape);
      }
      case 'defined': {
        const { definition } = place;
        const { group, level } = definition;
        definition.stored ??= this.#storeNew(definition);
        const strides = denseStrides(group.shapeAt(level) ?? []);
        let next = 0;
        return {
          buffer: definition.stored,
          offset: 0,
          strides: shape.map((size) => (size === 1 ? 0 : (strides[next++] ?? 0))),
        };
      }
    }
  }

  #storeNew({ group, level, scalar: value, label }: Definition): Buffer {
    const shape = group.shapeAt(level) ?? [];
    const buffer = this.buffer(label ?? group.name, value.dtype, shape);
    group.store({ buffer, offset: 0, strides: denseStrides(shape) }, value, level);
    this.wrote(buffer, group);
    return buffer;
  }

  /** The elements of a value in row-major order without gaps. */
  contiguous(operand: Operand): View {
    const view = this.view(operand);
    if (isContiguous(view, operand.shape)) return view;
    const buffer = this.buffer('copy', view.buffer.dtype, operand.shape);
    const copied = wholeView(buffer, operand.shape);
    this.storeInto({ place: { kind: 'view', view }, shape: operand.shape }, copied);
    return copied;
  }

  /** Puts the elements of a value where a view of its shape says. */
  storeInto(operand: Operand, view: View): void {
    const { place, shape } = operand;
    const target = squeezedView(view, shape);
    const written = this.#written.get(view.buffer) ?? -1;
    if (place.kind === 'defined' && this.position(place.definition.group) >= written) {
      const { group, level, scalar: value } = place.definition;
      group.store(target, value, level);
      this.wrote(view.buffer, group);
      return;
    }
    const group = this.add(new Group(squeezed(shape), 'copy'));
    group.store(target, this.#read(operand, shape, group, 'element'), 'element');
    this.wrote(view.buffer, group);
  }

  // Items

  add<T extends Item>(item: T): T {
    this.#positions.set(item, this.#items.length);
    this.#items.push(item);
    return item;
  }

  position(item: Item): number {
    return this.#positions.get(item) ?? -1;
  }

  wrote(buffer: Buffer, item: Item): void {
    this.#written.set(buffer, Math.max(this.#written.get(buffer) ?? -1, this.position(item)));
  }

  /** The position of the last item that an operand waits for. */
  #ready({ place }: Operand): number {
    if (place.kind === 'defined') return this.position(place.definition.group);
    return place.kind === 'view' ? (this.#written.get(place.view.buffer) ?? -1) : -1;
  }

  // Fusion

  /** Whether a group computes an operand at this level itself, element for element of what it computes there. */
  #isInside({ place, shape }: Operand, sizes: readonly number[], group: Group, level: Level): boolean {
    return (
      place.kind === 'defined' &&
      place.definition.group === group &&
      place.definition.level === level &&
      sameShape(squeezed(shape), sizes)
    );
  }

  /** An operand, broadcast to `target`, as an expression in a group. */
  #read(operand: Operand, target: Shape, group: Group, level: Level): Scalar {
    const { place, shape } = operand;
    if (place.kind === 'literal') return scalar.constant(place.value, place.dtype);
    if (place.kind === 'defined' && this.#isInside(operand, squeezed(target), group, level))
      return place.definition.scalar;
    const view = broadcastView(this.view(operand), shape, target);
    return group.load(squeezedView(view, target), level);
  }

  /** Whether a node over these axes may be computed in a group that has them at a level. */
  #fits(group: Group, level: Level, operands: readonly Operand[], sizes: readonly number[]): boolean {
    if (group.nodes >= LARGEST_GROUP) return false;
    const at = this.position(group);
    let related = false;
    for (const operand of operands) {
      const inside = this.#isInside(operand, sizes, group, level);
      const ready = this.#ready(operand);
      if (!inside && ready >= at) return false;
      related ||= inside || (operand.place.kind === 'view' && group.reads(operand.place.view.buffer));
    }
    return related;
  }

  /** The group where a node is computed: one that it fits into, the later the better, or a new one. */
  #groupFor(name: string, operands: readonly Operand[], target: Shape): { group: Group; level: Level } {
    const sizes = squeezed(target);
    const key = sizes.join();
    let best: { group: Group; level: Level } | undefined;
    for (const level of ['element', 'result'] as const) {
      const group = this.#latest.get(`${level} ${key}`);
      if (group === undefined || !this.#fits(group, level, operands, sizes)) continue;
      if (best === undefined || this.position(group) > this.position(best.group)) best = { group, level };
    }
    return best ?? { group: this.#newGroup(name, sizes), level: 'element' };
  }

  #newGroup(name: string, domain: readonly number[]): Group {
    const group = this.add(new Group(domain, name));
    this.#latest.set(`element ${domain.join()}`, group);
    return group;
  }

  /** A scalar expression at each position of broadcast operands. */
  elementwise(
    name: string,
    { parameters, body }: scalar.Lambda,
    operands: readonly Operand[],
    target: Shape,
  ): Place {
    if (operands.every(({ place }) => place.kind === 'literal')) {
      const values = parameters.map(({ name: parameter }, index) => {
        const place = operands[index]?.place;
        return [parameter, place?.kind === 'literal' ? place.value : NaN] as const;
      });
      return {
        kind: 'literal',
        value: scalar.evaluateScalar(body, Object.fromEntries(values)),
        dtype: body.dtype,
      };
    }
    const { group, level } = this.#groupFor(name, operands, target);
    const replacements = new Map<Scalar, Scalar>();
    parameters.forEach((parameter, index) => {
      const operand = operands[index];
      if (operand !== undefined) replacements.set(parameter, this.#read(operand, target, group, level));
    });
    group.nodes++;
    return {
      kind: 'defined',
      definition: { group, level, scalar: scalar.substitute(body, replacements) },
    };
  }

  /** A reduction of one value over some axes. */
  reduce(name: string, reducer: Reducer, operand: Operand, axes: readonly number[]): Place {
    const { place, shape } = operand;
    const reduced = squeezedAxes(shape, axes);
    if (reduced.length === 0) return place;
    if (place.kind === 'defined' && place.definition.level === 'element') {
      const { group, scalar: element } = place.definition;
      const fits =
        sameShape(group.domain, squeezed(shape)) &&
        (group.reducedAxes === undefined || group.reducedAxes.join() === reduced.join());
      if (fits) return this.#reduceIn(group, reducer, element, reduced);
    }
    if (
      place.kind === 'defined' &&
      place.definition.level === 'result' &&
      reducer === 'sum' &&
      operand.single
    ) {
      const { group, scalar: result } = place.definition;
      const before = group.shapeAt('result') ?? [];
      if (group.widen(result, reduced)) {
        this.#latest.delete(`result ${before.join()}`);
        return this.#resultOf(group, result);
      }
    }
    const group = this.#newGroup(name, squeezed(shape));
    return this.#reduceIn(group, reducer, this.#read(operand, shape, group, 'element'), reduced);
  }

  #reduceIn(group: Group, reducer: Reducer, element: Scalar, axes: readonly number[]): Place {
    const result = group.reduce(reducer, element, axes, element.dtype);
    group.nodes++;
    return this.#resultOf(group, result);
  }

  #resultOf(group: Group, result: Scalar): Place {
    this.#latest.set(`result ${(group.shapeAt('result') ?? []).join()}`, group);
    return { kind: 'defined', definition: { group, level: 'result', scalar: result } };
  }

  /** Sums of products over the last axis of a domain, as in a matrix product. */
  contract(name: string, factors: readonly { view: View; shape: Shape }[], domain: Shape): Place {
    const reduced = squeezedAxes(domain, [domain.length - 1]);
    const group = this.#newGroup(name, squeezed(domain));
    const loads = factors.map(({ view, shape }) => {
      return group.load(squeezedView(broadcastView(view, shape, domain), domain), 'element');
    });
    return this.#reduceIn(
      group,
      'dot',
      loads.reduce((x, y) => scalar.multiply(x, y)),
      reduced,
    );
  }

  // Blocks

  /** A lowering for a block inside this one, such as the body of a loop. */
  block(): Lowering {
    return new Lowering(this.module);
  }

  /** Lowers everything that some values are computed from, but for what has its place already. */
  compute(values: readonly Value[]): void {
    const nodes = liveNodes(values).filter(
      ({ outputs }) => !outputs.every((output) => this.#places.has(output)),
    );
    const use = (value: Value): void => void this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    values.forEach(use);
    for (const node of nodes) readInputs(node).forEach(use);
    for (const node of nodes) lowerNode(this, node);
  }

  /** The places of a graph's outputs, computed here from operands in place of its inputs. */
  inline({ inputs, nodes, outputs }: Graph, operands: readonly Operand[]): readonly Place[] {
    // The same graph may have been computed before, from other operands.
    for (const node of nodes) for (const output of node.outputs) this.#places.delete(output);
    inputs.forEach((input, index) => {
      const operand = operands[index];
      if (operand !== undefined) this.#places.set(input, operand.place);
    });
    this.compute(Object.values(outputs));
    return Object.values(outputs).map((value) => this.place(value));
  }

  /** The kernels, after results and carried values have been put where they belong. */
  finish(results: readonly Result[], carried: readonly Carried[]): readonly Kernel[] {
    for (const { view, value } of results) this.storeInto(this.operand(value), view);
    const updates = carried.map(({ view, next }) => {
      const operand = this.operand(next);
      const temporary = (): View => wholeView(this.buffer('next', next.dtype, next.shape), next.shape);
      const target = squeezedView(view, next.shape);
      if (operand.place.kind !== 'defined') {
        const moved = temporary();
        this.storeInto(operand, moved);
        return { state: view, moved };
      }
      const { group, level, scalar: value } = operand.place.definition;
      return { state: view, store: group.store(target, value, level), group, temporary };
    });
    return order(this.#items, updates);
  }
}

/** Axes as positions among those that are not of size 1. */
function squeezedAxes(shape: Shape, axes: readonly number[]): readonly number[] {
  let next = 0;
  return shape.flatMap((size, axis) => {
    if (size === 1) return [];
    const at = next++;
    return axes.includes(axis) ? [at] : [];
  });
}
