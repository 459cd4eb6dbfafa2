import { at, last } from '@adjoint/core/extend';
import type { TopLevelSpec } from 'vega-lite';
import {
  DETAIL_SIZE,
  LABEL_SIZE,
  layoutGraph,
  type Box,
  type DrawingPhase,
  type GraphDrawing,
  type Route,
} from './graph-layout.js';
import { schemaUrl, type Layer, type PositionChannel } from './spec.js';
import { tooltip } from './text-width.js';
import { colours, theme } from './theme.js';

export interface GraphChartOptions {
  /** "Computation graph" where none is given. */
  readonly title?: string;
}

const PHASES: readonly DrawingPhase[] = ['forward', 'backward'];

/**
 * A computation graph, forward and backward in two colours: a box for each node and an arrow for each edge.
 * Forward leads down, backward leads up beside it. Inputs, state and outputs are round, state and outputs have a
 * thick rim, constants a dashed one. A text too long for its box is shortened; its tooltip has 2000 characters of it.
 * A graph of more than some hundred nodes is set in plain rows.
 *
 * @throws RangeError where two nodes share an id, or an edge names a node that is not there
 *
 * @example
 * const nodes = [
 *   { id: 'x', label: 'x', detail: 'f64[4]', kind: 'input', phase: 'forward' },
 *   { id: 'sum', label: 'sum', detail: 'f64[]', kind: 'operation', phase: 'forward' },
 * ];
 * graphChart({ nodes, edges: [{ from: 'x', to: 'sum' }] }).description // 'A computation graph of 2 nodes and 1 edges'
 */
export function graphChart(drawing: GraphDrawing, options: GraphChartOptions = {}): TopLevelSpec {
  const { width, height, boxes, routes } = layoutGraph(drawing);
  const phases = PHASES.filter((phase) => boxes.some(({ node }) => node.phase === phase));
  return {
    $schema: schemaUrl,
    config: theme,
    title: options.title ?? 'Computation graph',
    description: `A computation graph of ${boxes.length} nodes and ${routes.length} edges`,
    width: Math.max(width, 1),
    height: Math.max(height, 1),
    encoding: { x: pixels('x'), y: pixels('y') },
    layer: [...arrows(routes), rectangles(boxes, phases), ...texts(boxes), ...edgeLabels(routes)],
  };
}

/** A field that holds pixels already. */
const pixels = (field: string): PositionChannel => ({ field, type: 'quantitative', scale: null, axis: null });

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** How far before its tip an arrow's line stops, so that it does not blunt the tip. */
const HEAD = 5;

function arrows(routes: readonly Route[]): readonly Layer[] {
  const lines: object[] = [];
  const heads: object[] = [];
  for (const [edge, { phase, points }] of routes.entries()) {
    const [beforeLast, tip] = [at(points, points.length - 2), last(points)];
    const angle = Math.atan2(tip.y - beforeLast.y, tip.x - beforeLast.x);
    heads.push({ phase, x: rounded(tip.x), y: rounded(tip.y), angle: rounded((angle * 180) / Math.PI) });
    const end = { x: tip.x - HEAD * Math.cos(angle), y: tip.y - HEAD * Math.sin(angle) };
    for (const [vertex, { x, y }] of [...points.slice(0, -1), end].entries()) {
      lines.push({ edge, vertex, phase, x: rounded(x), y: rounded(y) });
    }
  }
  const colour = {
    expr: `datum.phase === 'forward' ? '${colours.forward}' : '${colours.backward}'`,
  };
  return [
    {
      data: { values: lines },
      mark: {
        type: 'line',
        interpolate: 'basis',
        stroke: colour,
        strokeWidth: 1.3,
        opacity: 0.75,
        aria: false,
      },
      encoding: {
        detail: { field: 'edge', type: 'nominal' },
        order: { field: 'vertex', type: 'quantitative' },
      },
    },
    {
      data: { values: heads },
      // A head that points along x from its tip; `angle` turns it about the tip.
      mark: {
        type: 'point',
        filled: true,
        shape: 'M0,0L-1,0.42L-1,-0.42Z',
        size: 300,
        opacity: 1,
        fill: colour,
        aria: false,
      },
      encoding: { angle: { field: 'angle', type: 'quantitative', scale: null, legend: null } },
    },
  ];
}

