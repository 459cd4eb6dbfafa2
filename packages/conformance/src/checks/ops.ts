import { AdjointException, constant, createRegistry, renderError, type Op } from '@adjoint/core';
import { learnKinds } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { expectAgreement } from '../compare/agreement.js';
import type { BoundOf } from '../compare/bounds.js';
import type { Check } from './check.js';
import { expectNone } from '../compare/differences.js';
import type { Sample } from '../generate/samples.js';
import { someSources } from '../generate/sources.js';
import type { Suite } from './suite.js';
import { elementwise, type Row, type Rows } from '../rows/row.js';

/** Every op there is: what the backend computes is what the interpreter computes, within the bound of the op's row. */

/** How many samples must be refused. */
const REFUSED = 3;

/** Generated samples, each with its operands from anywhere. */
export async function expectAgreements(
  suite: Suite,
  samples: fc.Arbitrary<Sample>,
  bound: BoundOf,
  runs: number,
): Promise<void> {
  const property = fc.asyncProperty(samples, someSources, (sample, from) =>
    expectAgreement(suite, sample, from, bound),
  );
  await fc.assert(property, { numRuns: runs, includeErrorInReport: true, ...suite.replay });
}

/** The builder throws where it is given what the op does not take. */
function expectRefusals(samples: fc.Arbitrary<Sample>, replay: Suite['replay']): void {
  for (const { operands, build } of fc.sample(samples, { numRuns: REFUSED, ...replay })) {
    const values = operands.map((x) => constant(x));
    try {
      build(...values);
    } catch (error) {
      if (error instanceof AdjointException) continue;
      throw error;
    }
    throw new Error(`takes ${values.map(({ dtype }) => dtype).join(', ')}`);
  }
}

/** A check that has nothing to wait for. */
const immediate = (body: () => void): Promise<void> => Promise.resolve().then(body);

const checksOf = (suite: Suite, group: string, { taken, refused, bound }: Row): readonly Check[] => [
  ...Object.entries(taken).map(([of, samples]) => ({
    group,
    name: `of ${of}`,
    check: () => expectAgreements(suite, samples, bound, suite.runs),
  })),
  ...Object.entries(refused).map(([of, samples]) => ({
    group,
    name: `refuses ${of}`,
    check: () => immediate(() => expectRefusals(samples, suite.replay)),
  })),
];

/** The ops that plugins bring, transposes that were made of them included. */
function opsOf({ plugins }: Suite): readonly Op[] {
  const registry = createRegistry(plugins, learnKinds);
  if (E.isLeft(registry)) throw new TypeError(registry.left.map(renderError).join('\n'));
  return [...registry.right.ops.values()];
}

/** Of ops that have no row of their own, those that follow from their record. */
const derivedRows = (suite: Suite): Rows =>
  Object.fromEntries(
    opsOf(suite).flatMap((op) =>
      op.kind === 'elementwise' && !(op.name in suite.rows) ? [[op.name, elementwise(op)] as const] : [],
    ),
  );

export function opChecks(suite: Suite): readonly Check[] {
  const table: Rows = { ...derivedRows(suite), ...suite.rows };
  const names = opsOf(suite).map(({ name }) => name);
  const complete: Check = {
    group: 'the table',
    name: 'has a row for every op there is, and no other',
    check: () =>
      immediate(() => {
        const without = names.filter((name) => !(name in table));
        expectNone('ops without a row: give them one in the option `rows`', without);
        const unknown = Object.keys(table).filter((name) => !names.includes(name));
        expectNone('rows without an op', unknown);
      }),
  };
  return [complete, ...Object.entries(table).flatMap(([name, row]) => checksOf(suite, name, row))];
}
