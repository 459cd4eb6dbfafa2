import { describe, expect, it } from 'vitest';
import type { TopLevelSpec } from 'vega-lite';
import { compileSpec, lossChart, surface3d, toSvg } from '@adjoint/viz';
import { xorLike } from './samples.ts';

const point: TopLevelSpec = { title: 'Points', data: { values: [{ a: 1 }] }, mark: 'point' };

describe('compileSpec', () => {
  it('gives a Vega spec and no warning for a good chart', () => {
    const { vega, warnings } = compileSpec(lossChart([{ name: 'run', loss: [1, 0.5] }], { scale: 'linear' }));
    expect(vega.$schema).toBe('https://vega.github.io/schema/vega/v6.json');
    expect(warnings).toEqual([]);
  });

  it('collects warnings instead of printing them', () => {
    const odd: TopLevelSpec = { ...point, encoding: { size: { field: 'a', type: 'nominal' } } };
    expect(compileSpec(odd).warnings).toContainEqual(expect.stringContaining('size'));
  });

  it('names the chart that does not compile', () => {
    const broken = JSON.parse(
      '{"title": "Broken", "mark": "nonsense", "data": {"values": []}}',
    ) as TopLevelSpec;
    expect(() => compileSpec(broken)).toThrow(/^the chart "Broken" does not compile: /);
    const untitled = JSON.parse('{}') as TopLevelSpec;
    expect(() => compileSpec(untitled)).toThrow(/^the chart without a title does not compile: /);
  });
});

describe('toSvg', () => {
  it('renders without a browser', async () => {
    const svg = await toSvg(
      lossChart([{ name: 'run', loss: [1, 0.5] }], { scale: 'linear', title: 'A & B' }),
    );
    expect(svg).toMatch(/^<svg .*<\/svg>$/s);
    expect(svg).toContain('A &amp; B');
  });

  it('sets params before it draws', async () => {
    const spec = surface3d(xorLike(5));
    expect(await toSvg(spec, { azimuth: 30 })).toBe(await toSvg(spec));
    expect(await toSvg(spec, { azimuth: 31 })).not.toBe(await toSvg(spec));
  });

  it('gives ids that lead to what they name and clash with no other chart', async () => {
    const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);
    const svg = await toSvg(surface3d(xorLike(5)));
    const references = [...svg.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id);
    expect(new Set(references)).toEqual(new Set(ids(svg)));
    expect(references.length).toBeGreaterThan(1);
    const other = ids(await toSvg(surface3d(xorLike(6))));
    expect(ids(svg).filter((id) => other.includes(id))).toEqual([]);
  });

  it('rejects with the name of the chart where the data flow fails or a param is unknown', async () => {
    const failing: TopLevelSpec = { ...point, transform: [{ calculate: 'nosuch(datum.a)', as: 'b' }] };
    await expect(toSvg(failing)).rejects.toThrow(/^the chart "Points" cannot be drawn: .*nosuch/);
    const late: TopLevelSpec = { ...point, transform: [{ calculate: 'datum.a.b.c', as: 'b' }] };
    await expect(toSvg(late)).rejects.toThrow(/^the chart "Points" cannot be drawn: /);
    await expect(toSvg(point, { zoom: 2 })).rejects.toThrow(/^the chart "Points" cannot be drawn: .*zoom/);
  });
});
