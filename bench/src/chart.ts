import { colours, theme, type TopLevelSpec } from '@adjoint/viz';
import type { WorkloadResult } from './measure.js';
import { isAdjoint } from './peers.js';

const powersOfTen = Array.from({ length: 10 }, (_, exponent) => 10 ** (exponent - 3));

/** Every peer's time for each workload, on a scale of its own: multiples of ten are as far apart everywhere. */
export function ratioChart(workloads: readonly WorkloadResult[]): TopLevelSpec {
  const values = workloads.flatMap(({ title, measured, unit }) =>
    measured.map(({ peer, seconds }) => ({
      workload: title,
      peer,
      time: seconds * (unit === 'ms' ? 1e3 : 1e6),
      kind: isAdjoint(peer) ? 'Adjoint' : 'others',
    })),
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: 'Time of a step, less is better',
    description: 'Time of a step by workload and peer',
    data: { values },
    config: theme,
    columns: 2,
    // Room for the peers' names, which are wider in an estimate than they come out.
    bounds: 'flush',
    spacing: { row: 90, column: 240 },
    concat: workloads.map(({ title, unit }) => ({
      title: { text: title, fontSize: 12, anchor: 'start' },
      width: 300,
      transform: [{ filter: { field: 'workload', equal: title } }],
      encoding: {
        y: { field: 'peer', type: 'nominal', sort: { field: 'time' }, title: null, axis: { labelLimit: 0 } },
        x: {
          field: 'time',
          type: 'quantitative',
          scale: { type: 'log' },
          title: unit,
          axis: { values: powersOfTen, format: ',~r' },
        },
      },
      layer: [
        {
          mark: { type: 'circle', size: 90, opacity: 1 },
          encoding: {
            color: {
              field: 'kind',
              type: 'nominal',
              scale: { domain: ['Adjoint', 'others'], range: [colours.backward, colours.line] },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 8, fontSize: 10 },
          encoding: { text: { field: 'time', type: 'quantitative', format: ',.3~r' } },
        },
      ],
    })),
  };
}
