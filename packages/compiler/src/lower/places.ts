import {
  full,
  scalar,
  sizeOf,
  titleOf,
  type DType,
  type Node,
  type Scalar,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import type { Buffer, Kernel, View } from '../loop/kernel.js';
import { broadcastView, isContiguous, squeezed, squeezedView, wholeView } from '../loop/view.js';
import { denseStrides, Group, type Level } from './group.js';
import { isInside, Items } from './items.js';
import type { Target } from '../target.js';
import type { Definition, Operand, Place } from './place.js';

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

/** Where the values of one block are: in memory, known as numbers, or defined by groups that are not finished. */
export class Places {
  readonly module: Module;
  readonly target: Target;
  protected readonly items: Items = new Items();
  readonly #places = new Map<Value, Place>();
  /** How many readers each value has. */
  readonly #uses = new Map<Value, number>();

  constructor(module: Module, target: Target) {
    this.module = module;
    this.target = target;
  }

  hasPlace(value: Value): boolean {
    return this.#places.has(value);
  }

  /** Forgets where a value is, so that it can be computed anew. */
  protected forget(value: Value): void {
    this.#places.delete(value);
  }

  /** Counts a reader. */
  protected use(value: Value): void {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
  }

  place(value: Value): Place {
    const place = this.#places.get(value);
    if (place === undefined) throw new TypeError(`${value.node.op.name} was used before it was lowered`);
    return place;
  }

  operand(value: Value): Operand {
    const place = this.place(value);
    if (place.kind === 'defined' && (this.#uses.get(value) ?? 0) > 1) place.definition.shared = true;
    return { place, shape: value.shape };
  }

  setPlace(value: Value, place: Place): void {
    if (place.kind === 'defined') {
      const { op, attributes, name } = value.node;
      place.definition.label ??= name ?? titleOf(op, attributes);
    }
    this.#places.set(value, place);
  }

  /** Adds a kernel that puts a node's outputs where views say. */
  addFor(node: Node, kernel: Kernel, views: readonly View[]): void {
    this.items.add(kernel);
    node.outputs.forEach((output, index) => {
      const view = views[index];
      if (view === undefined) return;
      this.items.wrote(view.buffer, kernel);
      this.setPlace(output, { kind: 'view', view });
    });
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
    this.items.wrote(buffer, group);
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
    if (place.kind === 'defined' && this.items.mayWrite(place.definition.group, view.buffer)) {
      const { group, level, scalar: value } = place.definition;
      group.store(target, value, level);
      this.items.wrote(view.buffer, group);
      return;
    }
    const group = this.items.add(new Group(squeezed(shape), 'copy'));
    group.store(target, this.read(operand, shape, group, 'element'), 'element');
    this.items.wrote(view.buffer, group);
  }

  /** An operand, broadcast to `target`, as an expression in a group. */
  protected read(operand: Operand, target: Shape, group: Group, level: Level): Scalar {
    const { place, shape } = operand;
    if (place.kind === 'literal') return scalar.constant(place.value, place.dtype);
    if (place.kind === 'defined' && isInside(operand, { group, level }, squeezed(target)))
      return place.definition.scalar;
    const view = broadcastView(this.view(operand), shape, target);
    return group.load(squeezedView(view, target), level);
  }
}
