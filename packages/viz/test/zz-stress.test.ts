import fc from 'fast-check';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import {
  activationChart,
  compileSpec,
  graphChart,
  lossChart,
  surface3d,
  surfaceHeatmap,
  toSvg,
} from '@adjoint/viz';
import { draw } from './drawing.ts';
import { curve, deepGraph, sampled, smallGraph, xorLike } from './samples.ts';
import { schemaErrors } from './schema.ts';

/** What each chart must be: valid, compiled without a warning, drawn without a complaint. */
async function expectSound(spec: TopLevelSpec): Promise<void> {
  expect(schemaErrors(spec)).toEqual([]);
  expect(compileSpec(spec).warnings).toEqual([]);
  const { complaints } = await draw(spec);
  expect(complaints).toEqual([]);
  const svg = await toSvg(spec);
  expect(svg).toMatch(/^<svg /);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
}

const decay = Array.from({ length: 500 }, (_, epoch) => 0.3 * Math.exp(-epoch / 80));
const notFinite = [0.3, NaN, 0.2, Infinity, -Infinity, 0.1, 0];

const charts: Readonly<Record<string, TopLevelSpec>> = {
  'one run': lossChart([{ name: 'run', loss: decay }], { scale: 'linear' }),
  'one run, log': lossChart([{ name: 'run', loss: decay }], { scale: 'log', title: 'Loss' }),
  'several runs': lossChart(
    [
      { name: 'numpy', loss: decay },
      { name: 'tensorflow', loss: decay.map((loss) => 2 * loss) },
    ],
    { scale: 'log' },
  ),
  'no run': lossChart([], { scale: 'log' }),
  'a run without epochs': lossChart([{ name: 'empty', loss: [] }], { scale: 'linear' }),
  'a run of one epoch': lossChart([{ name: 'short', loss: [0.25] }], { scale: 'log' }),
  'a constant loss': lossChart([{ name: 'flat', loss: [1, 1, 1] }], { scale: 'log' }),
  'a loss of nothing but 0, log': lossChart([{ name: 'zero', loss: [0, 0] }], { scale: 'log' }),
  'losses that are not finite': lossChart([{ name: 'diverged', loss: notFinite }], { scale: 'linear' }),
  'losses that are not finite, log': lossChart([{ name: 'diverged', loss: notFinite }], { scale: 'log' }),
  heatmap: surfaceHeatmap(xorLike(50)),
  'heatmap, 2×2': surfaceHeatmap({ grid: 2, values: [0, 1, 1, 0] }),
  'heatmap, constant': surfaceHeatmap(sampled(5, () => 0.5)),
  'heatmap, below the boundary': surfaceHeatmap(sampled(5, (x1, x2) => (x1 + x2) / 10)),
  'heatmap with holes': surfaceHeatmap(sampled(5, (x1) => (x1 === 0.5 ? NaN : x1))),
  '3D': surface3d(xorLike(50)),
  '3D, 2×2': surface3d({ grid: 2, values: [0, 1, 1, 0] }),
  '3D, constant': surface3d(sampled(5, () => 0.5)),
  '3D with holes': surface3d(sampled(5, (x1) => (x1 === 0.5 ? NaN : x1))),
  '3D, beyond 0 and 1': surface3d(sampled(9, (x1, x2) => 40 * x1 - 10 * x2)),
  activation: activationChart(curve('tanh', Math.tanh, (x) => 1 - Math.tanh(x) ** 2)),
  'activation with a pole': activationChart(curve('log', Math.log, (x) => 1 / x)),
  'activation without rows': activationChart({ name: 'none', rows: [] }),
  graph: graphChart(smallGraph),
  'graph of 60 nodes': graphChart(deepGraph(9)),
  'graph without nodes': graphChart({ nodes: [], edges: [] }),
};

describe('every chart is valid, compiles without a warning and renders', () => {
  it.each(Object.keys(charts))('%s', async (name) => {
    const spec = charts[name];
    expect(spec).toBeDefined();
    if (spec) await expectSound(spec);
  });

  it.each(['constructor', '__proto__', 'valueOf', 'hasOwnProperty', 'it\'s "quoted" \\ <b>', ''])(
    'with the name %j',
    async (name) => {
      await expectSound(
        lossChart(
          [
            { name, loss: [1, 2] },
            { name: 'other', loss: [2, 1] },
          ],
          { scale: 'log' },
        ),
      );
      await expectSound(activationChart({ ...curve('sine', Math.sin, Math.cos), name }));
      const node = { id: name, label: name, detail: name, kind: 'input', phase: 'forward' } as const;
      const nodes = [node, { ...node, id: 'other', phase: 'backward' as const }];
      await expectSound(graphChart({ nodes, edges: [{ from: name, to: 'other', label: name }] }));
    },
  );

  const number = fc.double();

  it('whatever the losses', async () => {
    const run = fc.record({ name: fc.string(), loss: fc.array(number, { maxLength: 12 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(run, { maxLength: 3 }),
        fc.constantFrom('linear' as const, 'log' as const),
        (runs, scale) => expectSound(lossChart(runs, { scale })),
      ),
      { numRuns: 600 },
    );
  });

  it('whatever the surface', async () => {
    const surface = fc.integer({ min: 2, max: 5 }).chain((grid) =>
      fc.record({
        grid: fc.constant(grid),
        values: fc.array(number, { minLength: grid * grid, maxLength: grid * grid }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(surface, async (sample) => {
        await expectSound(surfaceHeatmap(sample));
        await expectSound(surface3d(sample));
      }),
      { numRuns: 600 },
    );
  });

  it('whatever the activation', async () => {
    const rows = fc.array(
      fc.record({ x: fc.double({ min: -9, max: 9, noNaN: true }), value: number, derivative: number }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string(), rows, (name, sample) =>
        expectSound(activationChart({ name, rows: sample })),
      ),
      { numRuns: 600 },
    );
  });
});
