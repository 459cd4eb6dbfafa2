import { type Value } from '@adjoint/core';
import { titleOf } from '@adjoint/core/extend';
import type { Location, Operand } from './location.js';

/** Where the values of a block are, and how many readers each has. */
export class Values {
  readonly #locations = new Map<Value, Location>();
  readonly #readers = new Map<Value, number>();

  has(value: Value): boolean {
    return this.#locations.has(value);
  }

  /** @throws TypeError where the value has not been lowered */
  get(value: Value): Location {
    const location = this.#locations.get(value);
    if (location === undefined) throw new TypeError(`${value.node.op.name} was used before it was lowered`);
    return location;
  }

  set(value: Value, location: Location): void {
    if (location.kind === 'fused') {
      const { op, attributes, name } = value.node;
      location.definition.label ??= name ?? titleOf(op, attributes);
    }
    this.#locations.set(value, location);
  }

  /** Forgets where a value is, so that it can be computed anew. */
  forget(value: Value): void {
    this.#locations.delete(value);
  }

  countReader(value: Value): void {
    this.#readers.set(value, (this.#readers.get(value) ?? 0) + 1);
  }

  /** A value as an operand of what reads it. */
  operand(value: Value): Operand {
    const location = this.get(value);
    const readers = this.#readers.get(value) ?? 0;
    if (location.kind === 'fused' && readers > 1) location.definition.shared = true;
    return { location, shape: value.shape };
  }
}
