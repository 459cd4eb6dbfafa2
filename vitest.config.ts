import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from './scripts/counting-reporter.ts';

/** Packages are tested from their sources, not from what was built of them. */
const packages = readdirSync(new URL('./packages', import.meta.url));
const source = (name: string): string =>
  fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: Object.fromEntries(packages.map((name) => [`@adjoint/${name}`, source(name)])),
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
    reporters: ['default', new CountingReporter()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
