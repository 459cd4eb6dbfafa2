import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from './scripts/counting-reporter.ts';

/** Packages are tested from their sources, not from what was built of them. */
const packages = readdirSync(new URL('./packages', import.meta.url));
const source = (name: string, entry: string): string =>
  fileURLToPath(new URL(`./packages/${name}/src/${entry}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // An entry of a package before the package itself.
      { find: '@adjoint/core/extend', replacement: source('core', 'extend') },
      { find: 'adjoint/extend', replacement: source('adjoint', 'extend') },
      { find: /^adjoint$/, replacement: source('adjoint', 'index') },
      ...packages.map((name) => ({ find: `@adjoint/${name}`, replacement: source(name, 'index') })),
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
    reporters: ['default', new CountingReporter()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
