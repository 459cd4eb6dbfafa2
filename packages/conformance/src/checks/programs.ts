import { nameOfInput, type FloatDType, type Tensor, type Value } from '@adjoint/core';
import { evaluateNodes, lookup } from '@adjoint/core/extend';
import { expectCovered } from '../compare/agreement.js';
import type { Check } from './check.js';
import { differences, expectNone } from '../compare/differences.js';
import { evaluate, interpreted } from '../compare/evaluate.js';
import { randomProgram, type RandomProgram } from '../generate/program.js';
import type { Suite } from './suite.js';

/** Random programs, forward and gradient, of which each is compared with the interpreter. */

/**
 * How far results may be off, relative to the largest number in the program's forward pass and gradient: what some
 * hundred roundings in a row come to, of which a few are enlarged by a division.
 */
const bounds: Readonly<Record<FloatDType, number>> = { f64: 1e-13, f32: 2e-4 };

/** As many programs as one check compares, so that it ends within a minute. */
const PART = 500;
/** Every so many programs it is asked whether the backend has code for all of one. */
const EVERY = 10;

/** The largest finite number that occurs in a program. */
function largest({ program: { graph }, feeds }: RandomProgram): number {
  const fed = new Map(Object.entries(feeds));
  const given = new Map<Value, Tensor>(
    graph.inputs.map((input) => [input, lookup(fed, nameOfInput(input))] as const),
  );
  let most = 0;
  for (const { data } of evaluateNodes(graph.nodes, given).values()) {
    for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  }
  return most;
}

/** Where the backend is off; an error of its own is one more difference, so that the next programs are still run. */
async function faultsOf(suite: Suite, drawn: RandomProgram, dtype: FloatDType): Promise<readonly string[]> {
  try {
    const allowed = bounds[dtype] * largest(drawn);
    const found = await evaluate(suite.backend, drawn.program, drawn.feeds);
    return Object.entries(interpreted(drawn.program, drawn.feeds)).flatMap(([name, expected]) =>
      differences(found[name], expected, () => allowed).map((each) => `${name}${each}`),
    );
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

async function expectPrograms(suite: Suite, dtype: FloatDType, from: number, to: number): Promise<void> {
  const counts = new Map<string, number>();
  const faults: string[] = [];
  for (let seed = from; seed < to; seed++) {
    const drawn = randomProgram(seed, dtype, counts);
    if (seed % EVERY === 0) expectCovered(suite, drawn.program);
    faults.push(...(await faultsOf(suite, drawn, dtype)).map((fault) => `seed ${seed}: ${fault}`));
  }
  const ops = [...counts].sort(([x], [y]) => (x < y ? -1 : 1)).map(([name, count]) => `${name} ${count}`);
  suite.log(`random programs of ${dtype}, ${from} to ${to - 1}: ${ops.join(', ')}`);
  expectNone("differ from the interpreter's", faults);
}

const parts = (count: number): readonly (readonly [from: number, to: number])[] =>
  Array.from({ length: Math.ceil(count / PART) }, (_, part) => [
    part * PART,
    Math.min((part + 1) * PART, count),
  ]);

export const programChecks = (suite: Suite): readonly Check[] =>
  (['f64', 'f32'] as const).flatMap((dtype) =>
    parts(suite.programs).map(([from, to]) => ({
      group: 'random programs',
      name: `of ${dtype}, ${from} to ${to - 1}`,
      check: () => expectPrograms(suite, dtype, from, to),
    })),
  );
