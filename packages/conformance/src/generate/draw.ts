import { input, type FloatDType, type Shape, type Tensor, type Value } from '@adjoint/core';
import { at, sizeOf } from '@adjoint/core/extend';
import { tensorOf } from './numbers.js';
import { randomNumbers } from './random.js';

/** What a random program is drawn with: numbers from a seed, and the inputs and ops that it has so far. */
export class Draw {
  readonly dtype: FloatDType;
  readonly random: () => number;
  readonly feeds: Record<string, Tensor> = {};
  /** What is differentiated by. */
  readonly parameters: Value[] = [];
  readonly values: Value[] = [];
  readonly #counts: Map<string, number>;

  constructor(seed: number, dtype: FloatDType, counts: Map<string, number>) {
    this.dtype = dtype;
    this.random = randomNumbers(seed);
    this.#counts = counts;
  }

  /** A natural number below another. */
  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  pick<T>(list: readonly T[]): T {
    return at(list, this.below(list.length));
  }

  flip(): boolean {
    return this.random() < 0.5;
  }

  shape(): Shape {
    return Array.from({ length: this.below(4) }, () => this.pick([1, 2, 3, 4, 5, 7]));
  }

  someAxes(x: Value): number[] {
    return x.shape.map((_, axis) => axis).filter(() => this.flip());
  }

  permutation(x: Value): number[] {
    return x.shape
      .map((_, axis) => ({ axis, key: this.random() }))
      .sort((p, q) => p.key - q.key)
      .map(({ axis }) => axis);
  }

  /** A new input, fed numbers between −1 and 1. */
  parameter(shape: Shape): Value {
    const name = `x${Object.keys(this.feeds).length}`;
    const data = Array.from({ length: sizeOf(shape) }, () => 2 * this.random() - 1);
    this.feeds[name] = tensorOf(this.dtype, shape, data);
    const made = input(name, shape, this.dtype);
    this.parameters.push(made);
    this.values.push(made);
    return made;
  }

  /** Counts an op. */
  count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
