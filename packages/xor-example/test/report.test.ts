import { elementwise, scalar } from '@adjoint/core';
import * as core from '@adjoint/core';
import { learnKinds } from '@adjoint/learn';
import { compileSpec } from '@adjoint/viz';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TopLevelSpec } from 'vega-lite';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { compare } from '../src/compare.js';
import { presets, resolve, type Configuration } from '../src/configuration.js';
import type { Files } from '../src/files.js';
import { standardPlugins } from '../src/plugins.js';
import { gradientGraph } from '../src/gradient-graph.js';
import { xorModel } from '../src/model.js';
import { activationCurve } from '../src/report/charts.js';
import { derivationRows } from '../src/report/derivation.js';
import { formulaOf, writtenParts } from '../src/report/formula.js';
import { reportFiles } from '../src/report/report.js';
import { trainNetwork, type TrainedNetwork } from '../src/run.js';

const mish = elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x))));
const plugin: core.Plugin = { name: 'mish', version: '1.0.0', core: '^0.1.0', ops: [mish] };

function success<T>(result: E.Either<core.AdjointError | readonly core.AdjointError[], T>): T {
  if (E.isLeft(result)) throw new Error([result.left].flat().map(errorLine).join('; '));
  return result.right;
}

const registry = success(core.createRegistry([...standardPlugins, plugin], learnKinds));

const trained = async (changes: Partial<Configuration>): Promise<TrainedNetwork> =>
  success(
    await trainNetwork(success(resolve({ ...presets.numpy, epochs: 30, grid: 6, ...changes }, registry)))(),
  );

