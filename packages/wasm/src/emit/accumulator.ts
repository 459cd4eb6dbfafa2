import { at } from '@adjoint/core/extend';
import { zipWith } from 'fp-ts/lib/ReadonlyArray.js';
import type { Accumulation } from './reducers.js';
import type { Instruction } from '../vector/vectors.js';

type Read = (local: number) => Instruction;
type Write = (local: number, value: Instruction) => void;

/** Where an element goes: into a vector of accumulators, or into the one of the rest, whose other lanes mean nothing. */
export type Into = number | 'rest';

/** The accumulators of a reduction at one result, or where lanes are results of their own, at as many. */
export class Accumulators {
  readonly #rules: Accumulation;
  /** Once loops change them they are in locals. */
  #locals: { readonly vectors: readonly (readonly number[])[]; readonly rest: readonly number[] } | undefined;
  #vector: readonly Instruction[] | undefined;
  #rest: readonly Instruction[] | undefined;

  constructor(rules: Accumulation) {
    this.#rules = rules;
  }

  /** Gives so many vectors, and the rest, locals that start from what changes nothing. */
  spill(vectors: number, local: () => number, write: Write): void {
    const start = (): readonly number[] =>
      this.#rules.start.map((value) => {
        const made = local();
        write(made, value);
        return made;
      });
    this.#locals = { vectors: Array.from({ length: vectors }, start), rest: start() };
  }

  /** Combines an accumulator with one more element. */
  add(value: Instruction, into: Into, read: Read, write: Write): void {
    if (this.#locals === undefined) {
      if (into === 'rest') this.#rest = this.#rules.step(this.#rest, value);
      else this.#vector = this.#rules.step(this.#vector, value);
      return;
    }
    const { vectors, rest } = this.#locals;
    const locals = into === 'rest' ? rest : at(vectors, into % vectors.length);
    zipWith(locals, this.#rules.step(locals.map(read), value), write);
  }

  /** All accumulators as one value; where lanes hold elements of one result, in the first lane. */
  total(acrossLanes: boolean, read: Read): Instruction {
    const { merge, across, finish } = this.#rules;
    const vectors =
      this.#locals?.vectors.map((locals) => locals.map(read)) ?? (this.#vector ? [this.#vector] : []);
    const rest = this.#locals?.rest.map(read) ?? this.#rest;
    const merged = vectors.length === 0 ? [] : [vectors.reduce(merge)];
    const all = [...merged.map((each) => (acrossLanes ? across(each) : each)), ...(rest ? [rest] : [])];
    return finish(all.reduce(merge));
  }
}
