import { describe, expect, it } from 'vitest';
import { surfaceHeatmap } from '@adjoint/viz';
import { dataMarks, draw, numberOf } from './drawing.ts';
import { sampled, xorLike } from './samples.ts';

const SIDE = 400;

describe('surfaceHeatmap', () => {
  it('covers the square with a cell for each point, without gap or overlap', async () => {
    const { marks } = await draw(surfaceHeatmap(xorLike(50)));
    const cells = dataMarks(marks, 'rect');
    expect(cells).toHaveLength(2500);
    const area = cells.reduce((sum, cell) => {
      const width = numberOf(cell, 'right') - numberOf(cell, 'left');
      return sum + width * (numberOf(cell, 'top') - numberOf(cell, 'bottom'));
    }, 0);
    expect(area).toBeCloseTo(1, 9);
    // Half cells at the rim, as the points there lie on it.
    expect(Math.min(...cells.map((cell) => numberOf(cell, 'left')))).toBe(0);
    expect(Math.max(...cells.map((cell) => numberOf(cell, 'top')))).toBe(1);
  });

  it('puts values where they belong: x1 to the right, x2 up', async () => {
    const { marks } = await draw(surfaceHeatmap({ grid: 2, values: [0.1, 0.2, 0.3, 0.4] }));
    const at = (x: number, y: number): unknown =>
      dataMarks(marks, 'rect').find(
        ({ bounds }) => bounds.x1 < x && x < bounds.x2 && bounds.y1 < y && y < bounds.y2,
      )?.datum.f;
    expect([at(100, 300), at(300, 300), at(100, 100), at(300, 100)]).toEqual([0.1, 0.2, 0.3, 0.4]);
  });

  it('closes the seams with a stroke in the colour of the fill', async () => {
    const { marks } = await draw(surfaceHeatmap(xorLike(10)));
    for (const { fill, stroke } of dataMarks(marks, 'rect')) {
      expect(fill).toMatch(/^rgb/);
      expect(stroke).toBe(fill);
    }
  });

  it('is pale at the boundary and coloured alike at both ends, also beyond 0 and 1', async () => {
    const colours = async (values: readonly number[]): Promise<unknown[]> =>
      dataMarks((await draw(surfaceHeatmap({ grid: 2, values }))).marks, 'rect').map(({ fill }) => fill);
    const [low, pale, , high] = await colours([0, 0.5, 0.5, 1]);
    expect(new Set([low, pale, high]).size).toBe(3);
    // One scale to both sides: where the lowest is 3.5 below, 1 is but little above.
    const [lowest, middle, , little] = await colours([-3, 0.5, 0.5, 1]);
    expect([lowest, middle]).toEqual([low, pale]);
    expect([high, pale]).not.toContain(little);
    expect(await colours([4, 0.5, 0.5, 4])).toEqual([high, pale, pale, high]);
  });

  it('draws the boundary where the surface is 0.5', async () => {
    const { marks } = await draw(surfaceHeatmap(sampled(11, (x1, x2) => 0.2 + 0.5 * x1 + 0.25 * x2)));
    const line = dataMarks(marks, 'line');
    expect(line.length).toBeGreaterThan(10);
    for (const { x, y } of line) {
      expect(0.2 + (0.5 * x) / SIDE + 0.25 * (1 - y / SIDE)).toBeCloseTo(0.5, 5);
    }
  });

  it('draws no line, and speaks of none, where there is no boundary', async () => {
    const spec = surfaceHeatmap(sampled(5, (x1) => x1 / 3));
    expect(dataMarks((await draw(spec)).marks, 'line')).toEqual([]);
    expect(JSON.stringify(spec.title)).not.toContain('line');
  });

  it('marks the four points of XOR with their class', async () => {
    const { marks } = await draw(surfaceHeatmap(xorLike(5)));
    const labels = dataMarks(marks, 'text').map(({ x, y, text }) => [x, y, text]);
    expect(labels).toEqual([
      [0, SIDE, '0'],
      [0, 0, '1'],
      [SIDE, SIDE, '1'],
      [SIDE, 0, '0'],
    ]);
    expect(dataMarks(marks, 'symbol')).toHaveLength(4);
  });

  it('leaves out cells without a finite value', async () => {
    const { marks } = await draw(surfaceHeatmap({ grid: 2, values: [0, NaN, Infinity, 1] }));
    expect(dataMarks(marks, 'rect').map(({ datum }) => datum.f)).toEqual([0, 1]);
  });

  it('refuses values that do not fill the grid', () => {
    expect(() => surfaceHeatmap({ grid: 3, values: [1, 2] })).toThrow(
      'a surface of grid 3 has 9 values, not 2',
    );
    expect(() => surfaceHeatmap({ grid: 1, values: [1] })).toThrow('at least 2 points a side, not 1');
  });
});
