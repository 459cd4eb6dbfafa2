import { at } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';
import { placeGraph } from '../../src/placement/place.js';
import type { DownwardEdge, Placement, PlacedBox } from '../../src/placement/placement.js';

const size = { width: 60, height: 42 };
const edge = (upper: number, lower: number): DownwardEdge => ({ upper, lower, size: {} });
const place = (count: number, edges: readonly DownwardEdge[]): Placement =>
  placeGraph(
    Array.from({ length: count }, () => size),
    edges,
  );

function expectApart(boxes: readonly PlacedBox[]): void {
  const sorted = [...boxes].sort((a, b) => a.y - b.y || a.x - b.x);
  for (const [index, box] of sorted.slice(1).entries()) {
    const before = at(sorted, index);
    expect(before.y === box.y ? before.x + size.width <= box.x : before.y + size.height <= box.y).toBe(true);
  }
}

/** Edges that give dagre's method far too much to do; each took it from half a minute on, or overflowed its stack. */
const large: readonly (readonly [string, number, readonly DownwardEdge[]])[] = [
  ['a chain', 5000, Array.from({ length: 4999 }, (_, index) => edge(index, index + 1))],
  ['a star', 5000, Array.from({ length: 4999 }, (_, index) => edge(0, index + 1))],
  [
    'edges that skip many layers',
    600,
    Array.from({ length: 599 }, (_, index) => [edge(index, index + 1), edge(0, index + 1)]).flat(),
  ],
  ['a circle', 5000, Array.from({ length: 5000 }, (_, index) => edge(index, (index + 1) % 5000))],
];

describe('a large graph', () => {
  it.each(large)('of %s is placed, each box clear of the others, lower ones below', (name, count, edges) => {
    const { width, height, boxes, ways } = place(count, edges);
    expect(boxes).toHaveLength(count);
    expect(ways).toHaveLength(edges.length);
    expect(width).toBeLessThanOrEqual(4010);
    expectApart(boxes);
    for (const { x, y } of boxes) {
      expect(x + size.width / 2).toBeLessThan(width);
      expect(y + size.height / 2).toBeLessThan(height);
    }
    if (name === 'a circle') return;
    for (const { upper, lower } of edges) expect(at(boxes, upper).y).toBeLessThan(at(boxes, lower).y);
  });

  it('has its labels between the boxes', () => {
    const labelled = Array.from({ length: 1999 }, (_, index) => ({
      ...edge(index, index + 1),
      size: { width: 20, height: 15 },
    }));
    const { ways, boxes } = place(2000, labelled);
    expect(at(ways, 7).label?.y).toBe((at(boxes, 7).y + at(boxes, 8).y) / 2);
  });
});

it('has no size where there is nothing', () => {
  expect(place(0, [])).toEqual({ width: 0, height: 0, boxes: [], ways: [] });
});
