import { randomNumbers, tensorOf, ulp } from '@adjoint/conformance';
import {
  interpreter,
  input,
  program,
  scalar,
  type FloatDType,
  type SyncBackend,
  type TypedArray,
} from '@adjoint/core';
import { at, lookup, map } from '@adjoint/core/extend';
import { wasm } from '@adjoint/wasm';
import { describe, expect, it } from 'vitest';
import { accuracies } from './accuracy.js';
import reference from './data/scalar-functions.json' with { type: 'json' };
import { right } from './running.js';

/** The scalar functions of the module beside their true values, and what `accuracy.ts` says of them. */

function apply(
  name: string,
  dtype: FloatDType,
  columns: readonly (readonly number[])[],
  backend: SyncBackend = wasm,
): TypedArray {
  const fn = scalar.scalarFunctions.find((each) => each.name === name);
  if (fn === undefined) throw new Error(name);
  const parameters = columns.map((_, index) => scalar.argument(`x${index}`, dtype));
  const inputs = columns.map((column, index) => input(`x${index}`, [column.length], dtype));
  const y = map(name, { parameters, body: fn(...parameters) }, inputs);
  const compiled = right(backend.compileSync({ f: program({ outputs: { y } }) }));
  const feeds = columns.map(
    (column, index) => [`x${index}`, tensorOf(dtype, [column.length], column)] as const,
  );
  const { outputs } = right(compiled.runSync('f', Object.fromEntries(feeds)));
  return lookup(new Map(Object.entries(outputs)), 'y').data;
}

describe('scalar functions', () => {
  for (const dtype of ['f64', 'f32'] as const) {
    for (const [name, { x, y }] of Object.entries(reference[dtype])) {
      it(`${name} of ${dtype} is within 2 ulp`, () => {
        const columns = at(x, 0).map((_, operand) => x.map((row) => at(row, operand)));
        const found = apply(name, dtype, columns);
        let worst = { ulps: 0, index: 0 };
        y.forEach((expected, index) => {
          const ulps = Math.abs(at(found, index) - expected) / ulp(expected, dtype);
          if (!(ulps <= worst.ulps)) worst = { ulps, index };
        });
        const { ulps, index } = worst;
        expect(
          ulps,
          `${name}(${at(x, index).join(', ')}) = ${at(found, index)}, not ${at(y, index)}`,
        ).toBeLessThanOrEqual(2);
      });
    }
  }
});

describe('sigmoid', () => {
  it('keeps what is subnormal', () => {
    const points = Array.from({ length: 2000 }, (_, index) => -746 + index * 0.02);
    const found = apply('sigmoid', 'f64', [points]);
    // There it is exp x to the last bit but one.
    points.forEach((x, index) => {
      expect(Math.abs(at(found, index) - Math.exp(x))).toBeLessThanOrEqual(2 * ulp(Math.exp(x), 'f64'));
    });
    expect(at(apply('sigmoid', 'f64', [[-745]]), 0)).toBe(5e-324);
  });
});

describe('remainder', () => {
  const dividends = [6, -6, 0, -0, 7, -7, 2 ** 60, 5e-324];
  const divisors = [3, -3, Infinity, -Infinity];
  const x = divisors.flatMap(() => dividends);
  const y = divisors.flatMap((divisor) => dividends.map(() => divisor));
  for (const dtype of ['f64', 'f32'] as const) {
    it(`has the divisor's sign in ${dtype}, zeros too`, () => {
      const found = apply('remainder', dtype, [x, y]);
      expect([...found]).toEqual([...apply('remainder', dtype, [x, y], interpreter)]);
      // As CPython's float.__mod__ has it.
      expect([...found.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
      expect([...found.subarray(8, 12)]).toEqual([-0, -0, -0, -0]);
    });
  }
});

describe('the tail of erfc', () => {
  const random = randomNumbers(7);
  const points = Array.from({ length: 200_000 }, () => 1.25 + 26.75 * random());
  const [found, expected] = [apply('erfc', 'f64', [points]), apply('erfc', 'f64', [points], interpreter)];
  const apart = points.map((_, index) => Math.abs(at(found, index) - at(expected, index)));

  it('differs by more than two units in the last place', () => {
    const ulps = apart.map((error, index) => error / ulp(at(expected, index), 'f64'));
    expect(ulps.filter((each) => each > 2).length).toBeGreaterThan(0);
  });

  it('differs by less than its bound', () => {
    const { erfc } = accuracies;
    const wrong = points.filter(
      (x, index) => !(at(apart, index) <= (erfc?.(at(expected, index), 'f64', [x]) ?? 0)),
    );
    expect(wrong).toEqual([]);
  });
});
