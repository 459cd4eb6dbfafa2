import { fileURLToPath } from 'node:url';
import { lookup } from '@adjoint/core/extend';
import { Runner, search, targets } from '@adjoint/fuzz';
import { afterAll, describe, expect, it } from 'vitest';

/** A part of what `npm run fuzz` does, the same each time: seeds are fixed, and inputs are counted. */

const runs: Readonly<Record<string, number>> = {
  graphs: 400,
  tensors: 2000,
  plugins: 600,
  commands: 100,
  programs: 60,
};

/** The built process, which `npm test` has built before. */
const runner = new Runner(fileURLToPath(new URL('../dist/child.js', import.meta.url)), 1024);
afterAll(() => runner.stop());

describe('inputs that are likely to break things', () => {
  it('are counted for each target', () => {
    expect(targets.map(({ name }) => name)).toEqual(Object.keys(runs));
  });

  it.each(targets)('break no $name', { timeout: 300_000 }, async (target) => {
    const findings = await search(runner, target, {
      seed: 7,
      runs: lookup(new Map(Object.entries(runs)), target.name),
    });
    expect(findings.map(({ fault, input }) => ({ message: fault.message, input }))).toEqual([]);
  });
});
