import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossChart } from '@adjoint/viz';
import { dataMarks, draw, numberOf, type Drawn } from './drawing.ts';

const decay = (epochs: number): number[] =>
  Array.from({ length: epochs }, (_, epoch) => 0.5 * Math.exp((-5 * epoch) / epochs));

const losses = (vertices: readonly Drawn[]): unknown[] => vertices.map(({ datum }) => datum.y);

describe('lossChart', () => {
  it('draws a vertex for each epoch, higher losses higher up', async () => {
    const { marks } = await draw(lossChart([{ name: 'run', loss: decay(20) }], { scale: 'linear' }));
    const vertices = dataMarks(marks, 'line');
    expect(vertices.map(({ datum }) => datum.x)).toEqual(Array.from({ length: 20 }, (_, epoch) => epoch));
    for (const [index, vertex] of vertices.entries()) {
      expect(vertex.y).toBeGreaterThan(vertices[index - 1]?.y ?? -1);
    }
  });

  it('shows equal ratios as equal distances on a log scale', async () => {
    const loss = [8, 4, 2, 1, 0.5];
    const { marks } = await draw(lossChart([{ name: 'run', loss }], { scale: 'log' }));
    const ys = dataMarks(marks, 'line').map(({ y }) => y);
    const steps = ys.slice(1).map((y, index) => y - (ys[index] ?? NaN));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? NaN, 6);
  });

  it('keeps a long run small, with both ends, the extremes and every spike', async () => {
    const loss = decay(100_000);
    loss[33_333] = 7;
    loss[66_666] = 1e-6;
    loss[77_777] = 0.4;
    const spec = lossChart([{ name: 'run', loss }], { scale: 'log' });
    expect(JSON.stringify(spec).length).toBeLessThan(60_000);
    const { marks } = await draw(spec);
    const drawn = new Map(dataMarks(marks, 'line').map((item) => [numberOf(item, 'x'), item.datum.y]));
    expect(drawn.size).toBeLessThan(1_000);
    for (const epoch of [0, 33_333, 66_666, 77_777, 99_999]) {
      expect(drawn.get(epoch)).toBeCloseTo(loss[epoch] ?? NaN, 6);
    }
  });

  it.each([
    ['linear' as const, [0.5, null, 0.25, null, null, 0.125, 0]],
    ['log' as const, [0.5, null, 0.25, null, null, 0.125, null]],
  ])('breaks the line where a %s scale cannot show a loss', async (scale, shown) => {
    const loss = [0.5, NaN, 0.25, Infinity, -Infinity, 0.125, 0];
    const { marks } = await draw(lossChart([{ name: 'run', loss }], { scale }));
    expect(losses(dataMarks(marks, 'line'))).toEqual(shown);
    // What stands between two breaks is drawn as a dot.
    expect(losses(dataMarks(marks, 'symbol'))).toEqual(scale === 'linear' ? [0.5, 0.25] : [0.5, 0.25, 0.125]);
  });

  it('keeps a break that is one epoch long in a long run', async () => {
    const loss = decay(50_000);
    loss[12_345] = NaN;
    const { marks } = await draw(lossChart([{ name: 'run', loss }], { scale: 'linear' }));
    expect(losses(dataMarks(marks, 'line'))).toContain(null);
  });

  it('draws one epoch as a dot', async () => {
    const { marks } = await draw(lossChart([{ name: 'run', loss: [0.25] }], { scale: 'log' }));
    expect(losses(dataMarks(marks, 'symbol'))).toEqual([0.25]);
  });

  it('has a legend for several runs only, with a name for each', async () => {
    const legend = async (...names: string[]): Promise<string[]> => {
      const runs = names.map((name) => ({ name, loss: decay(5) }));
      const { marks } = await draw(lossChart(runs, { scale: 'linear' }));
      return marks.filter(({ role }) => role === 'legend-label').map(({ text }) => text);
    };
    expect(await legend('a')).toEqual([]);
    expect(await legend('b', 'a')).toEqual(['b', 'a']);
    expect(await legend('same', 'same', 'same (2)')).toEqual(['same', 'same (2)', 'same (2) (2)']);
  });

  it('always holds every loss within its axis', async () => {
    const positive = fc.array(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), {
      minLength: 2,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(positive, fc.constantFrom('linear' as const, 'log' as const), async (loss, scale) => {
        const { marks } = await draw(lossChart([{ name: 'run', loss }], { scale }));
        for (const { y } of dataMarks(marks, 'line')) {
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(y).toBeLessThanOrEqual(320 + 1e-6);
        }
        const ticks = marks.filter(({ role }) => role === 'axis-label');
        expect(ticks.length).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 60 },
    );
  });
});
