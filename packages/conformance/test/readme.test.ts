import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The README's example runs, as the author of a backend would have it. */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(`${root}packages/conformance/README.md`, 'utf8');
const [, example = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];

/** What `backend.ts` beside the example is for each backend. */
const backends = {
  interpreter: [`export { interpreter as backend } from '@adjoint/core';`, `export const accuracies = {};`],
  wasm: [
    `export { wasm as backend } from '@adjoint/wasm';`,
    `export { accuracies } from '../../../packages/wasm/test/accuracy.js';`,
  ],
} as const;

describe('the example', () => {
  it('has at most ten lines', () => {
    const lines = example.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.length).toBeLessThanOrEqual(10);
  });
});

describe.each(Object.entries(backends))('the example with the backend %s', async (name, lines) => {
  const folder = `${root}out/conformance/${name}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/backend.ts`, lines.join('\n'));
  writeFileSync(`${folder}/example.ts`, example);
  await import(/* @vite-ignore */ pathToFileURL(`${folder}/example.ts`).href);
});
