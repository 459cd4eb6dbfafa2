import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surface3d } from '@adjoint/viz';
import { dataMarks, draw, numberOf, type Drawn } from './drawing.ts';
import { sampled, xorLike } from './samples.ts';

const middle = ({ bounds }: Drawn): readonly [x: number, y: number] => [
  (bounds.x1 + bounds.x2) / 2,
  (bounds.y1 + bounds.y2) / 2,
];

const azimuth = fc.integer({ min: -180, max: 180 });

describe('surface3d', () => {
  it('draws a quadrilateral for each cell, coloured by its mean height, its stroke like its fill', async () => {
    const surface = xorLike(50);
    const { marks } = await draw(surface3d(surface));
    const quads = dataMarks(marks, 'shape');
    expect(quads).toHaveLength(49 * 49);
    for (const quad of quads) {
      const first = numberOf(quad, 'row') * 50 + numberOf(quad, 'column');
      const corners = [first, first + 1, first + 50, first + 51].map((index) => surface.values[index] ?? NaN);
      expect(numberOf(quad, 'f')).toBeCloseTo(
        corners.reduce((sum, f) => sum + f / 4, 0),
        5,
      );
      expect(quad.stroke).toBe(quad.fill);
    }
  });

  it('draws what is behind first', async () => {
    // Seen from above, what lies farther back on a level surface is drawn higher up.
    await fc.assert(
      fc.asyncProperty(azimuth, fc.integer({ min: 5, max: 90 }), async (a, e) => {
        const { marks } = await draw(surface3d(sampled(6, () => 0.5)), { azimuth: a, elevation: e });
        const heights = dataMarks(marks, 'shape').map((quad) => middle(quad)[1]);
        expect(heights).toHaveLength(25);
        for (const [index, y] of heights.entries()) {
          expect(y).toBeGreaterThanOrEqual((heights[index - 1] ?? -Infinity) - 1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lets a ridge hide what is behind it', async () => {
    const ridge = surface3d(sampled(11, (_, x2) => (Math.abs(x2 - 0.5) < 0.15 ? 1 : 0)));
    const order = async (a: number): Promise<number[]> => {
      const { marks } = await draw(ridge, { azimuth: a, elevation: 10 });
      return dataMarks(marks, 'shape').map((quad) => numberOf(quad, 'row'));
    };
    // At azimuth 0 the eye looks along x2, so that rows come in the order 9, 8, …; at 180 it looks back.
    expect(await order(0)).toEqual([...(await order(0))].sort((a, b) => b - a));
    expect(await order(180)).toEqual([...(await order(180))].sort((a, b) => a - b));
  });

  it('shows x1 to the right and x2 up when seen from above at azimuth 0', async () => {
    const { marks } = await draw(surface3d(sampled(5, (x1, x2) => (x1 + x2) / 2)), {
      azimuth: 0,
      elevation: 90,
    });
    const quads = dataMarks(marks, 'shape');
    for (const quad of quads) {
      const right = quads.find(({ datum }) => datum.quad === numberOf(quad, 'quad') + 1);
      if (right && numberOf(quad, 'column') < 3) {
        expect(middle(right)[0]).toBeGreaterThan(middle(quad)[0]);
        expect(middle(right)[1]).toBeCloseTo(middle(quad)[1], 6);
      }
      const above = quads.find(({ datum }) => datum.quad === numberOf(quad, 'quad') + 4);
      if (above) expect(middle(above)[1]).toBeLessThan(middle(quad)[1]);
    }
  });

  it('draws heights upright and to scale, level with the eye', async () => {
    const { marks } = await draw(surface3d(sampled(3, (_, x2) => x2)), { azimuth: 0, elevation: 0 });
    const [low, high] = [0, 1].map((row) => dataMarks(marks, 'shape').find(({ datum }) => datum.row === row));
    const labels = dataMarks(marks, 'text').filter(({ datum }) => datum.out === 0);
    const level = (text: string): number => labels.find((label) => label.text === text)?.y ?? NaN;
    expect(low?.bounds.y2).toBeCloseTo(level('0'), -0.5);
    expect(high?.bounds.y1).toBeCloseTo(level('1'), -0.5);
  });

  it('never reaches beyond its view', async () => {
    const spec = surface3d(xorLike(4));
    const { width, height } = { width: 0, height: 0, ...spec };
    const inside = async (a: number, e: number): Promise<void> => {
      const { marks } = await draw(spec, { azimuth: a, elevation: e });
      const drawn = ['shape', 'rule', 'text'].flatMap((mark) => dataMarks(marks, mark));
      expect(drawn.length).toBeGreaterThan(50);
      for (const { bounds, opacity } of drawn.filter((item) => item.opacity > 0)) {
        expect(opacity).toBe(1);
        expect(bounds.x1).toBeGreaterThanOrEqual(0);
        expect(bounds.y1).toBeGreaterThanOrEqual(0);
        expect(bounds.x2).toBeLessThanOrEqual(Number(width));
        expect(bounds.y2).toBeLessThanOrEqual(Number(height));
      }
    };
    for (let a = -180; a < 180; a += 20) {
      for (let e = 0; e <= 90; e += 15) await inside(a, e);
    }
  });

  it('names its axes at every angle at which there is room', async () => {
    const { marks } = await draw(surface3d(xorLike(4)));
    const names = dataMarks(marks, 'text').filter(({ datum }) => datum.name === true);
    expect(names.map(({ text }) => text)).toEqual(['x1', 'x2', 'f(x1, x2)']);
    const fromAbove = (await draw(surface3d(xorLike(4)), { elevation: 90 })).marks;
    const visible = dataMarks(fromAbove, 'text').filter(({ opacity }) => opacity > 0);
    expect(visible.map(({ text }) => text)).toEqual(['x1', '0', '0.5', '1', 'x2', '0', '0.5', '1']);
  });

  it('puts the walls behind, the floor axes before and the height axis to the left of the surface', async () => {
    const top = surface3d(sampled(3, () => 1));
    await fc.assert(
      fc.asyncProperty(azimuth, fc.integer({ min: 10, max: 60 }), async (a, e) => {
        const { marks } = await draw(top, { azimuth: a, elevation: e });
        const extreme = (mark: string): number =>
          Math.min(...dataMarks(marks, mark).map(({ bounds }) => bounds.y1));
        // A level surface at the top of the box touches the upper rim of the walls where they meet, farthest back.
        expect(extreme('rule')).toBeCloseTo(extreme('shape'), -0.5);
        const labels = dataMarks(marks, 'text');
        const left = Math.min(...dataMarks(marks, 'rule').map(({ bounds }) => bounds.x1));
        for (const { x, datum } of labels.filter((label) => label.datum.out === 0)) {
          expect(x).toBeLessThan(left + (datum.name === true ? 2 : 0));
        }
        const floor = dataMarks(marks, 'rule').filter(({ datum }) =>
          /,0\],.*,0\]\]$/.test(JSON.stringify(datum.ends)),
        );
        const [highest, lowest] = [
          Math.min(...floor.map(({ bounds }) => bounds.y1)),
          Math.max(...floor.map(({ bounds }) => bounds.y2)),
        ];
        for (const name of ['x1', 'x2']) {
          const label = labels.find(({ text }) => text === name);
          if (label && label.opacity > 0) expect(label.y).toBeGreaterThan((highest + lowest) / 2);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out quadrilaterals with a corner that is not finite', async () => {
    const { grid, values } = xorLike(4);
    const { marks } = await draw(
      surface3d({ grid, values: values.map((f, index) => (index === 5 ? NaN : f)) }),
    );
    expect(dataMarks(marks, 'shape')).toHaveLength(9 - 4);
  });

  it('is small: heights travel once', () => {
    expect(JSON.stringify(surface3d(xorLike(50))).length).toBeLessThan(40_000);
  });
});