describe('the report of two runs', () => {
  let files: Files = new Map();
  beforeAll(async () => {
    const [numpy, tensorflow] = [
      await trained({}),
      await trained({ ...presets.tensorflow, epochs: 30, grid: 6 }),
    ];
    files = success(await reportFiles([numpy, tensorflow], success(await compare(numpy, registry)())));
  });

  it('has a spec and an SVG of every chart, and one page', () => {
    const names = [
      'loss',
      'loss-log',
      'surface-numpy',
      'surface-3d-numpy',
      'surface-tensorflow',
      'surface-3d-tensorflow',
    ];
    const charts = [...names, 'activation', 'graph'];
    expect([...files.keys()].sort()).toEqual(
      [...charts.flatMap((name) => [`specs/${name}.json`, `svg/${name}.svg`]), 'report.html'].sort(),
    );
    for (const name of charts) {
      const spec = JSON.parse(files.get(`specs/${name}.json`) ?? '') as TopLevelSpec; // if it is none, it does not compile
      expect(compileSpec(spec).warnings).toEqual([]);
      expect(files.get(`svg/${name}.svg`)).toMatch(/^<svg[\s\S]*<\/svg>/);
    }
  });

  it('is a page without references to anywhere else', () => {
    const html = files.get('report.html') ?? '';
    expect(html).not.toMatch(/<(?:script|img|iframe)[^>]* src=|<link[^>]* href="(?!data:)|@import|url\(http/);
    expect(html.match(/data-chart="/g)).toHaveLength(8);
    expect(html).toContain('<html lang="en">');
    // Three script elements, and nothing in them that closes one early.
    expect(html.match(/<script>/g)).toHaveLength(3);
    expect(html.match(/<\/script>/g)).toHaveLength(3);
  });
});

describe('the report of runs with the same random stream', () => {
  it('tells them apart', async () => {
    const small = { epochs: 2, grid: 2 };
    const [a, b, c] = [
      await trained({ ...small, rng: 'numpy-generator' }),
      await trained(small),
      await trained({ ...small, seed: 2 }),
    ];
    const files = success(await reportFiles([a, b, c]));
    expect([...files.keys()].filter((name) => name.startsWith('svg/surface-3d'))).toEqual([
      'svg/surface-3d-numpy-generator.svg',
      'svg/surface-3d-numpy.svg',
      'svg/surface-3d-numpy-2.svg',
    ]);
  });
});

describe('the report and the comparison of a run', () => {
  it('are made of one training', async () => {
    const resolved = success(resolve({ ...presets.numpy, epochs: 7, grid: 2 }, registry));
    const ran: (readonly [program: string, steps: number | undefined])[] = [];
    const counting: core.Backend = {
      name: 'counting',
      compile: (programs) =>
        pipe(
          resolved.backend.compile(programs),
          TE.map((executable) => ({
            ...executable,
            read: () => executable.read(),
            run: (name, feeds, options) => {
              ran.push([name, options?.steps]);
              return executable.run(name, feeds, options);
            },
          })),
        ),
    };
    const network = success(await trainNetwork({ ...resolved, backend: counting })());
    success(await reportFiles([network], success(await compare(network, registry)())));
    const steps = ran.filter(([name]) => name === 'step').map(([, count]) => count ?? 1);
    expect(steps.reduce((sum, count) => sum + count)).toBe(7);
    expect(ran.filter(([name]) => name !== 'step').map(([name]) => name)).toEqual(['predict', 'surface']);
  });
});

describe('the report of a run that was not derived by hand', () => {
  it('has everything but comparison and derivation, and the plugin’s formulas', async () => {
    const files = success(await reportFiles([await trained({ activation: 'mish' })]));
    const html = files.get('report.html') ?? '';
    expect(html).not.toContain('id="comparison"');
    expect(html).not.toContain('id="derivation"');
    expect(html).toContain('mish: <span class="katex">');
    expect(files.get('svg/activation.svg')).toContain('mish');
  });
});

describe('the report of an activation whose formula is long', () => {
  const iterated = (name: string, count: number) =>
    elementwise(name, (x) => {
      let v: core.Scalar = x;
      for (let step = 0; step < count; step++) v = scalar.tanh(scalar.multiply(v, scalar.subtract(1, v)));
      return v;
    });

  it('says how long it is, and draws the graph', async () => {
    const own = success(
      core.createRegistry(
        [
          ...standardPlugins,
          { ...plugin, name: 'long', ops: [iterated('seven', 7), iterated('n'.repeat(20_000), 1)] },
        ],
        learnKinds,
      ),
    );
    for (const activation of ['seven', 'n'.repeat(20_000)]) {
      const network = success(
        await trainNetwork(success(resolve({ ...presets.numpy, epochs: 2, grid: 2, activation }, own)))(),
      );
      const files = success(await reportFiles([network]));
      expect(files.get('svg/graph.svg')).toContain('…');
      if (activation === 'seven') expect(files.get('report.html')).toContain('parts');
    }
  });

  it('counts what is written twice as two', () => {
    const { body } = iterated('forty', 40).lambda(['f64']);
    expect(writtenParts(body)).toBe(5 * 2 ** 40 - 4);
    expect(formulaOf('f', body)).toMatch(/^f = \\text\{an expression of [\d,]+ parts\}$/);
  });
});

describe('the derivation', () => {
  it('has the formulas of the graph beside those by hand', () => {
    const resolved = success(resolve(presets.numpy, registry));
    const { initial, activation, loss } = resolved;
    const derivative = gradientGraph(xorModel(initial, activation, loss, 'f64'));
    expect(derivationRows(derivative).map(({ byGraph }) => byGraph)).toMatchInlineSnapshot(`
      [
        "\\mathrm{d}A_{2} = 0.25 \\cdot 2 \\cdot \\left(A_{2} - Y\\right)",
        "\\mathrm{d}Z_{2} = \\mathrm{d}A_{2} \\cdot A_{2} \\cdot \\left(1 - A_{2}\\right)",
        "\\mathrm{d}W_{2} = A_{1}^{\\top} \\, \\mathrm{d}Z_{2}",
        "\\mathrm{d}b_{2} = \\sum_{\\text{axis } 0} \\mathrm{d}Z_{2}",
        "\\mathrm{d}A_{1} = \\mathrm{d}Z_{2} \\, W_{2}^{\\top}",
        "\\mathrm{d}Z_{1} = \\mathrm{d}A_{1} \\cdot \\begin{cases} 0 & Z_{1} \\leq 0 \\\\ 1 & \\text{otherwise} \\end{cases}",
        "\\mathrm{d}W_{1} = X^{\\top} \\, \\mathrm{d}Z_{1}",
        "\\mathrm{d}b_{1} = \\sum_{\\text{axis } 0} \\mathrm{d}Z_{1}",
      ]
    `);
  });
});

describe('the curve of an activation', () => {
  it('has the values and slopes of its expression', () => {
    const { name, rows } = activationCurve(mish);
    expect(name).toBe('mish');
    const at = (x: number) => rows.find((row) => Math.abs(row.x - x) < 1e-12);
    // PyTorch 2.13: torch.nn.functional.mish at 0 and 1, and mish′(0) = tanh(ln 2) = 0.6.
    expect(at(0)?.value).toBe(0);
    expect(at(0)?.derivative).toBeCloseTo(0.6, 14);
    expect(at(1)?.value).toBeCloseTo(0.8650983882673103, 14);
    expect(rows[0]?.x).toBe(-6);
    expect(rows.at(-1)?.x).toBe(6);
  });
});
