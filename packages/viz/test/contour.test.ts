import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contour, type SurfacePoint, type Surface } from '@adjoint/viz';
import { sampled, xorLike } from './samples.ts';

const closes = (line: readonly SurfacePoint[]): boolean =>
  line[0]?.x1 === line.at(-1)?.x1 && line[0]?.x2 === line.at(-1)?.x2;

/** The surface between its points along a grid line, where marching squares puts its vertices. */
function interpolated({ grid, values }: Surface, { x1, x2 }: SurfacePoint): number {
  const [u, v] = [x1 * (grid - 1), x2 * (grid - 1)];
  const [j, i] = [Math.min(Math.floor(u + 1e-9), grid - 2), Math.min(Math.floor(v + 1e-9), grid - 2)];
  const [s, t] = [u - j, v - i];
  const at = (di: number, dj: number): number => values[(i + di) * grid + j + dj] ?? NaN;
  return (1 - t) * ((1 - s) * at(0, 0) + s * at(0, 1)) + t * ((1 - s) * at(1, 0) + s * at(1, 1));
}

describe('contour', () => {
  it('is exact for a plane', () => {
    const lines = contour(
      sampled(7, (x1, x2) => 0.3 + 0.25 * x1 + 0.5 * x2),
      0.5,
    );
    expect(lines).toHaveLength(1);
    for (const { x1, x2 } of lines[0] ?? []) expect(0.3 + 0.25 * x1 + 0.5 * x2).toBeCloseTo(0.5, 12);
    // From rim to rim.
    const ends = [lines[0]?.at(0), lines[0]?.at(-1)];
    expect(ends.map((point) => point?.x1).sort()).toEqual([0, expect.closeTo(0.8, 12)]);
  });

  it('is a closed circle for a cone, as near to it as the grid is fine', () => {
    const lines = contour(
      sampled(50, (x1, x2) => 0.5 + 0.3 - Math.hypot(x1 - 0.5, x2 - 0.5)),
      0.5,
    );
    expect(lines).toHaveLength(1);
    const [circle = []] = lines;
    expect(closes(circle)).toBe(true);
    for (const { x1, x2 } of circle)
      expect(Math.abs(Math.hypot(x1 - 0.5, x2 - 0.5) - 0.3)).toBeLessThan(4e-4);
    const length = circle.reduce((sum, { x1, x2 }, index) => {
      const { x1: fromX1, x2: fromX2 } = circle[index - 1] ?? { x1, x2 };
      return sum + Math.hypot(x1 - fromX1, x2 - fromX2);
    }, 0);
    expect(length).toBeCloseTo(2 * Math.PI * 0.3, 2);
  });

  it('parts the corners of XOR with two lines, from rim to rim', () => {
    const lines = contour(xorLike(50), 0.5);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      for (const { x1, x2 } of line) expect((2 * x1 - 1) * (2 * x2 - 1)).toBeCloseTo(0, 6);
    }
  });

  it('joins the pair of corners in a saddle that the middle sides with', () => {
    const saddle = (high: number): readonly SurfacePoint[][] =>
      contour({ grid: 2, values: [high, 0, 0, high] }, 0.5).map((line) => [...line]);
    const near = (line: readonly SurfacePoint[], x1: number, x2: number): boolean =>
      line.every((point) => Math.abs(point.x1 - x1) + Math.abs(point.x2 - x2) <= 1);
    // The middle is high: the two low corners are cut off.
    expect(saddle(1.5).filter((line) => near(line, 1, 0) || near(line, 0, 1))).toHaveLength(2);
    // The middle is low: the two high ones are.
    expect(saddle(0.8).filter((line) => near(line, 0, 0) || near(line, 1, 1))).toHaveLength(2);
  });

  it('is empty for a surface that stays on one side', () => {
    expect(
      contour(
        sampled(5, () => 0.5),
        0.5,
      ),
    ).toEqual([]);
    expect(
      contour(
        sampled(5, (x1) => x1 / 3),
        0.5,
      ),
    ).toEqual([]);
  });

  it('stops beside values that are not finite', () => {
    const { grid, values } = sampled(9, (x1) => x1 + 0.01);
    const broken = values.map((value, index) => (Math.floor(index / grid) === 4 ? NaN : value));
    expect(contour({ grid, values: broken }, 0.5)).toHaveLength(2);
  });

  it('passes once through each grid edge that crosses the level, and nowhere else', () => {
    const surface = fc
      .integer({ min: 2, max: 7 })
      .chain((grid) =>
        fc
          .array(fc.integer({ min: 0, max: 20 }), { minLength: grid * grid, maxLength: grid * grid })
          .map((values): Surface => ({ grid, values: values.map((value) => value / 20 + 0.013) })),
      );
    fc.assert(
      fc.property(surface, (sample) => {
        const { grid, values } = sample;
        let crossed = 0;
        for (let i = 0; i < grid; i++) {
          for (let j = 0; j < grid; j++) {
            const high = (values[i * grid + j] ?? 0) >= 0.5;
            if (j + 1 < grid && (values[i * grid + j + 1] ?? 0) >= 0.5 !== high) crossed++;
            if (i + 1 < grid && (values[(i + 1) * grid + j] ?? 0) >= 0.5 !== high) crossed++;
          }
        }
        const lines = contour(sample, 0.5);
        const points = lines.flatMap((line) => (closes(line) ? line.slice(1) : line));
        expect(points).toHaveLength(crossed);
        for (const point of points) expect(interpolated(sample, point)).toBeCloseTo(0.5, 9);
      }),
      { numRuns: 300 },
    );
  });
});
