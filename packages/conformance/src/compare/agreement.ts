import { program, type Backend, type Program, type Value } from '@adjoint/core';
import { at, lookup } from '@adjoint/core/extend';
import type { Accuracies } from './accuracy.js';
import type { BoundOf } from './bounds.js';
import { differences, expectNone } from './differences.js';
import { evaluate, interpreted } from './evaluate.js';
import type { Sample } from '../generate/samples.js';
import { sources, type Source } from '../generate/sources.js';

/** A backend, and what it claims. */
export interface Claims {
  readonly backend: Backend;
  readonly accuracies: Accuracies;
  /** The ops of a program that the backend does not run by code of its own. */
  readonly uncovered: (program: Program) => readonly string[];
}

/**
 * Checks that the backend has code for all of a program.
 * @throws Error that names the ops without
 */
export function expectCovered({ backend, uncovered }: Claims, checked: Program): void {
  expectNone(`${backend.name} has no code of its own for`, uncovered(checked));
}

const numbered = <T>(name: string, list: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(list.map((each, index) => [`${name}${index}`, each] as const));

/**
 * Runs a sample on the backend and on the interpreter, and compares every output.
 * @throws Error where one is off by more than the bound
 */
export async function expectAgreement(
  claims: Claims,
  { operands, build }: Sample,
  from: readonly Source[],
  boundOf: BoundOf,
): Promise<void> {
  const { backend, accuracies } = claims;
  const given = operands.map((x, index) => sources[at(from, index)](`x${index}`, x));
  const feeds = numbered(
    'x',
    given.map(({ feed }) => feed),
  );
  const seen = given.map(({ value }) => value);
  const outs: readonly Value[] = [build(...seen)].flat();
  const outputs = numbered('out', outs);

  const sampled = program({ outputs });
  expectCovered(claims, sampled);
  const found = await evaluate(backend, sampled, feeds);
  // The interpreter shows the operands too, which the bounds are made from; a backend might compute otherwise then.
  const all = program({ outputs: { ...outputs, ...numbered('seen', seen) } });
  const results = new Map(Object.entries(interpreted(all, feeds)));
  const operandsSeen = seen.map((_, index) => lookup(results, `seen${index}`));
  outs.forEach((out, index) => {
    const expected = lookup(results, `out${index}`);
    const { node } = out;
    const bound = boundOf({ operands: operandsSeen, build, index, expected, node, accuracies });
    expectNone(
      `output ${index} differs from the interpreter's`,
      differences(found[`out${index}`], expected, bound),
    );
  });
}
