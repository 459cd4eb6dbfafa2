import { Graph, layout } from '@dagrejs/dagre';
import { LAYER_GAP, MARGIN, NODE_GAP, type DownwardEdge, type Placement, type Size } from './placement.js';

/** In layers whose order crosses few edges. */
export function placeByDagre(sizes: readonly Size[], edges: readonly DownwardEdge[]): Placement {
  // An empty graph has no size.
  if (sizes.length === 0) return { width: 0, height: 0, boxes: [], ways: [] };
  const graph = new Graph({ multigraph: true });
  const gaps = { nodesep: NODE_GAP, edgesep: 12, ranksep: LAYER_GAP };
  graph.setGraph({ rankdir: 'TB', ...gaps, marginx: MARGIN, marginy: MARGIN });
  // dagre keeps nodes in plain objects, where an id such as `constructor` would do harm: it gets numbers.
  for (const [index, { width, height }] of sizes.entries()) graph.setNode(String(index), { width, height });
  const keys = edges.map(({ upper, lower, size }, index) => {
    const key = { v: String(upper), w: String(lower), name: String(index) };
    graph.setEdge(key.v, key.w, { ...size, labelpos: 'c' }, key.name);
    return key;
  });
  layout(graph);
  const ways = keys.map((key) => {
    const { points, x, y } = graph.edge(key);
    return { bends: points.slice(1, -1), label: x === undefined || y === undefined ? undefined : { x, y } };
  });
  return { ...graph.graph(), boxes: sizes.map((_, index) => graph.node(String(index))), ways };
}
