import {
  add,
  input,
  less,
  matmul,
  mean,
  permuteDims,
  relu,
  reshape,
  sum,
  tensor,
  where,
  zeros,
  broadcastTo,
  type Shape,
  type Value,
} from '@adjoint/core';
import { pipe } from 'fp-ts/lib/function.js';
import { describe, expect, expectTypeOf, it } from 'vitest';

/** What the compiler knows of shapes; `tsc` checks this file. Nothing here runs what it refuses. */

const a = input('a', [4, 2]);
const b = input('b', [2, 3]);
const row = input('row', [3]);
const single = input('single', [4, 2], 'f32');
const batch = input('batch', [[0, 0, 0, 0].length, 2]);
const any = input('any', [4, 2] as Shape);

describe('shapes in types', () => {
  it('follow broadcasting, both ways round', () => {
    expectTypeOf(add(matmul(a, b), row)).toEqualTypeOf<Value<'f64', readonly [4, 3]>>();
    expectTypeOf(pipe(a, matmul(b), add(row), relu)).toEqualTypeOf<Value<'f64', readonly [4, 3]>>();
    expectTypeOf(add(input('c', [4, 1]), input('r', [1, 5]))).toEqualTypeOf<Value<'f64', readonly [4, 5]>>();
    expectTypeOf(add(a, 1)).toEqualTypeOf<Value<'f64', readonly [4, 2]>>();
    expectTypeOf(less(a, 0)).toEqualTypeOf<Value<'bool', readonly [4, 2]>>();
    expectTypeOf(where(less(a, 0), 0, a)).toEqualTypeOf<Value<'f64', readonly [4, 2]>>();
    expect(add(input('c', [4, 1]), input('r', [1, 5])).shape).toEqual([4, 5]);
  });

  it('follow matmul with batches and vectors', () => {
    expectTypeOf(matmul(input('x', [5, 1, 2, 3]), input('y', [7, 3, 4]))).toEqualTypeOf<
      Value<'f64', readonly [5, 7, 2, 4]>
    >();
    expectTypeOf(matmul(row, input('v', [3]))).toEqualTypeOf<Value<'f64', readonly []>>();
    expectTypeOf(matmul(a, input('v', [2]))).toEqualTypeOf<Value<'f64', readonly [4]>>();
  });

  it('follow reductions, reshapes and permutations', () => {
    expectTypeOf(sum(a)).toEqualTypeOf<Value<'f64', readonly []>>();
    expectTypeOf(sum(a, { axes: [0] })).toEqualTypeOf<Value<'f64', readonly [2]>>();
    expectTypeOf(sum(a, { axes: [-1], keepDims: true })).toEqualTypeOf<Value<'f64', readonly [4, 1]>>();
    expectTypeOf(pipe(a, mean({ axes: [1] }))).toEqualTypeOf<Value<'f64', readonly [4]>>();
    expectTypeOf(reshape(a, [2, 2, 2])).toEqualTypeOf<Value<'f64', readonly [2, 2, 2]>>();
    expectTypeOf(reshape(a, [-1])).toEqualTypeOf<Value<'f64', readonly [number]>>();
    expectTypeOf(permuteDims(a, [1, 0])).toEqualTypeOf<Value<'f64', readonly [2, 4]>>();
    expectTypeOf(broadcastTo(row, [6, 3])).toEqualTypeOf<Value<'f64', readonly [6, 3]>>();
    expectTypeOf(tensor([[1, 2, 3]]).shape).toEqualTypeOf<readonly [1, 3]>();
    expectTypeOf(zeros([2, 3], 'f32').dtype).toEqualTypeOf<'f32'>();
  });

  it('are unknown where a size is', () => {
    expectTypeOf(matmul(batch, b)).toEqualTypeOf<Value<'f64', readonly [number, 3]>>();
    expectTypeOf(add(batch, a)).toEqualTypeOf<Value<'f64', readonly [4, 2]>>();
    expectTypeOf(add(any, a)).toEqualTypeOf<Value<'f64'>>();
    expectTypeOf(sum(any, { axes: [0] })).toEqualTypeOf<Value<'f64'>>();
  });

  it('are a compile error where they do not fit', () => {
    const refused = [
      // @ts-expect-error add: [4, 2] and [3] do not fit
      () => add(a, row),
      // @ts-expect-error the same, in a pipe
      () => pipe(a, add(row)),
      // @ts-expect-error matmul: [4, 2] and [4, 2] do not fit
      () => matmul(a, a),
      // @ts-expect-error the same, in a pipe
      () => pipe(a, matmul(a)),
      // @ts-expect-error f64 and f32
      () => add(a, single),
      // @ts-expect-error 8 elements do not make 9
      () => reshape(a, [3, 3]),
      // @ts-expect-error [4, 2] does not become [4, 3]
      () => broadcastTo(a, [4, 3]),
    ];
    for (const build of refused) expect(build).toThrow();
  });
});
