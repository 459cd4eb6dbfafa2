import { print, scalar, type AdjointError } from '@adjoint/core';
import { at, errorOf } from '@adjoint/core/extend';
import { compileSpec, toSvg } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import type { Comparison } from '../compare.js';
import type { Resolved } from '../configuration.js';
import type { Files } from '../files.js';
import { gradientGraph } from '../gradient-graph.js';
import type { TrainedNetwork } from '../run.js';
import { chartsOf, type TitledRun } from './charts.js';
import { derivationRows } from './derivation.js';
import { formulaOf } from './formula.js';
import { page } from './page.js';
import { scriptsOf } from './scripts.js';

/** The name of the report's page among its files. */
export const pageName = 'report.html';

/** The formulas of an activation and its derivative, from its expression. */
function activationFormulas({ activation }: Resolved) {
  const { parameters, body } = activation.lambda(['f64']);
  const slope = scalar.derivative(body, at(parameters, 0));
  return {
    name: activation.name,
    formula: formulaOf('f\\left(x\\right)', body),
    derivative: slope === undefined ? "f'\\left(x\\right) = 0" : formulaOf("f'\\left(x\\right)", slope),
  };
}

/** A run's name: its random stream, and which of those with the same stream it is, from the second on. */
function titled(network: TrainedNetwork, earlier: readonly TrainedNetwork[]): TitledRun {
  const { rng } = network.run.configuration;
  const alike = earlier.filter(({ run }) => run.configuration.rng === rng).length;
  return { name: alike === 0 ? rng : `${rng}-${alike + 1}`, ...network };
}

/**
 * The files of some runs: each chart as `specs/NAME.json` and `svg/NAME.svg`, and `report.html`, which opens offline.
 * The activation, the graph and the derivation are those of the first run.
 * @returns Left where what a plugin brings cannot be drawn
 * @param comparison the first run's, where it is the network that was derived by hand
 */
export const reportFiles = (
  networks: readonly [TrainedNetwork, ...TrainedNetwork[]],
  comparison?: Comparison,
): Promise<E.Either<AdjointError, Files>> => {
  const { activation } = networks[0].resolved;
  const files = filesOf(networks, comparison);
  return files.then(E.right, (thrown: unknown) =>
    E.left(errorOf(thrown, `drawing the activation ${activation.name}`)),
  );
};

async function filesOf(
  networks: readonly [TrainedNetwork, ...TrainedNetwork[]],
  comparison: Comparison | undefined,
): Promise<Files> {
  const [one, ...more] = networks;
  const first = titled(one, []);
  const runs = [
    first,
    ...more.map((network, index) => titled(network, networks.slice(0, index + 1))),
  ] as const;
  const derivative = gradientGraph(first.model);
  const charts = chartsOf(runs, derivative);

  const files = new Map<string, string>();
  for (const { name, spec } of charts) {
    files.set(`specs/${name}.json`, `${JSON.stringify(spec, null, 2)}\n`);
    files.set(`svg/${name}.svg`, await toSvg(spec));
  }
  files.set(
    pageName,
    page({
      runs,
      charts,
      scripts: scriptsOf(
        charts.map(({ name, spec }) => ({ name, vega: JSON.stringify(compileSpec(spec).vega) })),
      ),
      comparison,
      derivation: comparison === undefined ? [] : derivationRows(derivative),
      activation: activationFormulas(first.resolved),
      printed: print(derivative.whole),
    }),
  );
  return files;
}
