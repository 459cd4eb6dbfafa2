import { differences, randomRun, type RandomRun } from '@adjoint/conformance';
import {
  AdjointException,
  interpreter,
  type FloatDType,
  type SyncBackend,
  type Tensors,
} from '@adjoint/core';
import { wasmBackend } from '@adjoint/wasm';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { expect, target, type Target } from '../target.js';

/** Random programs over several steps: the interpreter beside compiled code, on one thread and on two. */

interface Drawn {
  readonly seed: number;
  readonly dtype: FloatDType;
  /** Which part of the numbers is special. */
  readonly special: number;
  readonly size: 'small' | 'large';
}

/**
 * How far results may be off in each step, relative to the largest number: what the conformance suite allows for a
 * program and its gradient.
 */
const bounds: Readonly<Record<FloatDType, number>> = { f64: 1e-13, f32: 2e-4 };

function right<T>(either: E.Either<ConstructorParameters<typeof AdjointException>[0], T>): T {
  if (E.isLeft(either)) throw new AdjointException(either.left);
  return either.right;
}

/** All that a run gives, and the state after it. */
function resultsOf(backend: SyncBackend, { program: p, feeds, steps, record }: RandomRun): Tensors {
  const executable = right(backend.compileSync({ p }));
  try {
    const { outputs, recorded } = right(executable.runSync('p', feeds, { steps, record }));
    const named = (prefix: string, tensors: Tensors): Tensors =>
      Object.fromEntries(Object.entries(tensors).map(([name, each]) => [`${prefix} ${name}`, each]));
    return {
      ...named('output', outputs),
      ...named('recorded', recorded),
      ...named('state', right(executable.readSync())),
    };
  } finally {
    executable.dispose();
  }
}

const backends = { alone: wasmBackend({ threads: 1 }), together: wasmBackend({ threads: 2 }) };

function expectSame(what: string, found: Tensors, expected: Tensors, allowed: number): void {
  const wrong = Object.entries(expected).flatMap(([name, each]) =>
    differences(found[name], each, () => allowed).map((text) => `${name}${text}`),
  );
  expect(wrong.length === 0, `${what}\n  ${wrong.slice(0, 5).join('\n  ')}`);
}

function largestOf(tensors: Tensors): number {
  let most = 1;
  for (const { data } of Object.values(tensors)) {
    for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  }
  return most;
}

function expectAgreement({ seed, dtype, special, size }: Drawn): void {
  const drawn = randomRun(seed, dtype, new Map(), { special, large: size === 'large' });
  const alone = resultsOf(backends.alone, drawn);
  expectSame('two threads give other bits than one', resultsOf(backends.together, drawn), alone, 0);
  if (size === 'large') return;
  const expected = resultsOf(interpreter, drawn);
  const allowed = bounds[dtype] * drawn.steps * largestOf({ ...expected, ...drawn.feeds });
  expectSame('compiled code is off by more than its bound', alone, expected, allowed);
}

export const programs: Target = target(
  'programs',
  t.type({
    seed: t.number,
    dtype: t.keyof({ f64: null, f32: null }),
    special: t.number,
    size: t.keyof({ small: null, large: null }),
  }),
  fc.record({
    seed: fc.nat(2 ** 31 - 1),
    dtype: fc.constantFrom<FloatDType[]>('f64', 'f32'),
    special: fc.constantFrom(0, 0.02, 0.3),
    size: fc.oneof(
      { weight: 12, arbitrary: fc.constant('small' as const) },
      { weight: 1, arbitrary: fc.constant('large' as const) },
    ),
  }),
  expectAgreement,
  20,
);
