import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colours, fontFamily, graphChart, type GraphDrawing } from '@adjoint/viz';
import { dataMarks, draw, numberOf, type Drawn } from './drawing.ts';
import { deepGraph, smallGraph } from './samples.ts';

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const rectangle = (item: Drawn): Rectangle => ({
  left: numberOf(item, 'left'),
  right: numberOf(item, 'right'),
  top: numberOf(item, 'top'),
  bottom: numberOf(item, 'bottom'),
});

const holds = (box: Rectangle, x: number, y: number, slack: number): boolean =>
  box.left - slack <= x && x <= box.right + slack && box.top - slack <= y && y <= box.bottom + slack;

/** The vertices of each edge's line. */
function lines(marks: readonly Drawn[]): (readonly Drawn[])[] {
  const byEdge = new Map<unknown, Drawn[]>();
  for (const vertex of dataMarks(marks, 'line')) {
    const edge = vertex.datum.edge;
    byEdge.set(edge, [...(byEdge.get(edge) ?? []), vertex]);
  }
  return [...byEdge.keys()].sort((a, b) => Number(a) - Number(b)).map((edge) => byEdge.get(edge) ?? []);
}

const boxOf = (marks: readonly Drawn[], label: string): Rectangle => {
  const item = dataMarks(marks, 'rect').find(({ datum }) => datum.label === label);
  if (!item) throw new Error(`no box for ${label}`);
  return rectangle(item);
};

