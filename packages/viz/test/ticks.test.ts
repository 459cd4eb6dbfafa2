import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearTicks, logTicks } from '../src/ticks.js';

describe('logTicks', () => {
  it('counts 1, 2, 5 over a few decades', () => {
    expect(logTicks(0.00088, 0.305)).toEqual({
      domain: [0.0005, 0.5],
      values: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    });
  });

  it('counts decades over many', () => {
    expect(logTicks(3e-6, 40)).toEqual({
      domain: [2e-6, 50],
      values: [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10],
    });
  });

  it('makes room around a single number', () => {
    expect(logTicks(0.25, 0.25)).toEqual({ domain: [0.1, 0.5], values: [0.1, 0.2, 0.5] });
    expect(logTicks(1, 1)).toEqual({ domain: [0.5, 2], values: [0.5, 1, 2] });
  });

  it('holds the range and writes two to a dozen numbers within it', () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [least, greatest] = [Math.min(a, b), Math.max(a, b)];
        const { domain, values } = logTicks(least, greatest);
        expect(domain[0]).toBeLessThanOrEqual(least);
        expect(domain[1]).toBeGreaterThanOrEqual(greatest);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(values.length).toBeLessThanOrEqual(12);
        for (const value of values) expect(value >= domain[0] && value <= domain[1]).toBe(true);
      }),
    );
  });
});

describe('linearTicks', () => {
  it('counts in round steps', () => {
    expect(linearTicks(0, 1, 5).values).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(-10, 40, 5).values).toEqual([-10, 0, 10, 20, 30, 40]);
    expect(linearTicks(-0.07, 1, 5).values).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it('writes about as many numbers as asked for, within the range', () => {
    const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(number, (end) => {
        const [least, greatest] = [Math.min(0, end), Math.max(1, end)];
        const { values } = linearTicks(least, greatest, 5);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(values.length).toBeLessThanOrEqual(8);
        const slack = 1e-9 * (greatest - least);
        for (const value of values) expect(value >= least - slack && value <= greatest + slack).toBe(true);
      }),
    );
  });
});
