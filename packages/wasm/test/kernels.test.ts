import * as a from '@adjoint/core';
import {
  fromData,
  input,
  interpreter,
  program,
  renderError,
  sizeOf,
  type AdjointError,
  type DType,
  type Shape,
  type SyncBackend,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { wasm } from '@adjoint/wasm';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** Each kind of kernel beside the interpreter, over generated shapes and awkward numbers. */

const right = <T>(either: E.Either<AdjointError, T>): T => {
  if (E.isLeft(either)) throw new Error(renderError(either.left));
  return either.right;
};

function evaluate(backend: SyncBackend, out: Value, feeds: Readonly<Record<string, Tensor>>): Tensor {
  const compiled = right(backend.compileSync({ p: program({ outputs: { out } }) }));
  const result = right(compiled.runSync('p', feeds)).outputs.out;
  if (result === undefined) throw new Error('no output');
  return result;
}

const awkward = [0, -0, 1, -1, 0.1, 3.5, -2.5, 1e-310, 5e-324, 1e30, Infinity, -Infinity, NaN];
const numbers: Readonly<Record<DType, fc.Arbitrary<number>>> = {
  f64: fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }) },
    fc.constantFrom(...awkward),
  ),
  f32: fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }).map(Math.fround) },
    fc.constantFrom(...awkward.map(Math.fround)),
  ),
  i32: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0, 2 ** 31 - 1, -(2 ** 31))),
  bool: fc.constantFrom(0, 1),
};

const storages = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;
const feed = (dtype: DType, shape: Shape, values: readonly number[]): Tensor =>
  fromData(dtype, shape, storages[dtype].from(values));

/** Sizes with odd lengths, ones and zeros. */
const shapes = fc.array(fc.constantFrom(0, 1, 2, 3, 5, 8, 17, 33), { maxLength: 3 });
const filled = (dtype: DType, shape: Shape): fc.Arbitrary<Tensor> =>
  fc
    .array(numbers[dtype], { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values) => feed(dtype, shape, values));

/** How far sums in another order may be apart: so many roundings of the largest partial sum. */
function sumBound({ dtype, data }: Tensor): number {
  let size = 0;
  for (const x of data) if (Number.isFinite(x)) size += Math.abs(x);
  return data.length * size * (dtype === 'f64' ? 2 ** -53 : 2 ** -24);
}

function expectSame(found: Tensor, expected: Tensor, bound: number): void {
  expect(found.shape).toEqual(expected.shape);
  const wrong = Array.from(expected.data).flatMap((x, index) => {
    const y = found.data[index] ?? NaN;
    return Object.is(x, y) || Math.abs(x - y) <= bound ? [] : [`[${index}]: ${y}, not ${x}`];
  });
  expect(wrong).toEqual([]);
}

type Reduce = (x: Value, options: a.ReductionOptions) => Value;
const reductions: readonly (readonly [string, Reduce, readonly DType[]])[] = [
  ['sum', a.sum, ['f64', 'f32', 'i32']],
  ['max', a.max, ['f64', 'f32', 'i32']],
  ['min', a.min, ['f64', 'f32', 'i32']],
  ['prod', a.prod, ['i32']],
  ['all', a.all, ['bool']],
  ['any', a.any, ['bool']],
];

describe('reductions', () => {
  const cases = reductions.flatMap(([name, reduce, dtypes]) =>
    dtypes.map((dtype) => [name, dtype, reduce] as const),
  );
  it.each(cases)('%s of %s over any axes', (name, dtype, reduce) => {
    const sample = shapes.chain((shape) =>
      fc.record({ x: filled(dtype, shape), axes: fc.subarray([...shape.keys()]), keepDims: fc.boolean() }),
    );
    fc.assert(
      fc.property(sample, ({ x, axes, keepDims }) => {
        const needsElements = name === 'max' || name === 'min';
        fc.pre(!needsElements || !x.shape.includes(0));
        const out = reduce(input('x', x.shape, dtype), { axes, keepDims });
        const exact = name !== 'sum' || dtype === 'i32';
        expectSame(evaluate(wasm, out, { x }), evaluate(interpreter, out, { x }), exact ? 0 : sumBound(x));
      }),
      { numRuns: 60 },
    );
  });
});

describe('conversions', () => {
  const dtypes: readonly DType[] = ['f64', 'f32', 'i32', 'bool'];
  const pairs = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const));
  it.each(pairs)('%s to %s', (from, to) => {
    fc.assert(
      fc.property(
        shapes.chain((shape) => filled(from, shape)),
        (x) => {
          const out = a.astype(input('x', x.shape, from), to);
          expectSame(evaluate(wasm, out, { x }), evaluate(interpreter, out, { x }), 0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('functions of broadcast operands', () => {
  const binaries = [
    'add',
    'subtract',
    'multiply',
    'maximum',
    'minimum',
    'less',
    'equal',
    'greaterEqual',
  ] as const;
  it.each(
    binaries.flatMap((name) => (['f64', 'f32', 'i32'] as const).map((dtype) => [name, dtype] as const)),
  )('%s of %s', (name, dtype) => {
    const sample = shapes.chain((shape) =>
      fc
        .record({
          ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
          dropped: fc.integer({ min: 0, max: shape.length }),
        })
        .chain(({ ones, dropped }) => {
          const other = shape.map((size, axis) => (ones[axis] === true ? 1 : size)).slice(dropped);
          return fc.tuple(filled(dtype, shape), filled(dtype, other));
        }),
    );
    fc.assert(
      fc.property(sample, ([x, y]) => {
        const apply: (p: Value, q: Value) => Value = a[name];
        const out = apply(input('x', x.shape, dtype), input('y', y.shape, dtype));
        expectSame(evaluate(wasm, out, { x, y }), evaluate(interpreter, out, { x, y }), 0);
      }),
      { numRuns: 40 },
    );
  });
});
