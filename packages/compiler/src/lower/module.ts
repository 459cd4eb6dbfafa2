import type { Node, Tensor, TensorType, TypedArray } from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';
import type { Buffer, View } from '../loop/kernel.js';
import { wholeView } from '../loop/view.js';
import type { Target } from '../target/target.js';

/** An op without code, and the views that its own kernel runs on. */
export interface OwnKernelCall {
  readonly node: Node;
  readonly reads: readonly View[];
  readonly writes: readonly View[];
}

/** Writes the elements of a constant. */
export type Fill = (data: TypedArray) => void;

/** What the programs that are compiled together share while they are lowered. */
export class Module {
  readonly target: Target;
  readonly constants: Map<Buffer, Fill> = new Map<Buffer, Fill>();
  readonly calls: OwnKernelCall[] = [];
  /** How many buffers have a label, so that no two have one name. */
  readonly #labels = new Map<string, number>();

  constructor(target: Target) {
    this.target = target;
  }

  /** A new temporary buffer for a value of this type. */
  buffer(label: string, { dtype, shape }: TensorType): Buffer {
    const used = this.#labels.get(label) ?? 0;
    this.#labels.set(label, used + 1);
    const name = used === 0 ? label : `${label}_${used + 1}`;
    return { name, dtype, size: sizeOf(shape), kind: 'temporary' };
  }

  /** A new temporary buffer's elements in row-major order. */
  temporary(label: string, type: TensorType): View {
    return wholeView(this.buffer(label, type), type.shape);
  }

  /** A tensor that is in memory from the start. */
  constant(tensor: Tensor): View {
    return this.filled(tensor, (data) => data.set(tensor.data));
  }

  /** A constant of this type whose elements are made where they are wanted. */
  filled({ dtype, shape }: TensorType, fill: Fill): View {
    const buffer: Buffer = { name: 'constant', dtype, size: sizeOf(shape), kind: 'kept' };
    this.constants.set(buffer, fill);
    return wholeView(buffer, shape);
  }
}
