import {
  broadcastTo,
  constant,
  expandDims,
  indicesAlong,
  input,
  multiply,
  reshape,
  scan,
  type TensorType,
  type Value,
} from '@adjoint/core';
import {
  build1,
  constantOf,
  opaque,
  type Found,
  type NoAttributes,
  type OpaqueOp,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** A value of an op with this type rule. */
function ruled(types: () => Found<readonly TensorType[]>): Value {
  const apply = (x: Value): Value => build1(op, [x], {});
  const op: typeof apply & OpaqueOp<NoAttributes> = opaque(
    { name: 'ruled' },
    { types, kernel: () => undefined, behind: 'same', differentiable: false },
    apply,
  );
  return op(input('x', [2]));
}

const type =
  (dtype: string, shape: readonly unknown[]): (() => Found<readonly TensorType[]>) =>
  // What a plugin in plain JavaScript may give.
  () =>
    E.right([{ dtype, shape } as unknown as TensorType]);

describe('the type that a rule gives', () => {
  it.each<[string, () => Found<readonly TensorType[]>, RegExp]>([
    ['a negative size', type('f64', [-1]), /-1 is none/],
    ['a fraction', type('f64', [1.5]), /1\.5 is none/],
    ['a dtype that there is not', type('f16', [2]), /there is no dtype f16/],
    ['more axes than there may be', type('f64', Array(65).fill(1)), /at most 64 axes/],
    ['more elements than there may be', type('f64', [2 ** 31]), /at most 2147483647/],
    ['no list', () => E.right(undefined as unknown as readonly TensorType[]), /a list of types in E\.right/],
    // Plain JavaScript forgets E.right.
    ['no Either', () => [] as unknown as Found<readonly TensorType[]>, /a list of types in E\.right/],
  ])('is refused when the node is built: %s', (_, types, message) => {
    expect(() => ruled(types)).toThrow(message);
    expect(() => ruled(types)).toThrow(/^ruled: /);
  });

  it('names the op where the rule throws', () => {
    expect(() =>
      ruled(() => {
        throw new Error('no');
      }),
    ).toThrow('the type rule of "ruled" threw Error: no');
  });
});

describe('sizes that ops compute', () => {
  const long = input('long', [2 ** 20, 1]);
  it.each<[string, () => Value, RegExp]>([
    ['by broadcasting', () => multiply(long, input('wide', [2 ** 11])), /multiply: .*at most 2147483647/],
    ['of a broadcast', () => broadcastTo(input('x', [1]) as Value, [2 ** 16, 2 ** 15]), /2147483647/],
    [
      'of new axes',
      () =>
        expandDims(
          input('x', []),
          Array.from({ length: 65 }, (_, i) => i),
        ),
      /64 axes/,
    ],
    ['of a reshape', () => reshape(input('x', [1]) as Value, Array<number>(65).fill(1)), /at most 64 axes/],
    ['of no elements', () => indicesAlong(input('x', [2 ** 40, 0])), /input [^]*at most 2147483647/],
  ])('are refused beyond the limits: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('are refused for a scan of more steps than there may be', () => {
    const loop = (length: number): unknown =>
      scan((carries) => ({ carries }), { init: [input('x', [])], length });
    expect(() => loop(2 ** 32 + 3)).toThrow(/scan: takes at most 2147483647 steps, given 4294967299/);
    expect(() => loop(2 ** 31 - 1)).not.toThrow();
  });
});

describe('a constant', () => {
  it('has data that are those of its type', () => {
    const odd = { dtype: 'bool', shape: [2], data: new Uint8Array([0, 2]) } as const;
    expect(() => constant(odd)).toThrow(/a bool is 0 or 1/);
    const deep = { dtype: 'f64', shape: Array<number>(3000).fill(1), data: new Float64Array(1) } as const;
    expect(() => constant(deep)).toThrow(/at most 64 axes/);
    expect(constantOf(constant([1, 2]).node)?.shape).toEqual([2]);
  });
});
