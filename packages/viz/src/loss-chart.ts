import { at } from '@adjoint/core/extend';
import type { TopLevelSpec } from 'vega-lite';
import { extent, inRange, type Extent } from './number.js';
import { thin, vertices } from './series.js';
import { schemaUrl, type Layer, type PositionChannel } from './spec.js';
import { theme } from './theme.js';
import { logTicks } from './ticks.js';

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

/** How many stretches of a run are told apart: more than a vertex for each pixel. */
const BUCKETS = 400;

/**
 * Training loss over epochs, one line for each run, with a legend where there are several.
 *
 * A loss that the scale cannot show (NaN, ±Infinity, and on a log scale everything up to 0) breaks its line.
 * A linear axis always holds 0. A run longer than a screen is wide keeps the least and the greatest loss of each
 * stretch of epochs. Runs of the same name are numbered.
 *
 * @example lossChart([{ name: 'seed 1', loss: [0.3, 0.1, 0.02] }], { scale: 'log' }).title // 'Training loss'
 */
export function lossChart(runs: readonly LossRun[], options: LossChartOptions): TopLevelSpec {
  const log = options.scale === 'log';
  const shown = (value: number): number | null => {
    const drawn = inRange(value);
    return log && drawn !== null && drawn <= 0 ? null : drawn;
  };
  const names = distinct(runs.map(({ name }) => name));
  const values = runs.flatMap(({ loss }, run) =>
    vertices(
      at(names, run),
      thin(loss, BUCKETS, shown).map((epoch) => ({ x: epoch, y: shown(at(loss, epoch)) })),
    ),
  );
  const range = extent(values.map(({ y }) => y));
  const lastEpoch = runs.reduce((most, { loss }) => Math.max(most, loss.length - 1), 1);

  const lines: Layer = { mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round', clip: true } };
  const dots: Layer = {
    transform: [{ filter: 'datum.alone' }],
    mark: { type: 'point', filled: true, size: 50, opacity: 1 },
  };
  return {
    $schema: schemaUrl,
    config: theme,
    title: options.title ?? 'Training loss',
    description: `Training loss over epochs: ${names.join(', ')}`,
    width: 520,
    height: 320,
    data: { values: [...values] },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: 'epoch',
        scale: { domain: [0, lastEpoch], nice: true },
        axis: { format: ',d', tickMinStep: 1, tickCount: 8, grid: false },
      },
      y: log ? logAxis(range) : linearAxis(range),
      color: {
        field: 'curve',
        type: 'nominal',
        scale: { domain: [...names] },
        legend:
          runs.length > 1
            ? {
                title: null,
                orient: 'top',
                offset: 8,
                columns: 4,
                symbolType: 'stroke',
                symbolStrokeWidth: 3,
              }
            : null,
      },
    },
    layer: values.some(({ alone }) => alone) ? [lines, dots] : [lines],
  };
}

/** The names in their order, the second "a" as "a (2)": lines of one name would be joined into one. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  /** The last number that a name was given, so that the search for a free one goes on from there. */
  const counts = new Map<string, number>();
  return names.map((name) => {
    let label = name;
    for (let count = counts.get(name) ?? 1; taken.has(label); label = `${name} (${count})`) {
      counts.set(name, ++count);
    }
    taken.add(label);
    return label;
  });
}

function linearAxis(range: Extent | undefined): PositionChannel {
  const { least, greatest } = range ?? { least: 0, greatest: 1 };
  const domain = [Math.min(0, least), Math.max(0, greatest)];
  return {
    field: 'y',
    type: 'quantitative',
    title: 'loss',
    scale: { domain: domain[0] === domain[1] ? [0, 1] : domain, nice: true },
    axis: { format: '~g', tickCount: 6 },
  };
}

function logAxis(range: Extent | undefined): PositionChannel {
  const { domain, values } = range ? logTicks(range.least, range.greatest) : logTicks(0.1, 1);
  return {
    field: 'y',
    type: 'quantitative',
    title: 'loss (log scale)',
    scale: { type: 'log', domain: [...domain], nice: false },
    axis: { format: '~g', values: [...values] },
  };
}
