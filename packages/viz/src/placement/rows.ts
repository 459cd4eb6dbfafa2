import { at, lookup } from '@adjoint/core/extend';
import {
  LAYER_GAP,
  MARGIN,
  NODE_GAP,
  type DownwardEdge,
  type PlacedBox,
  type Placement,
  type Size,
} from './placement.js';

/** No row is wider, in pixels; a layer of many boxes takes several rows. */
const WIDEST_ROW = 4000;

/** The layer of each box: below all that lead to it. What lies on a circle is in the layer that it was found in. */
export function layersOf(count: number, edges: readonly DownwardEdge[]): readonly number[] {
  const layers = Array<number>(count).fill(0);
  const waiting = Array<number>(count).fill(0);
  const below = Array.from({ length: count }, (): number[] => []);
  for (const { upper, lower } of edges) {
    at(below, upper).push(lower);
    waiting[lower] = at(waiting, lower) + 1;
  }
  const ready = [...waiting.keys()].filter((box) => waiting[box] === 0);
  for (const box of ready) {
    for (const lower of at(below, box)) {
      layers[lower] = Math.max(at(layers, lower), at(layers, box) + 1);
      waiting[lower] = at(waiting, lower) - 1;
      if (waiting[lower] === 0) ready.push(lower);
    }
  }
  return layers;
}

/** The boxes that lead to each box from a layer above. */
function uppersOf(layers: readonly number[], edges: readonly DownwardEdge[]): readonly (readonly number[])[] {
  const uppers = layers.map((): number[] => []);
  for (const { upper, lower } of edges) {
    if (at(layers, upper) < at(layers, lower)) at(uppers, lower).push(upper);
  }
  return uppers;
}

/**
 * Layer by layer in rows, the boxes of a layer in the order of the middles of those that lead to them: for graphs too
 * large to seek a better order, since time grows with their size alone.
 */
export function placeInRows(
  sizes: readonly Size[],
  edges: readonly DownwardEdge[],
  layers: readonly number[],
): Placement {
  const members = new Map<number, number[]>();
  for (const [box, layer] of layers.entries()) {
    const known = members.get(layer);
    if (known) known.push(box);
    else members.set(layer, [box]);
  }
  const uppers = uppersOf(layers, edges);
  const boxes: PlacedBox[] = [];
  const middleAbove = (box: number): number => {
    const own = at(uppers, box);
    return own.reduce((sum, upper) => sum + at(boxes, upper).x / own.length, 0);
  };

  let width = 0;
  let top = MARGIN;
  for (const layer of [...members.keys()].sort((a, b) => a - b)) {
    const middles = new Map(lookup(members, layer).map((box) => [box, middleAbove(box)]));
    let [left, height] = [MARGIN, 0];
    for (const [box] of [...middles].sort(([, a], [, b]) => a - b)) {
      const size = at(sizes, box);
      if (left > MARGIN && left + size.width > WIDEST_ROW) {
        top += height + LAYER_GAP;
        [left, height] = [MARGIN, 0];
      }
      boxes[box] = { ...size, x: left + size.width / 2, y: top + size.height / 2 };
      width = Math.max(width, left + size.width + MARGIN);
      height = Math.max(height, size.height);
      left += size.width + NODE_GAP;
    }
    top += height + LAYER_GAP;
  }
  return {
    width,
    height: top - LAYER_GAP + MARGIN,
    boxes,
    ways: edges.map(({ upper, lower, size }) => {
      const [from, to] = [at(boxes, upper), at(boxes, lower)];
      const label = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
      return { bends: [], label: size.width === undefined ? undefined : label };
    }),
  };
}
