import {
  fromData,
  input,
  interpreter,
  map,
  program,
  scalar,
  type SyncBackend,
  type Tensor,
} from '@adjoint/core';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import reference from './data/scalar-functions.json' with { type: 'json' };
import { ulp } from './generated.js';

type Dtype = 'f64' | 'f32';

const storage = (dtype: Dtype, values: readonly number[]): Tensor =>
  dtype === 'f64'
    ? fromData('f64', [values.length], Float64Array.from(values))
    : fromData('f32', [values.length], Float32Array.from(values));

function apply(
  name: string,
  dtype: Dtype,
  columns: readonly (readonly number[])[],
  backend: SyncBackend = wasm,
): ArrayLike<number> {
  const fn = scalar.scalarFunctions.find((each) => each.name === name);
  if (fn === undefined) throw new Error(name);
  const parameters = columns.map((_, index) => scalar.argument(`x${index}`, dtype));
  const inputs = columns.map((column, index) => input(`x${index}`, [column.length], dtype));
  const y = map(name, { parameters, body: fn(...parameters) }, inputs);
  const compiled = backend.compileSync({ f: program({ outputs: { y } }) });
  if (E.isLeft(compiled)) throw new Error(JSON.stringify(compiled.left));
  const feeds = Object.fromEntries(columns.map((column, index) => [`x${index}`, storage(dtype, column)]));
  const run = compiled.right.runSync('f', feeds);
  if (E.isLeft(run)) throw new Error(JSON.stringify(run.left));
  return run.right.outputs.y?.data ?? [];
}

describe('scalar functions', () => {
  for (const dtype of ['f64', 'f32'] as const) {
    for (const [name, { x, y }] of Object.entries(reference[dtype])) {
      it(`${name} of ${dtype} is within 2 ulp`, () => {
        const columns = (x[0] ?? []).map((_, at) => x.map((row) => row[at] ?? NaN));
        const found = apply(name, dtype, columns);
        let worst = { ulps: 0, at: 0 };
        y.forEach((expected, index) => {
          const ulps = Math.abs((found[index] ?? NaN) - expected) / ulp(expected, dtype);
          if (!(ulps <= worst.ulps)) worst = { ulps, at: index };
        });
        expect(
          worst.ulps,
          `${name}(${x[worst.at]?.join(', ')}) = ${found[worst.at]}, not ${y[worst.at]}`,
        ).toBeLessThanOrEqual(2);
      });
    }
  }

  const special = [
    0,
    -0,
    1,
    -1,
    0.5,
    2,
    3,
    Infinity,
    -Infinity,
    NaN,
    5e-324,
    -5e-324,
    1e-310,
    1e308,
    -1e308,
    1e40,
  ];
  for (const dtype of ['f64', 'f32'] as const) {
    const fit = (x: number): number => (dtype === 'f64' ? x : Math.fround(x));
    const points = special.map(fit);
    for (const fn of scalar.scalarFunctions.filter(
      ({ signature, arity }) =>
        arity < 3 && (signature === 'float' || signature === 'number' || signature === 'comparison'),
    )) {
      it(`${fn.name} of ${dtype} is what the interpreter gives at special values`, () => {
        const pairs =
          fn.arity === 1 ? points.map((x) => [x]) : points.flatMap((x) => points.map((y) => [x, y]));
        const columns = Array.from({ length: fn.arity }, (_, at) => pairs.map((row) => row[at] ?? NaN));
        const [found, expected] = [
          apply(fn.name, dtype, columns),
          apply(fn.name, dtype, columns, interpreter),
        ];
        const wrong = pairs.flatMap((row, index) => {
          const [x, y] = [found[index] ?? NaN, expected[index] ?? NaN];
          const same = Object.is(x, y) || (Math.abs(x - y) <= 2 * ulp(y, dtype) && (x !== 0 || y !== 0));
          return same ? [] : [`${fn.name}(${row.join(', ')}) = ${x}, not ${y}`];
        });
        expect(wrong).toEqual([]);
      });
    }
  }
});
