import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import * as autograd from '@adjoint/autograd';
import * as compiler from '@adjoint/compiler';
import * as core from '@adjoint/core';
import * as extend from '@adjoint/core/extend';
import * as formats from '@adjoint/formats';
import * as learn from '@adjoint/learn';
import * as random from '@adjoint/random';
import * as viz from '@adjoint/viz';
import * as wasm from '@adjoint/wasm';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Every `@example` in a doc comment runs, and gives what the comment after it says. */

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

interface Example {
  readonly file: string;
  readonly code: string;
}

const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(core|random|autograd|learn|compiler|viz|wasm)\/src\/.*\.ts$/.test(file),
);

const examples: readonly Example[] = sources.flatMap((file) =>
  [...readFileSync(packages + file, 'utf8').matchAll(/^ *\* @example([\s\S]*?)(?=^ *\* @|^ *\*\/)/gm)].map(
    ([, body = '']) => ({
      file,
      code: body.replace(/^ *\* ?/gm, '').trim(),
    }),
  ),
);

/** What examples may use without introducing it: a model like the notebook's, and a few values. */
function surroundings(file: string): Readonly<Record<string, unknown>> {
  const { add, input, matmul, mean, sigmoid, square, state, subtract, tensor, zeros, scalar } = core;
  const stream = random.numpyLegacy(1);
  const parameters = state({ W1: stream.normal([2, 1]), b1: zeros([1, 1]) });
  const [X, Y] = [input('X', [4, 2]), input('Y', [4, 1])];
  const prediction = sigmoid(add(matmul(X, parameters.W1), parameters.b1));
  const loss = mean(square(subtract(prediction, Y)));
  const model = { X, Y, ...parameters, parameters, prediction, loss, stream };
  const data = {
    points: tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    targets: tensor([[0], [1], [1], [0]]),
  };
  const w = state(tensor([1, 2]), 'w');
  const values = { x: input('x', [2]), y: input('y', [2]), w, dw: w, matrix: input('matrix', [3, 4]) };
  const modules = {
    ...extend,
    ...core,
    ...random,
    ...formats,
    ...compiler,
    ...autograd,
    ...learn,
    ...viz,
    ...wasm,
  };
  return file.startsWith('core/src/scalar/')
    ? { ...scalar, x: scalar.argument('x') }
    : { ...modules, ...model, ...data, ...values };
}

/** An example's value as its comment would write it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) return shown(Array.from(value as Float64Array)); // examples show typed arrays of numbers
  if (typeof value === 'object' && value !== null && 'kind' in value && 'id' in value) {
    return core.scalar.formatScalar(value as core.Scalar); // only scalars have a kind and an id
  }
  return JSON.stringify(value).replaceAll(',', ', ');
}

async function evaluate({
  file,
  code,
}: Example): Promise<{ readonly value: unknown; readonly expected: string | undefined }> {
  const lines = code.split('\n');
  const [, last = '', expected] = /^(.*?);?(?:\s*\/\/ (.+))?$/.exec(lines.at(-1) ?? '') ?? [];
  const body = [...lines.slice(0, -1), expected === undefined ? last : `return (${last});`].join('\n');
  const names = surroundings(file);
  const free = Object.keys(names).filter(
    (name) => !new RegExp(`\\b(const|let) [^=]*\\b${name}\\b`).test(code),
  );
  const { outputText } = ts.transpileModule(`async function example(${free.join(', ')}) {\n${body}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  // What is run is the function that was just written.
  const run = runInThisContext(`${outputText}\nexample`) as (...values: unknown[]) => Promise<unknown>;
  return { value: await run(...free.map((name) => names[name])), expected };
}

describe('examples in doc comments', () => {
  it('are all found', () => {
    const mentioned = sources.flatMap((file) => [
      ...readFileSync(packages + file, 'utf8').matchAll(/@example/g),
    ]);
    expect(examples.length).toBeGreaterThan(20);
    expect(examples).toHaveLength(mentioned.length);
  });

  it.each(examples)('$file: $code', async (example) => {
    const { value, expected } = await evaluate(example);
    if (expected === undefined) expect(example.code).not.toBe('');
    else expect(shown(value)).toBe(expected.replace(/^'(.*)'$/, '$1'));
  });
});
