import { full, scalar, type Scalar, type Shape, type TensorType } from '@adjoint/core';
import type { Buffer, View } from '../loop/kernel.js';
import { broadcastView, isContiguous, spreadStrides, squeezed, squeezedView } from '../loop/view.js';
import { denseStrides, Fusion } from './fusion.js';
import { inMemory, type Definition, type Operand } from './location.js';
import type { Module } from './module.js';
import { isInside, type Sequence, type Site } from './sequence.js';

/** Puts the values of a block into memory, where something else than a fusion needs them there. */
export class Storage {
  readonly #module: Module;
  readonly #sequence: Sequence;

  constructor(module: Module, sequence: Sequence) {
    this.#module = module;
    this.#sequence = sequence;
  }

  /** A new buffer full of a number. */
  filled(label: string, type: TensorType, fill: number): View {
    const whole = this.#module.temporary(label, type);
    const { dtype, shape } = type;
    this.store({ location: { kind: 'literal', value: fill, dtype }, shape }, whole);
    return whole;
  }

  /** The elements of an operand in memory; what a fusion computes is stored from now on. */
  view({ location, shape }: Operand): View {
    switch (location.kind) {
      case 'view':
        return location.view;
      case 'literal': {
        const { value, dtype } = location;
        return broadcastView(this.#module.constant(full([], value, dtype)), [], shape);
      }
      case 'fused': {
        const { definition } = location;
        definition.stored ??= this.#storeNew(definition);
        const { fusion, level, stored } = definition;
        return {
          buffer: stored,
          offset: 0,
          strides: spreadStrides(denseStrides(fusion.shapeAt(level)), shape),
        };
      }
    }
  }

  #storeNew({ fusion, level, scalar: value, label }: Definition): Buffer {
    const shape = fusion.shapeAt(level);
    const whole = this.#module.temporary(label ?? fusion.name, { dtype: value.dtype, shape });
    fusion.store(whole, value, level);
    this.#sequence.wrote(whole.buffer, fusion);
    return whole.buffer;
  }

  /** The elements of an operand in row-major order without gaps. */
  contiguous(operand: Operand): View {
    const view = this.view(operand);
    const { shape } = operand;
    if (isContiguous(view, shape)) return view;
    const copied = this.#module.temporary('copy', { dtype: view.buffer.dtype, shape });
    this.store(inMemory(view, shape), copied);
    return copied;
  }

  /** Puts the elements of an operand where a view of its shape says. */
  store(operand: Operand, view: View): void {
    const { location, shape } = operand;
    const target = squeezedView(view, shape);
    if (location.kind === 'fused' && this.#sequence.mayWrite(location.definition.fusion, view.buffer)) {
      const { fusion, level, scalar: value } = location.definition;
      fusion.store(target, value, level);
      this.#sequence.wrote(view.buffer, fusion);
      return;
    }
    const fusion = this.#sequence.add(new Fusion(squeezed(shape), 'copy'));
    fusion.store(target, this.read(operand, shape, { fusion, level: 'element' }), 'element');
    this.#sequence.wrote(view.buffer, fusion);
  }

  /** An operand, broadcast to `target`, as an expression at a site. */
  read(operand: Operand, target: Shape, site: Site): Scalar {
    const { location, shape } = operand;
    if (location.kind === 'literal') return scalar.constant(location.value, location.dtype);
    if (location.kind === 'fused' && isInside(operand, site, squeezed(target)))
      return location.definition.scalar;
    const view = broadcastView(this.view(operand), shape, target);
    return site.fusion.load(squeezedView(view, target), site.level);
  }
}
