import { at } from '@adjoint/core/extend';
import type { TopLevelSpec } from 'vega-lite';
import { extent } from './number.js';
import { vertices, type Vertex } from './series.js';
import { schemaUrl, type Layer } from './spec.js';
import { colours, theme } from './theme.js';

/** A scalar function of one argument, sampled together with its derivative. */
export interface ActivationCurve {
  readonly name: string;
  readonly rows: readonly { readonly x: number; readonly value: number; readonly derivative: number }[];
}

/**
 * A scalar function and its derivative over the same x: the value solid in the forward colour, the derivative
 * dashed in the backward colour. The curves break where a number is not finite. Rows go from left to right.
 * Beside a pole the axis stops where the curves become steep beyond measure.
 *
 * @example
 * const rows = [-2, -1, 0, 1, 2].map((x) => ({ x, value: Math.max(0, x), derivative: x > 0 ? 1 : 0 }));
 * activationChart({ name: 'relu', rows }).title // 'relu and its derivative'
 */
export function activationChart({ name, rows }: ActivationCurve): TopLevelSpec {
  const curves = [`${name}(x)`, `${name}′(x)`];
  const values = [
    ...vertices(
      `${name}(x)`,
      rows.map(({ x, value }) => ({ x, y: value })),
    ),
    ...vertices(
      `${name}′(x)`,
      rows.map(({ x, derivative }) => ({ x, y: derivative })),
    ),
  ];
  const zeroLine = { condition: { test: 'datum.value === 0', value: colours.line }, value: colours.grid };
  const lines: Layer = {
    mark: { type: 'line', strokeWidth: 2.5, strokeJoin: 'round', clip: true },
    encoding: {
      strokeDash: {
        field: 'curve',
        type: 'nominal',
        scale: {
          domain: curves,
          range: [
            [1, 0],
            [7, 4],
          ],
        },
      },
    },
  };
  const dots: Layer = {
    transform: [{ filter: 'datum.alone' }],
    mark: { type: 'point', filled: true, size: 50, opacity: 1, clip: true },
  };
  return {
    $schema: schemaUrl,
    config: theme,
    title: `${name} and its derivative`,
    description: `${name}(x) and its derivative over x`,
    width: 480,
    height: 320,
    data: { values },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: 'x',
        scale: { domain: xRange(values), nice: false },
        axis: { gridColor: zeroLine },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: null,
        scale: { domain: shownRange(values), nice: true },
        axis: { tickCount: 6, gridColor: zeroLine },
      },
      color: {
        field: 'curve',
        type: 'nominal',
        scale: { domain: curves, range: [colours.forward, colours.backward] },
        legend: {
          title: null,
          orient: 'top',
          offset: 8,
          symbolType: 'stroke',
          symbolSize: 500,
          symbolStrokeWidth: 2.5,
        },
      },
    },
    layer: values.some(({ alone }) => alone) ? [lines, dots] : [lines],
  };
}

/** From the first x to the last. */
function xRange(values: readonly Vertex[]): [number, number] {
  const { least, greatest } = extent(values.map(({ x }) => x)) ?? { least: -1, greatest: 1 };
  return least < greatest ? [least, greatest] : [least - 1, greatest + 1];
}

/**
 * What the y axis shows: 0 and all of the numbers, unless the outermost hundredth on either side lies so far out
 * that it would flatten the rest.
 */
function shownRange(values: readonly Vertex[]): [number, number] {
  const sorted = values
    .map(({ y }) => y)
    .filter((y) => y !== null)
    .sort((a, b) => a - b);
  if (sorted.length === 0) return [-1, 1];
  const outer = Math.floor(sorted.length / 100);
  const range = (skipped: number): [number, number] => [
    Math.min(0, at(sorted, skipped)),
    Math.max(0, at(sorted, sorted.length - 1 - skipped)),
  ];
  const [all, most] = [range(0), range(outer)];
  const [bottom, top] = all[1] - all[0] > 3 * (most[1] - most[0]) ? most : all;
  return bottom < top ? [bottom, top] : [-1, 1];
}
