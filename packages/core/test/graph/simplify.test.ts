import * as a from '@adjoint/core';
import { constant, graph, input, primitive, print, simplify, type Value } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const x = input('x', [2, 3]);
const row = input('row', [3]);

/** The lines between the braces of a simplified graph. */
const lines = (out: Value, ...more: readonly Value[]): readonly string[] => {
  const outputs = Object.fromEntries([out, ...more].map((value, index) => [`out${index}`, value] as const));
  return print(simplify(graph(outputs)))
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
};

describe('simplify', () => {
  it.each<readonly [string, Value, readonly string[]]>([
    ['a count', a.divide(x, a.count(x, [1])), ['%1: f64[2, 3] = divide(x, 3)', 'return out0 = %1']],
    ['a function of numbers', a.multiply(x, a.exp(constant(0))), ['return out0 = x']],
    ['a sum over nothing', a.sumLike(x, a.exp(x)), ['return out0 = x']],
    ['a broadcast to the same shape', a.broadcastTo(x, [2, 3]), ['return out0 = x']],
    [
      'two reshapes',
      a.reshape(a.reshape(x, [6]), [3, 2]),
      ['%1: f64[3, 2] = reshape(x, shape=[3,2])', 'return out0 = %1'],
    ],
    ['a reshape there and back', a.squeeze(a.expandDims(x, [0]), [0]), ['return out0 = x']],
    ['two transposes', a.permuteDims(a.permuteDims(x, [1, 0]), [1, 0]), ['return out0 = x']],
    [
      'a broadcast before a function',
      a.add(x, a.broadcastTo(row, [2, 3])),
      ['%1: f64[2, 3] = add(x, row)', 'return out0 = %1'],
    ],
    ['x · 1', a.multiply(x, 1), ['return out0 = x']],
    ['1 · x', a.multiply(1, x), ['return out0 = x']],
    ['x / 1', a.divide(x, 1), ['return out0 = x']],
    ['x − 0', a.subtract(x, 0), ['return out0 = x']],
    ['x · −1', a.multiply(x, -1), ['%1: f64[2, 3] = negate(x)', 'return out0 = %1']],
    ['−(−x)', a.negate(a.negate(x)), ['return out0 = x']],
  ])('shortens %s', (_name, value, expected) => {
    expect(lines(value)).toEqual(expected);
  });

  it.each<readonly [string, Value]>([
    ['x + 0, which turns −0 into 0', a.add(x, 0)],
    ['0 − x, which turns 0 into 0 and not −0', a.subtract(0, x)],
    ['x · 0, which keeps NaN', a.multiply(x, 0)],
    ['1 / x', a.divide(1, x)],
    ['x − (−0), which turns −0 into 0', a.subtract(x, -0)],
    ['a broadcast that gives the result its shape', a.exp(a.broadcastTo(row, [2, 3]))],
  ])('leaves %s', (_name, value) => {
    expect(lines(value)).toEqual(
      print(graph({ out0: value }))
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim()),
    );
  });

  it('computes once what is written twice', () => {
    const twice = a.add(a.exp(a.multiply(x, 2)), a.tanh(a.exp(a.multiply(x, 2))));
    expect(lines(twice).filter((line) => line.includes('exp('))).toHaveLength(1);
  });

  it('tells apart attributes that JSON does not', () => {
    const pads = [NaN, Infinity, 0, -0].map((value) =>
      a.pad(
        x,
        [
          [0, 1],
          [0, 0],
        ],
        value,
      ),
    );
    expect(lines(a.sum(x), ...pads).filter((line) => line.includes('pad('))).toHaveLength(4);
  });

  it('does not compare attributes that are functions', () => {
    interface Attributes {
      readonly f: (x: number) => number;
    }
    const isAttributes = (u: unknown): u is Attributes => typeof u === 'object' && u !== null && 'f' in u;
    const opaque = primitive(
      {
        name: 'opaque',
        arity: 1,
        attributes: () => a.checked('a function', isAttributes),
        types: ([type]) => E.right([type]),
        kernel: ({ inputs: [from], out, attributes: { f } }) => out.data.set(from.data.map(f)),
        differentiable: false,
      },
      (op: () => a.Primitive<Attributes>) =>
        (f: Attributes['f']): Value =>
          a.build1(op(), [x], { f }),
    );
    const both = [opaque((each) => each + 1), opaque((each) => each - 1)];
    expect(lines(a.sum(x), ...both).filter((line) => line.includes('opaque('))).toHaveLength(2);
  });

  it('keeps names, inputs and bodies of scans', () => {
    const named = a.named('doubled', a.sumLike(a.multiply(x, 2), x));
    expect(lines(named)).toEqual(['doubled: f64[2, 3] = multiply(x, 2)', 'return out0 = doubled']);
    const [total] = a.scan(
      ([sum], [slice]) => ({ carries: sum && slice ? [a.add(sum, a.multiply(slice, 1))] : [] }),
      {
        init: [constant([0, 0, 0])],
        sequences: [x],
      },
    );
    if (total === undefined) throw new Error('no carry');
    expect(lines(total).some((line) => line.includes('multiply'))).toBe(false);
    expect(simplify(graph({ out: constant(1) }, [x])).inputs).toEqual([x]);
  });
});
