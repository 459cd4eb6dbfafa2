import { checkGraph, readGraph, renderError, writeGraph } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, registryOf, straightThroughPlugin } from '../samples.js';

/** Graph files that version 0.1 wrote, before ops were records of families, with what its interpreter computed. */

interface Recorded {
  readonly file: unknown;
  readonly outputs: Readonly<
    Record<
      string,
      { readonly dtype: string; readonly shape: readonly number[]; readonly data: readonly unknown[] }
    >
  >;
}

// The file was written by that version, in this form.
const recorded = JSON.parse(
  readFileSync(new URL('../data/graphs-0.1.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Recorded>>;

/** Numbers that JSON has no word for stand as strings. */
const numberOf = (written: unknown): number => (written === '-0' ? -0 : Number(written));

describe('a graph file of version 0.1', () => {
  it.each(Object.entries(recorded))('is read, and computes what it did: %s', (_name, { file, outputs }) => {
    const read = readGraph(JSON.stringify(file), registryOf(straightThroughPlugin));
    if (E.isLeft(read)) throw new Error(renderError(read.left));
    expect(E.isRight(checkGraph(read.right))).toBe(true);
    const results = evaluate(read.right);
    expect(Object.keys(results)).toEqual(Object.keys(outputs));
    for (const [name, { dtype, shape, data }] of Object.entries(outputs)) {
      const result = results[name];
      expect({ dtype: result?.dtype, shape: result?.shape }, name).toEqual({ dtype, shape });
      expect(Array.from(result?.data ?? []), name).toEqual(data.map(numberOf));
    }
    // Written again it is the same graph, with axes counted from 0.
    const again = readGraph(writeGraph(read.right), registryOf(straightThroughPlugin));
    expect(E.isRight(again) && evaluate(again.right)).toEqual(results);
  });
});
