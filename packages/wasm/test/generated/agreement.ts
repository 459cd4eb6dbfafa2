import * as a from '@adjoint/core';
import { interpreter, program, type Tensor } from '@adjoint/core';
import { explainPlan, wasm } from '@adjoint/wasm';
import { expect } from 'vitest';
import type { Bound, BoundOf } from './bounds.js';
import { evaluate } from './evaluate.js';
import type { Sample } from './samples.js';
import { sources, type Source } from './sources.js';

/** Compares bits; only a finite number, and no zero of the other sign, may be off by the bound. */
function expectSame(found: Tensor | undefined, expected: Tensor, bound: Bound): void {
  expect(found).toMatchObject({ dtype: expected.dtype, shape: expected.shape });
  const wrong: string[] = [];
  expected.data.forEach((x, index) => {
    const y = found?.data[index] ?? NaN;
    if (Object.is(x, y)) return;
    const allowed = bound(index);
    if (Number.isFinite(x) && x !== y && Math.abs(x - y) <= allowed) return;
    wrong.push(`[${index}]: ${a.formatNumber(y)}, not ${a.formatNumber(x)} ± ${allowed}`);
  });
  expect(wrong.slice(0, 5)).toEqual([]);
}

/** Runs a sample on both backends, compiled code alone on one of them, and compares every output. */
export function expectAgreement(sample: Sample, from: readonly Source[], boundOf: BoundOf): void {
  const given = sample.operands.map((x, index) => sources[from[index] ?? 'fed'](`x${index}`, x));
  const feeds = Object.fromEntries(given.map(({ feed }, index) => [`x${index}`, feed] as const));
  const seen = Object.fromEntries(given.map(({ value }, index) => [`seen${index}`, value] as const));
  const outs = [sample.build(...Object.values(seen))].flat();
  const outputs = Object.fromEntries(outs.map((out, index) => [`out${index}`, out] as const));

  const compiled = program({ outputs });
  expect(explainPlan(compiled)).toContain('every op has code');
  const results = evaluate(wasm, compiled, feeds);
  const expected = evaluate(interpreter, program({ outputs: { ...outputs, ...seen } }), feeds);
  const operands = Object.keys(seen).flatMap((name) => expected[name] ?? []);
  outs.forEach((out, index) => {
    const result = expected[`out${index}`];
    if (result === undefined) throw new Error(`output ${index} is missing`);
    expectSame(results[`out${index}`], result, boundOf({ ...sample, operands }, result, out.node));
  });
}
