import { sizeOf, type Node, type Tensor, type TensorType } from '@adjoint/core';
import type { Buffer, View } from '../loop/kernel.js';
import { wholeView } from '../loop/view.js';
import type { Target } from '../target/target.js';

/** An op without code, and the views that its own kernel runs on. */
export interface OwnKernelCall {
  readonly node: Node;
  readonly reads: readonly View[];
  readonly writes: readonly View[];
}

/** What the programs that are compiled together share while they are lowered. */
export class Module {
  readonly target: Target;
  readonly constants: Map<Buffer, Tensor> = new Map<Buffer, Tensor>();
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
    const buffer: Buffer = { name: 'constant', dtype: tensor.dtype, size: tensor.data.length, kind: 'kept' };
    this.constants.set(buffer, tensor);
    return wholeView(buffer, tensor.shape);
  }
}
