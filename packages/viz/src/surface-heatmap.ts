import type { TopLevelSpec } from 'vega-lite';
import { contour, type SurfacePoint } from './contour.js';
import { drawable } from './number.js';
import { schemaUrl, type Layer, type PositionChannel } from './spec.js';
import { BOUNDARY, drawableSurface, surfaceScale, type Surface } from './surface.js';
import { colours, theme } from './theme.js';

/** A training point and the class it belongs to. */
export interface TrainingPoint {
  readonly x1: number;
  readonly x2: number;
  readonly label: string;
}

/** The four points of XOR. */
export const xorPoints: readonly TrainingPoint[] = [
  { x1: 0, x2: 0, label: '0' },
  { x1: 0, x2: 1, label: '1' },
  { x1: 1, x2: 0, label: '1' },
  { x1: 1, x2: 1, label: '0' },
];

export interface SurfaceHeatmapOptions {
  /** "Prediction surface" where none is given. */
  readonly title?: string;
  /** XOR's four where none are given. */
  readonly points?: readonly TrainingPoint[];
}

const SIDE = 400;

/**
 * A surface over the unit square as a heatmap: a cell for each point of the grid, as wide as the way to its
 * neighbours and cut off at the rim; the line where f = 0.5; the training points with their class.
 *
 * @throws RangeError where the values do not fill the grid
 *
 * @example surfaceHeatmap({ grid: 2, values: [0, 1, 1, 0] }, { title: 'XOR' }).title.text // 'XOR'
 */
export function surfaceHeatmap(surface: Surface, options: SurfaceHeatmapOptions = {}): TopLevelSpec {
  const values = drawableSurface(surface);
  const lines = contour(surface, BOUNDARY);
  return {
    $schema: schemaUrl,
    config: theme,
    title: {
      text: options.title ?? 'Prediction surface',
      ...(lines.length > 0 ? { subtitle: `the line is f(x1, x2) = ${BOUNDARY}` } : {}),
    },
    description: 'The predictions of a model over the unit square, as a heatmap',
    width: SIDE,
    height: SIDE,
    // The ground shows where a value is missing.
    ...(values.includes(null) ? { view: { fill: colours.missing, stroke: null } } : {}),
    params: [{ name: 'surface', value: values }],
    encoding: { x: axis('x1'), y: axis('x2') },
    layer: [
      cells(surface.grid, values),
      ...(lines.length > 0 ? [boundary(lines)] : []),
      ...marked(options.points ?? xorPoints),
    ],
  };
}

const axis = (field: 'x1' | 'x2'): PositionChannel => ({
  field,
  type: 'quantitative',
  title: field,
  scale: { domain: [0, 1], nice: false },
  // Away from the square: the training points stand on its corners.
  axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1], offset: 12, grid: false, domain: false },
});

function cells(grid: number, values: readonly (number | null)[]): Layer {
  const edge = (index: string, half: string): string =>
    `clamp((datum.${index} ${half} 0.5) / ${grid - 1}, 0, 1)`;
  return {
    data: { sequence: { start: 0, stop: grid * grid, as: 'cell' } },
    transform: [
      { calculate: `datum.cell % ${grid}`, as: 'column' },
      { calculate: `floor(datum.cell / ${grid})`, as: 'row' },
      { calculate: 'surface[datum.cell]', as: 'f' },
      { filter: 'isValid(datum.f)' },
      { calculate: `datum.column / ${grid - 1}`, as: 'x1' },
      { calculate: `datum.row / ${grid - 1}`, as: 'x2' },
      { calculate: edge('column', '-'), as: 'left' },
      { calculate: edge('column', '+'), as: 'right' },
      { calculate: edge('row', '-'), as: 'bottom' },
      { calculate: edge('row', '+'), as: 'top' },
    ],
    // The stroke in the fill's colour covers the seam that antialiasing leaves between two cells.
    mark: {
      type: 'rect',
      stroke: { expr: "scale('color', datum.f)" },
      strokeWidth: 0.75,
      clip: true,
      aria: false,
    },
    encoding: {
      x: { ...axis('x1'), field: 'left' },
      x2: { field: 'right' },
      y: { ...axis('x2'), field: 'bottom' },
      y2: { field: 'top' },
      color: {
        field: 'f',
        type: 'quantitative',
        scale: surfaceScale(values),
        title: 'f(x1, x2)',
        legend: { type: 'gradient', gradientLength: SIDE, tickCount: 6, offset: 28 },
      },
      tooltip: ['x1', 'x2', 'f'].map((field) => ({ field, type: 'quantitative', format: '.4~g' })),
    },
  };
}

function boundary(lines: readonly (readonly SurfacePoint[])[]): Layer {
  const values = lines.flatMap((points, line) =>
    points.map(({ x1, x2 }, vertex) => ({ line, vertex, x1: drawable(x1), x2: drawable(x2) })),
  );
  return {
    data: { values },
    mark: { type: 'line', color: colours.text, strokeWidth: 2, strokeJoin: 'round' },
    encoding: {
      detail: { field: 'line', type: 'nominal' },
      order: { field: 'vertex', type: 'quantitative' },
    },
  };
}

const marked = (points: readonly TrainingPoint[]): readonly Layer[] => [
  {
    data: { values: [...points] },
    mark: {
      type: 'point',
      filled: true,
      fill: colours.paper,
      stroke: colours.text,
      strokeWidth: 1.5,
      size: 420,
      opacity: 1,
    },
  },
  {
    data: { values: [...points] },
    mark: { type: 'text', color: colours.text, fontSize: 13, fontWeight: 'bold' },
    encoding: { text: { field: 'label', type: 'nominal' } },
  },
];