/** How wide a text really comes out, in the fonts of this system; 0 where it has none. */
const measured = (text: string, size: number): number => {
  const escaped = text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="60"><text x="10" y="30" font-family="${fontFamily}" font-size="${size}">${escaped}</text></svg>`;
  return new Resvg(svg).getBBox()?.width ?? 0;
};

/** Any graph whose edges lead from earlier nodes to later ones, the last of them backward. */
const anyGraph: fc.Arbitrary<GraphDrawing> = fc
  .record({
    labels: fc.array(fc.string({ maxLength: 24 }), { minLength: 1, maxLength: 14 }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.option(fc.string({ maxLength: 8 }))), { maxLength: 24 }),
    split: fc.nat(),
  })
  .map(({ labels, pairs, split }) => ({
    nodes: labels.map((label, index) => ({
      id: String(index),
      label,
      kind: 'operation',
      phase: index < split % (labels.length + 1) ? 'forward' : 'backward',
    })),
    edges: pairs.flatMap(([a, b, label]) => {
      const [from, to] = [a % labels.length, b % labels.length].sort((x, y) => x - y);
      return from === to
        ? []
        : [{ from: String(from), to: String(to), ...(label === null ? {} : { label }) }];
    }),
  }));

describe('graphChart', () => {
  it('draws a box for each node and an arrow for each edge, also for two edges between the same nodes', async () => {
    const { marks } = await draw(graphChart(smallGraph));
    expect(dataMarks(marks, 'rect')).toHaveLength(smallGraph.nodes.length);
    expect(lines(marks)).toHaveLength(smallGraph.edges.length);
    expect(dataMarks(marks, 'symbol')).toHaveLength(smallGraph.edges.length);
    const double = smallGraph.edges.flatMap(({ from, to }, edge) =>
      from === 'matmul' && to === 'square' ? [lines(marks)[edge]?.map(({ x, y }) => [x, y])] : [],
    );
    expect(double).toHaveLength(2);
    expect(double[0]).not.toEqual(double[1]);
  });

  it('gives forward and backward their colours, and a legend', async () => {
    const { marks } = await draw(graphChart(smallGraph));
    for (const { datum, stroke, fill } of dataMarks(marks, 'rect')) {
      const forward = datum.phase === 'forward';
      expect(stroke).toBe(forward ? colours.forward : colours.backward);
      expect(fill).toBe(forward ? colours.forwardTint : colours.backwardTint);
    }
    const legend = marks.filter(({ role }) => role === 'legend-label').map(({ text }) => text);
    expect(legend).toEqual(['forward', 'backward']);
  });

  it('writes label, detail and the labels of edges', async () => {
    const texts = dataMarks((await draw(graphChart(smallGraph))).marks, 'text').map(({ text }) => text);
    for (const { label, detail } of smallGraph.nodes) {
      expect(texts).toContain(label);
      if (detail !== undefined) expect(texts).toContain(detail);
    }
    expect(texts).toContain('cotangent');
  });

  it('leads forward down and backward up, from rim to rim', async () => {
    for (const drawing of [smallGraph, deepGraph(9)]) {
      const { marks } = await draw(graphChart(drawing));
      const labelOf = new Map(drawing.nodes.map(({ id, label }) => [id, label]));
      const phaseOf = new Map(drawing.nodes.map(({ id, phase }) => [id, phase]));
      const heads = dataMarks(marks, 'symbol');
      for (const [edge, line] of lines(marks).entries()) {
        const { from = '', to = '' } = drawing.edges[edge] ?? {};
        const [source, target] = [from, to].map((id) => boxOf(marks, labelOf.get(id) ?? ''));
        const upwards = phaseOf.get(from) === 'backward' && phaseOf.get(to) === 'backward';
        expect(line[0]?.y).toBeCloseTo((upwards ? source?.top : source?.bottom) ?? NaN, 0);
        const head = heads[edge];
        expect(head?.y).toBeCloseTo((upwards ? target?.bottom : target?.top) ?? NaN, 0);
        expect(head && target && holds(target, head.x, head.y, 0.2)).toBe(true);
        expect(head?.datum.angle).toBe(upwards ? -90 : 90);
      }
    }
  });

  it('fits every text into its box, by the widths of real fonts', async () => {
    const wide = graphChart({
      nodes: ['WWWWWWWWWWWW', 'map: cotangent · (1 − out²)', 'MWMW'.repeat(30), 'i', '行列の積'].map(
        (label, index) => ({
          id: String(index),
          label,
          detail: `f64[${'1024, '.repeat(index + 1)}8]`,
          kind: 'operation',
          phase: 'forward',
        }),
      ),
      edges: [],
    });
    for (const spec of [wide, graphChart(deepGraph(9))]) {
      const { marks } = await draw(spec);
      const boxes = dataMarks(marks, 'rect').map(rectangle);
      for (const { text, x, y, bounds } of dataMarks(marks, 'text')) {
        const box = boxes.find((candidate) => holds(candidate, x, y, 0));
        expect(box).toBeDefined();
        if (!box) continue;
        expect(measured(text, text.startsWith('f64') ? 11 : 13)).toBeLessThan(box.right - box.left - 8);
        expect(bounds.y1).toBeGreaterThan(box.top - 1);
        expect(bounds.y2).toBeLessThan(box.bottom + 1);
      }
    }
  });

  it('keeps boxes apart, edges out of them, and everything in the view, whatever the graph', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (drawing) => {
        const spec = graphChart(drawing);
        const { marks, complaints } = await draw(spec);
        expect(complaints).toEqual([]);
        const boxes = dataMarks(marks, 'rect').map(rectangle);
        expect(boxes).toHaveLength(drawing.nodes.length);
        const { width, height } = { width: 0, height: 0, ...spec };
        for (const [index, a] of boxes.entries()) {
          expect(a.left).toBeGreaterThanOrEqual(0);
          expect(a.top).toBeGreaterThanOrEqual(0);
          expect(a.right).toBeLessThanOrEqual(Number(width));
          expect(a.bottom).toBeLessThanOrEqual(Number(height));
          for (const b of boxes.slice(index + 1)) {
            expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(
              true,
            );
          }
        }
        for (const line of lines(marks)) {
          for (const { x, y } of line) expect(boxes.filter((box) => holds(box, x, y, -0.5))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays readable and quick at 60 nodes and more', () => {
    const start = performance.now();
    const spec = { width: 0, height: 0, ...graphChart(deepGraph(40)) };
    expect(performance.now() - start).toBeLessThan(10_000);
    // Two columns, not a thread as long as forward and backward together.
    expect(Number(spec.height)).toBeLessThan(40 * 2 * 100);
  });

  it('is the same picture every time', () => {
    expect(graphChart(deepGraph(5))).toEqual(graphChart(deepGraph(5)));
  });

  it('refuses a drawing that contradicts itself', () => {
    const node = { id: 'a', label: 'a', kind: 'input', phase: 'forward' } as const;
    expect(() => graphChart({ nodes: [node, node], edges: [] })).toThrow(
      'two nodes of the drawing have the id "a"',
    );
    expect(() => graphChart({ nodes: [node], edges: [{ from: 'a', to: 'b' }] })).toThrow(
      '"b", which is no node\'s id',
    );
  });
});
