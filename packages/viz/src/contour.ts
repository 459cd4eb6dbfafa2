import { at } from '@adjoint/core/extend';
import type { Surface } from './surface.js';

/** A point of the unit square. */
export interface SurfacePoint {
  readonly x1: number;
  readonly x2: number;
}

/**
 * The lines along which a surface has the value `level`, by marching squares with linear interpolation.
 *
 * A line ends at the rim of the square, or beside a value that is not finite, or else closes on its first point.
 * Where a cell is a saddle, the mean of its corners decides which pair of corners is joined.
 *
 * @example contour({ grid: 2, values: [0, 1, 0, 1] }, 0.5) // [[{"x1":0.5, "x2":0}, {"x1":0.5, "x2":1}]]
 */
export function contour({ grid, values }: Surface, level: number): readonly (readonly SurfacePoint[])[] {
  const height = (i: number, j: number): number => at(values, i * grid + j);

  // An edge of the grid goes from a point to the right or upwards, and holds at most one point of the contour.
  const toRight = (i: number, j: number): number => 2 * (i * grid + j);
  const upwards = (i: number, j: number): number => 2 * (i * grid + j) + 1;
  const pointOn = (edge: number): SurfacePoint => {
    const start = edge >> 1;
    const [i, j] = [Math.floor(start / grid), start % grid];
    const [di, dj] = edge % 2 === 0 ? [0, 1] : [1, 0];
    const part = (level - height(i, j)) / (height(i + di, j + dj) - height(i, j));
    return { x1: (j + dj * part) / (grid - 1), x2: (i + di * part) / (grid - 1) };
  };

  // Every edge is met by at most two segments, one in each cell beside it.
  const neighbours = new Map<number, number[]>();
  const join = (a: number, b: number): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = neighbours.get(from);
      if (known) known.push(to);
      else neighbours.set(from, [to]);
    }
  };
  for (let i = 0; i + 1 < grid; i++) {
    for (let j = 0; j + 1 < grid; j++) {
      // Counter-clockwise from the lower left; edge k goes from corner k to corner k + 1.
      const corners = [height(i, j), height(i, j + 1), height(i + 1, j + 1), height(i + 1, j)] as const;
      if (!corners.every(Number.isFinite)) continue;
      const edges = [toRight(i, j), upwards(i, j + 1), toRight(i + 1, j), upwards(i, j)] as const;
      const above = corners.map((value) => value >= level);
      const crossed = edges.filter((_, k) => above[k] !== above[(k + 1) % 4]);
      const [first, second, third, fourth] = crossed;
      if (first === undefined || second === undefined) continue;
      if (third === undefined || fourth === undefined) join(first, second);
      else {
        const mean = corners.reduce((sum, value) => sum + value / 4, 0);
        // The middle sides with the lower left corner: the other two corners are cut off, else that pair is.
        if (mean >= level === above[0]) {
          join(first, second);
          join(third, fourth);
        } else {
          join(fourth, first);
          join(second, third);
        }
      }
    }
  }

  // Open lines are followed from an end; what is left are loops, which may begin anywhere.
  const visited = new Set<number>();
  const trace = (start: number): readonly SurfacePoint[] => {
    const line: number[] = [];
    for (let edge: number | undefined = start; edge !== undefined;) {
      visited.add(edge);
      line.push(edge);
      edge = neighbours.get(edge)?.find((next) => !visited.has(next));
    }
    return (neighbours.get(start)?.length === 1 ? line : [...line, start]).map(pointOn);
  };
  const lines: (readonly SurfacePoint[])[] = [];
  const edges = [...neighbours.keys()];
  const ends = edges.filter((edge) => neighbours.get(edge)?.length === 1);
  for (const start of [...ends, ...edges]) if (!visited.has(start)) lines.push(trace(start));
  return lines;
}
