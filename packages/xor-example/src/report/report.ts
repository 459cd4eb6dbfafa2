import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { invalid, print, scalar, type AdjointError } from '@adjoint/core';
import { compileSpec, toSvg } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import { compare } from '../compare.js';
import { resolve } from '../configuration.js';
import type { Registry } from '../plugins.js';
import type { Files } from '../files.js';
import type { Run } from '../run.js';
import { chartsOf, gradientGraph, type TitledRun } from './charts.js';
import { derivationRows } from './derivation.js';
import { page } from './page.js';

/** Vega's own bundle for pages, which its package ships beside its modules. */
const vegaSource = (): string =>
  readFileSync(new URL('vega.min.js', `file://${createRequire(import.meta.url).resolve('vega')}`), 'utf8');

/** The formulas of an activation and its derivative, from its expression. */
function activationFormulas({ resolved: { activation } }: TitledRun) {
  const { parameters, body } = activation.lambda(['f64']);
  const [x] = parameters;
  const slope = x && scalar.derivative(body, x);
  return {
    name: activation.name,
    formula: `f\\left(x\\right) = ${scalar.scalarToLatex(body)}`,
    derivative: `f'\\left(x\\right) = ${slope === undefined ? '0' : scalar.scalarToLatex(slope)}`,
  };
}

/** Names the runs by their random stream, and apart where two have the same. */
function titled(runs: readonly Run[], registry: Registry): E.Either<AdjointError, readonly TitledRun[]> {
  const named: TitledRun[] = [];
  for (const run of runs) {
    const resolved = resolve(run.configuration, registry);
    if (E.isLeft(resolved)) return resolved;
    const { rng } = run.configuration;
    const taken = named.filter(({ name }) => name === rng || name.startsWith(`${rng}-`)).length;
    named.push({ name: taken === 0 ? rng : `${rng}-${taken + 1}`, run, resolved: resolved.right });
  }
  return E.right(named);
}

/**
 * The files of some runs: each chart as `specs/NAME.json` and `svg/NAME.svg`, and `report.html`, which opens offline.
 * The comparison and the derivation are of the first run, where it is the network that was derived by hand.
 * @returns Left where there is no run, or one cannot be resolved
 */
export async function reportFiles(
  runs: readonly Run[],
  registry: Registry,
): Promise<E.Either<AdjointError, Files>> {
  const named = titled(runs, registry);
  if (E.isLeft(named)) return named;
  const [first, ...others] = named.right;
  if (first === undefined) return E.left(invalid('option', [], 'a report needs a run'));
  const charts = chartsOf([first, ...others]);
  const compared = await compare(first.run.configuration, registry)();
  const { whole } = gradientGraph(first);

  const files = new Map<string, string>();
  for (const { name, spec } of charts) {
    files.set(`specs/${name}.json`, `${JSON.stringify(spec, null, 2)}\n`);
    files.set(`svg/${name}.svg`, await toSvg(spec));
  }
  files.set(
    'report.html',
    page({
      runs: named.right,
      charts: charts.map(({ name, title, spec }) => ({
        name,
        title,
        vega: JSON.stringify(compileSpec(spec).vega),
      })),
      comparison: E.isRight(compared) ? compared.right : undefined,
      derivation: E.isRight(compared) ? derivationRows(whole) : [],
      activation: activationFormulas(first),
      printed: print(whole),
      vegaSource: vegaSource(),
    }),
  );
  return E.right(files);
}
