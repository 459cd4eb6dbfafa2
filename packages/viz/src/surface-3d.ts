import type { TopLevelSpec } from 'vega-lite';
import { extent } from './number.js';
import { camera, depth, screen, VIEW } from './projection.js';
import { schemaUrl, type Layer } from './spec.js';
import { frame, labels } from './surface-frame.js';
import { drawableSurface, surfaceScale, type Surface } from './surface.js';
import { theme } from './theme.js';
import { linearTicks } from './ticks.js';

export interface Surface3dOptions {
  /** "Prediction surface" where none is given. */
  readonly title?: string;
}

/**
 * A surface over the unit square in three dimensions, turned by the sliders of the params `azimuth` (−180 to 180
 * degrees) and `elevation` (0 to 90). A quadrilateral for each cell of the grid, coloured by its mean height as
 * in the heatmap; one with a corner that is not finite is left out.
 *
 * @throws RangeError where the values do not fill the grid
 *
 * @example surface3d({ grid: 2, values: [0, 1, 1, 0] }).params[0].value // [0, 1, 1, 0]
 */
export function surface3d(surface: Surface, options: Surface3dOptions = {}): TopLevelSpec {
  const values = drawableSurface(surface);
  const { least, greatest } = extent(values) ?? { least: 0, greatest: 1 };
  const ticks = linearTicks(Math.min(0, least), Math.max(1, greatest), 5);
  return {
    $schema: schemaUrl,
    config: theme,
    title: options.title ?? 'Prediction surface',
    description: 'The predictions of a model over the unit square, as a surface in three dimensions',
    ...VIEW,
    params: [{ name: 'heights', value: values }, ...camera],
    // Everything is projected by the transforms: what is left are pixels.
    projection: { type: 'identity', scale: 1, translate: [0, 0] },
    layer: [frame(ticks), quads(surface.grid, values, ticks.domain), ...labels(ticks)],
  };
}

function quads(
  grid: number,
  values: readonly (number | null)[],
  [least, greatest]: readonly [number, number],
): Layer {
  const side = grid - 1;
  const height = (di: number, dj: number): string =>
    `heights[(datum.row + ${di}) * ${grid} + datum.column + ${dj}]`;
  const vertex = ([di, dj]: readonly [number, number]): string => {
    const [x, y] = screen(
      `(datum.column + ${dj}) / ${side}`,
      `(datum.row + ${di}) / ${side}`,
      `((${height(di, dj)}) - ${least}) / ${greatest - least}`,
    );
    return `[${x}, ${y}]`;
  };
  const corners = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ] as const;
  const ring = [...corners, corners[0]].map(vertex).join(', ');
  const heights = corners.map(([di, dj]) => height(di, dj));
  return {
    data: { sequence: { start: 0, stop: side * side, as: 'quad' } },
    transform: [
      { calculate: `datum.quad % ${side}`, as: 'column' },
      { calculate: `floor(datum.quad / ${side})`, as: 'row' },
      { filter: heights.map((value) => `isValid(${value})`).join(' && ') },
      { calculate: `(${heights.join(' + ')}) / 4`, as: 'f' },
      // The painter's order, which is exact: the quads stand over cells of a lattice.
      {
        calculate: `-(${depth(`(datum.column + 0.5) / ${side}`, `(datum.row + 0.5) / ${side}`)})`,
        as: 'nearness',
      },
      { calculate: `{type: 'Feature', geometry: {type: 'Polygon', coordinates: [[${ring}]]}}`, as: 'shape' },
    ],
    mark: {
      type: 'geoshape',
      stroke: { expr: "scale('color', datum.f)" },
      strokeWidth: 0.75,
      strokeJoin: 'round',
      aria: false,
    },
    encoding: {
      shape: { field: 'shape', type: 'geojson' },
      order: { field: 'nearness', type: 'quantitative' },
      color: {
        field: 'f',
        type: 'quantitative',
        title: 'f(x1, x2)',
        scale: surfaceScale(values),
        legend: { type: 'gradient', gradientLength: 300, tickCount: 6 },
      },
    },
  };
}
