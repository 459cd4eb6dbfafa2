import type * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts/lib/index.js';

/** Something that takes what comes from outside, with inputs that are likely to break it. */
export interface Target {
  readonly name: string;
  /** Plain data: they are handed to another process, and written to a file. */
  readonly inputs: fc.Arbitrary<unknown>;
  /** What one input may take of the processor. */
  readonly seconds: number;
  /** @throws Error that says what is wrong with what comes of an input */
  readonly run: (input: unknown) => Promise<void>;
}

/** A target of inputs of one form. */
export const target = <I>(
  name: string,
  form: t.Type<I, unknown>,
  inputs: fc.Arbitrary<I>,
  run: (input: I) => void | Promise<void>,
  seconds = 1,
): Target => ({
  name,
  inputs,
  seconds,
  run: async (input) => {
    const decoded = form.decode(input);
    if (E.isLeft(decoded)) throw new TypeError(`this is no input of ${name}: expected ${form.name}`);
    await run(decoded.right);
  },
});

/** Says what is wrong. */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
