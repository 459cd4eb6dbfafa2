import type { Accumulation } from './reducers.js';
import type { Instruction } from './vectors.js';

type Read = (local: number) => Instruction;
type Write = (local: number, value: Instruction) => void;

/**
 * What a reduction has gathered so far at one result: several parts side by side, and one for single elements, whose
 * other lanes mean nothing.
 */
export class Gathering {
  readonly #rules: Accumulation;
  #locals: { readonly parts: readonly (readonly number[])[]; readonly single: readonly number[] } | undefined;
  #vectors: readonly Instruction[] | undefined;
  #single: readonly Instruction[] | undefined;

  constructor(rules: Accumulation) {
    this.#rules = rules;
  }

  spill(parts: number, local: () => number, write: Write): void {
    const start = (): readonly number[] =>
      this.#rules.start.map((value) => {
        const made = local();
        write(made, value);
        return made;
      });
    this.#locals = { parts: Array.from({ length: parts }, start), single: start() };
  }

  add(
    value: Instruction,
    at: { readonly part: number; readonly single: boolean },
    read: Read,
    write: Write,
  ): void {
    if (this.#locals === undefined) {
      if (at.single) this.#single = this.#rules.step(this.#single, value);
      else this.#vectors = this.#rules.step(this.#vectors, value);
      return;
    }
    const { parts, single } = this.#locals;
    const locals = at.single ? single : (parts[at.part % parts.length] ?? single);
    const next = this.#rules.step(locals.map(read), value);
    locals.forEach((local, index) => {
      const each = next[index];
      if (each !== undefined) write(local, each);
    });
  }

  /** All parts as one value; where lanes hold different elements of one result, in the first lane. */
  total(acrossLanes: boolean, read: Read): Instruction {
    const { nothing, merge, across, finish } = this.#rules;
    const parts =
      this.#locals?.parts.map((locals) => locals.map(read)) ?? (this.#vectors ? [this.#vectors] : []);
    const single = this.#locals?.single.map(read) ?? this.#single;
    const vectors = parts.length === 0 ? [] : [parts.reduce(merge)];
    const all = [...vectors.map((each) => (acrossLanes ? across(each) : each)), ...(single ? [single] : [])];
    return finish(all.length === 0 ? nothing : all.reduce(merge));
  }
}
