import type { TopLevelSpec } from 'vega-lite';
import { drawable, extent } from './number.js';
import { thin, vertices } from './series.js';
import { schemaUrl, type Layer } from './spec.js';
import { theme } from './theme.js';
import { logTicks, type Ticks } from './ticks.js';

/** The loss of one training run, an entry for each epoch from epoch 0 on. */
export interface LossRun {
  readonly name: string;
  readonly loss: readonly number[];
}

export interface LossChartOptions {
  readonly scale: 'linear' | 'log';
  /** "Training loss" where none is given. */
  readonly title?: string;
}

/** How many stretches of a run are told apart: two vertices for each pixel or so. */
const BUCKETS = 400;

/**
 * Training loss over epochs, one line for each run, with a legend where there are several.
 *
 * A loss that the scale cannot show (NaN, ±Infinity, and on a log scale everything up to 0) breaks its line.
 * A linear axis always holds 0. A run longer than a screen is wide keeps the least and the greatest loss of each
 * stretch of epochs. Runs of the same name are numbered.
 */
export function lossChart(runs: readonly LossRun[], options: LossChartOptions): TopLevelSpec {
  const log = options.scale === 'log';
  const shown = runs.map(({ loss }) =>
    loss.map((value) => (log && !(value >= Number.MIN_VALUE) ? null : drawable(value))).map((value) => (log && value === 0 ? null : value)),
  );
  const names = distinct(runs.map(({ name }) => name));
  const values = shown.flatMap((loss, run) =>
    vertices(
      names[run] ?? '',
      thin(loss, BUCKETS).map((epoch) => ({ x: epoch, y: loss[epoch] ?? null })),
    ),
  );
  const range = extent(values.map(({ y }) => y));
  const lastEpoch = Math.max(1, ...runs.map(({ loss }) => loss.length - 1));

  const lines: Layer = { mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round', clip: true } };
  const dots: Layer = {
    transform: [{ filter: 'datum.alone' }],
    mark: { type: 'point', filled: true, size: 50, opacity: 1 },
  };
  return {
    $schema: schemaUrl,
    config: theme,
    title: options.title ?? 'Training loss',
    width: 640,
    height: 320,
    data: { values: [...values] },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: 'epoch',
        scale: { domain: [0, lastEpoch], nice: false },
        axis: { format: ',d', tickMinStep: 1, tickCount: 8, grid: false },
      },
      y: log ? logAxis(range) : linearAxis(range),
      color: {
        field: 'curve',
        type: 'nominal',
        sort: [...names],
        scale: { domain: [...names] },
        legend: runs.length > 1 ? { title: null, orient: 'top', columns: 4, symbolType: 'stroke', symbolStrokeWidth: 3 } : null,
      },
    },
    layer: values.some(({ alone }) => alone) ? [lines, dots] : [lines],
  };
}
