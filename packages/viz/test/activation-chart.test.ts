import { describe, expect, it } from 'vitest';
import { activationChart, colours } from '@adjoint/viz';
import { dataMarks, draw, numberOf } from './drawing.ts';
import { curve } from './samples.ts';

const tanh = curve('tanh', Math.tanh, (x) => 1 - Math.tanh(x) ** 2);

describe('activationChart', () => {
  it('draws the function and its derivative in two colours, with their names', async () => {
    const { marks } = await draw(activationChart(tanh));
    const lines = dataMarks(marks, 'line');
    expect(lines).toHaveLength(2 * tanh.rows.length);
    for (const [name, colour, f] of [
      ['tanh(x)', colours.forward, Math.tanh],
      ['tanh′(x)', colours.backward, (x: number) => 1 - Math.tanh(x) ** 2],
    ] as const) {
      const vertices = lines.filter(({ datum }) => datum.curve === name);
      expect(vertices).toHaveLength(tanh.rows.length);
      for (const vertex of vertices) {
        expect(vertex.stroke).toBe(colour);
        expect(numberOf(vertex, 'y')).toBeCloseTo(f(numberOf(vertex, 'x')), 5);
      }
    }
    const legend = marks.filter(({ role }) => role === 'legend-label').map(({ text }) => text);
    expect(legend).toEqual(['tanh(x)', 'tanh′(x)']);
  });

  it('shows all of a curve that grows steadily', async () => {
    const { marks } = await draw(activationChart(curve('exp', Math.exp, Math.exp)));
    for (const { y } of dataMarks(marks, 'line')) expect(y).toBeGreaterThanOrEqual(0);
  });

  it('lets a pole leave the chart, so that the rest is not flat', async () => {
    const { marks } = await draw(activationChart(curve('log', Math.log, (x) => 1 / x)));
    const at = (x: number): number =>
      dataMarks(marks, 'line').find(({ datum }) => datum.curve === 'log(x)' && datum.x === x)?.y ?? NaN;
    expect(at(1) - at(5)).toBeGreaterThan(20);
  });

  it('breaks the curve where a number is not finite', async () => {
    const { marks } = await draw(activationChart(curve('sqrt', Math.sqrt, (x) => 0.5 / Math.sqrt(x))));
    const broken = dataMarks(marks, 'line').filter(({ datum }) => datum.y === null);
    expect(broken.map(({ datum }) => [datum.curve, Number(datum.x) <= 0])).toEqual([
      ...Array.from({ length: 100 }, () => ['sqrt(x)', true]),
      ...Array.from({ length: 101 }, () => ['sqrt′(x)', true]),
    ]);
  });
});
