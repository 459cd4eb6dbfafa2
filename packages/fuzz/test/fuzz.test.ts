import { fileURLToPath } from 'node:url';
import { Runner, search, targets } from '@adjoint/fuzz';
import { afterAll, describe, expect, it } from 'vitest';

/** A part of what `npm run fuzz` does, the same each time: seeds are fixed, and inputs are counted. */

const runs: Readonly<Record<string, number>> = { commands: 150, programs: 80 };

/** The built process, which `npm test` has built before. */
const runner = new Runner(fileURLToPath(new URL('../dist/child.js', import.meta.url)), 1024);
afterAll(() => runner.stop());

describe('inputs that are likely to break things', () => {
  it.each(targets.filter(({ name }) => name in runs))(
    'break no $name',
    { timeout: 300_000 },
    async (target) => {
      const findings = await search(runner, target, { seed: 7, runs: runs[target.name] ?? 1 });
      expect(findings.map(({ fault, input }) => ({ message: fault.message, input }))).toEqual([]);
    },
  );
});