function rectangles(boxes: readonly Box[], phases: readonly DrawingPhase[]): Layer {
  const rows = boxes.map(({ node: { label, detail = '', kind, phase }, x, y, width, height }) => ({
    left: rounded(x - width / 2),
    right: rounded(x + width / 2),
    top: rounded(y - height / 2),
    bottom: rounded(y + height / 2),
    label: tooltip(label),
    detail: tooltip(detail),
    kind,
    phase,
  }));
  const legend = { title: null, orient: 'top', offset: 8, symbolType: 'square', symbolSize: 180 } as const;
  const byPhase = (forward: string, backward: string) =>
    ({
      field: 'phase',
      type: 'nominal',
      scale: {
        domain: [...phases],
        range: phases.map((phase) => (phase === 'forward' ? forward : backward)),
      },
      legend,
    }) as const;
  const round = "indexof(['operation', 'constant'], datum.kind) < 0";
  return {
    data: { values: rows },
    mark: {
      type: 'rect',
      aria: false,
      cornerRadius: { expr: `${round} ? 15 : 4` },
      strokeWidth: { expr: "indexof(['state', 'output'], datum.kind) < 0 ? 1.2 : 2.6" },
      strokeDash: { expr: "datum.kind === 'constant' ? [4, 3] : [1, 0]" },
    },
    encoding: {
      x: pixels('left'),
      x2: { field: 'right' },
      y: pixels('top'),
      y2: { field: 'bottom' },
      fill: byPhase(colours.forwardTint, colours.backwardTint),
      stroke: byPhase(colours.forward, colours.backward),
      tooltip: ['label', 'detail', 'kind', 'phase'].map((field) => ({ field, type: 'nominal' })),
    },
  };
}

const text = (rows: readonly object[], fontSize: number, color: string): Layer => ({
  data: { values: [...rows] },
  mark: { type: 'text', baseline: 'middle', fontSize, color },
  encoding: {
    text: { field: 'text', type: 'nominal' },
    tooltip: { field: 'whole', type: 'nominal' },
    description: { field: 'whole', type: 'nominal' },
  },
});

function texts(boxes: readonly Box[]): readonly Layer[] {
  const row = (content: string, whole: string, { x, y }: Box, down: number): object => ({
    text: content,
    whole: tooltip(whole),
    x: rounded(x),
    y: rounded(y + down),
  });
  const detailed = boxes.filter(({ detail }) => detail !== '');
  return [
    text(
      boxes.map((box) => row(box.label, box.node.label, box, box.detail === '' ? 1 : -7)),
      LABEL_SIZE,
      colours.text,
    ),
    text(
      detailed.map((box) => row(box.detail, box.node.detail ?? '', box, 10)),
      DETAIL_SIZE,
      colours.muted,
    ),
  ];
}

function edgeLabels(routes: readonly Route[]): readonly Layer[] {
  const rows = routes.flatMap(({ label }) => (label ? [label] : []));
  if (rows.length === 0) return [];
  return [
    {
      data: { values: rows },
      encoding: { text: { field: 'text', type: 'nominal' } },
      layer: [
        // Paper around the letters, where they lie on their line.
        {
          mark: {
            type: 'text',
            baseline: 'middle',
            fontSize: DETAIL_SIZE,
            stroke: colours.paper,
            strokeWidth: 4,
          },
        },
        { mark: { type: 'text', baseline: 'middle', fontSize: DETAIL_SIZE, color: colours.muted } },
      ],
    },
  ];
}
