import { at } from '@adjoint/core/extend';
import { placeByDagre } from './dagre.js';
import type { DownwardEdge, Placement, Size } from './placement.js';
import { layersOf, placeInRows } from './rows.js';

/** Up to here dagre takes a few seconds; its time grows with more than the square, and its walks are recursive. */
const MOST_POINTS = 4000;
const MOST_BOXES = 1000;

/** In layers whose order crosses few edges; in plain rows where a graph is too large for that. */
export function placeGraph(sizes: readonly Size[], edges: readonly DownwardEdge[]): Placement {
  const layers = layersOf(sizes.length, edges);
  // Where an edge passes a layer, dagre has a point like a box.
  const points = edges.reduce(
    (sum, { upper, lower }) => sum + Math.abs(at(layers, lower) - at(layers, upper)),
    sizes.length,
  );
  const isSmall = sizes.length <= MOST_BOXES && points <= MOST_POINTS;
  return isSmall ? placeByDagre(sizes, edges) : placeInRows(sizes, edges, layers);
}
