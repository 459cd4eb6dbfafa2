import { at } from '@adjoint/core/extend';
import type { Moving, Slot, View } from '../loop/kernel.js';

/** The slices that a loop walks over, one a step: each has a slot that moves with the loop. */
export class Slices {
  readonly #steps: number;
  readonly #reverse: boolean;
  readonly #moving: Moving[] = [];

  /** @param reverse whether it walks from the last slice to the first */
  constructor(steps: number, reverse: boolean) {
    this.#steps = steps;
    this.#reverse = reverse;
  }

  get moving(): readonly Moving[] {
    return this.#moving;
  }

  /** The view of the slice that the loop is at, along an axis of a view. */
  of(view: View, name: string, axis = 0): View {
    const stride = at(view.strides, axis);
    const slot: Slot = { name };
    const from = this.#reverse
      ? { ...view, offset: view.offset + Math.max(this.#steps - 1, 0) * stride }
      : view;
    this.#moving.push({ slot, from, stride: this.#reverse ? -stride : stride });
    return { buffer: view.buffer, offset: 0, strides: view.strides.toSpliced(axis, 1), slot };
  }
}
