import { at, bytesPerElement, lookup } from '@adjoint/core/extend';
import { viewsBehind, type Indexed, type View, type Memory } from '@adjoint/compiler';
import type { Opcode } from '../binary/opcodes.js';
import type { Instruction, Vectors } from '../vector/vectors.js';

/** An address that is computed, and the rest of it, which is known. */
export interface Address {
  readonly address: Instruction;
  readonly offset: number;
}

/** Whether the elements of a view may lie before its first. */
const goesBack = ({ strides, index }: View): boolean =>
  strides.some((stride) => stride < 0) || (index !== undefined && index.stride < 0);

/** Where the elements of a kernel's views are, in the loops that are open. */
export class Addresses {
  readonly #v: Vectors;
  readonly #memory: Memory;
  /** The moving part of each view's address. */
  readonly #moving = new Map<View, Instruction>();

  /** @param part of the first axis, the one that is computed; none where all are */
  constructor(v: Vectors, memory: Memory, views: readonly View[], part: Instruction | undefined) {
    this.#v = v;
    this.#memory = memory;
    for (const view of views.flatMap(viewsBehind)) {
      const { slot, buffer, strides } = view;
      const start =
        slot === undefined ? v.integer(0) : v.load('i32.load', v.integer(memory.slot(slot)), 0, 'i32');
      const stride = (part === undefined ? 0 : at(strides, 0)) * bytesPerElement[buffer.dtype];
      const moved = part && stride !== 0 ? this.#integers('i32.mul', part, v.integer(stride)) : undefined;
      this.#moving.set(view, moved ? this.#integers('i32.add', start, moved) : start);
    }
  }

  #integers(name: Opcode, x: Instruction, y: Instruction): Instruction {
    return this.#v.typed(name, 'i32', [x, y]);
  }

  /**
   * Moves with a loop that goes `step` elements along an axis in each iteration, while `inside` is written.
   * @param counted an address that starts somewhere and moves by so many bytes in each iteration
   */
  along(
    axis: number,
    step: number,
    counted: (start: Instruction, stride: number) => Instruction,
    inside: () => void,
  ): void {
    const outside = new Map(this.#moving);
    const known = new Map<string, Instruction>();
    for (const [view, start] of outside) {
      const stride = at(view.strides, axis) * bytesPerElement[view.buffer.dtype] * step;
      if (stride === 0) continue;
      const key = `${start.id} ${stride}`;
      const now = known.get(key) ?? counted(start, stride);
      known.set(key, now);
      this.#moving.set(view, now);
    }
    inside();
    for (const [view, start] of outside) this.#moving.set(view, start);
  }

  /** @param shifts in elements along each axis, from where the loops are */
  at(view: View, shifts: readonly number[]): Address {
    const { strides, offset, slot, buffer, index } = view;
    const elements = strides.reduce((sum, stride, axis) => sum + stride * at(shifts, axis), offset);
    const base = slot === undefined ? this.#memory.address(buffer) : 0;
    const bytes = bytesPerElement[buffer.dtype];
    const moving = lookup(this.#moving, view);
    const address = index ? this.#integers('i32.add', moving, this.#chosen(index, shifts, bytes)) : moving;
    const known = base + elements * bytes;
    // What an instruction adds to an address it adds without wrapping: of a part below 0 the sum would be out of bounds.
    return goesBack(view)
      ? { address: this.#integers('i32.add', address, this.#v.integer(known)), offset: 0 }
      : { address, offset: known };
  }

  /** How many bytes an index moves an address by. */
  #chosen({ by, stride, size }: Indexed, shifts: readonly number[], bytes: number): Instruction {
    const { address, offset } = this.at(by, shifts);
    const index = this.#v.load('i32.load', address, offset, 'i32');
    const [length, zero] = [this.#v.integer(size), this.#v.integer(0)];
    const fromEnd = this.#integers('i32.mul', this.#integers('i32.lt_s', index, zero), length);
    const counted = this.#integers('i32.add', index, fromEnd);
    const inside = this.#integers('i32.mul', counted, this.#integers('i32.lt_u', counted, length));
    return this.#integers('i32.mul', inside, this.#v.integer(stride * bytes));
  }
}
