import { checkPlugin } from '@adjoint/core';
import { createOptimizer, learnKinds } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';

/** The README's code is compiled and run; what it says it prints is what it prints. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}out/readme`;

interface Block {
  readonly language: string;
  readonly code: string;
}

const blocks: readonly Block[] = [
  ...readFileSync(`${root}README.md`, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm),
].map(([, language = '', code = '']) => ({ language, code }));

const typescript = blocks.filter(({ language }) => language === 'ts');

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  typescript.forEach(({ code }, index) => writeFileSync(`${folder}/block${index}.ts`, code));
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      extends: '../../tsconfig.test.json',
      compilerOptions: { noUnusedLocals: false },
      include: ['*.ts'],
    }),
  );
});

/** Imports a block and gives what it logs. */
async function logged(index: number): Promise<string> {
  const lines: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')));
  try {
    await import(/* @vite-ignore */ pathToFileURL(`${folder}/block${index}.ts`).href);
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

describe('the README', () => {
  it('has code that compiles', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [`${root}node_modules/typescript/bin/tsc`, '-p', folder],
      {
        encoding: 'utf8',
      },
    );
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it('trains XOR in at most thirty lines', async () => {
    const lines = (typescript[0]?.code ?? '').split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(30);
    const loss = Number(await logged(0));
    const data = readFileSync(`${root}packages/xor-example/test/data/xor-numpy-seed1.json`, 'utf8');
    const reference = JSON.parse(data) as { readonly loss: readonly number[] }; // the form of the fixture
    expect(loss).toBeCloseTo(reference.loss[499] ?? NaN, 14);
    expect(typescript[0]?.code).toContain(`// ${String(loss).slice(0, 8)}`);
  });

  it.each([
    ['gradient graph', 4, 0],
    ['plan', 5, 1],
  ] as const)('prints the %s that it shows', async (_what, code, text) => {
    const shown = blocks.filter(({ language }) => language === 'text')[text];
    expect(`${await logged(code)}\n`).toBe(shown?.code);
  });

  it('defines a primitive whose gradient holds', async () => {
    expect(await logged(1)).toBe('true');
  });

  it('defines an optimizer with an option', async () => {
    const block: unknown = await import(/* @vite-ignore */ pathToFileURL(`${folder}/block2.ts`).href);
    const plugin =
      typeof block === 'object' && block !== null && 'default' in block ? block.default : undefined;
    const checked = checkPlugin(plugin, learnKinds);
    const [factory] = E.isRight(checked) ? (checked.right.optimizers ?? []) : [];
    expect(factory?.name).toBe('averaged');
    expect(factory && E.isRight(createOptimizer(factory, { decay: 0.5 }))).toBe(true);
    expect(factory && E.isRight(createOptimizer(factory, { decay: 1 }))).toBe(false);
  });

  it('writes and reads a graph', async () => {
    expect(await logged(3)).toBe('true');
  });

  it('trains a classifier in batches', async () => {
    const [first, last, shape] = (await logged(6)).split(' ');
    expect(Number(first)).toBeGreaterThan(0.8);
    expect(Number(last)).toBeLessThan(0.15);
    expect(shape).toBe('300,3');
  });

  it('shows the plugin that is among the examples', () => {
    const example = readFileSync(`${root}packages/xor-example/examples/mish.mjs`, 'utf8');
    const withoutComments = (code: string): string => code.replace(/^(\/\/.*|\/\*\*.*\*\/)\n/gm, '');
    const shown = blocks.find(({ language }) => language === 'js');
    expect(withoutComments(shown?.code ?? '')).toBe(withoutComments(example));
    expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  });
});
