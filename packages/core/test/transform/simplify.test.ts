import * as a from '@adjoint/core';
import { checked, build1, type OpaqueOp, opaque, map } from '@adjoint/core/extend';
import { constant, graph, input, print, simplify, type Value } from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
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

  it('compares attributes of plain data only', () => {
    interface Attributes {
      readonly which: unknown;
    }
    const anything = checked('anything', (u): u is NonNullable<unknown> | null => u !== undefined);
    const applyChosen = (which: unknown): Value => build1(chosen, [x], { which });
    const chosen: typeof applyChosen & OpaqueOp<Attributes> = opaque(
      { name: 'chosen', arity: 1, attributes: { which: { codec: anything } } },
      {
        types: ([type]) => E.right([type]),
        kernel: ({ inputs: [from], out }) => out.data.set(from.data),
        differentiable: false,
      },
      applyChosen,
    );
    const left = (...choices: readonly unknown[]): number =>
      lines(a.sum(x), ...choices.map(chosen)).filter((line) => line.includes('chosen(')).length;
    expect(left(new Set([0]), new Set([1]))).toBe(2);
    expect(left(Math.sin, Math.cos)).toBe(2);
    expect(left(5n, 6n)).toBe(2);
    expect(left(1, '1', [1], NaN, null)).toBe(5);
    expect(left({ axes: [0, -0] }, { axes: [0, 0] }, { axes: [0, 0] })).toBe(2);
  });

  it('takes the operand that is negated twice, where it has the shape of the result', () => {
    const [first, second] = [a.scalar.argument('first'), a.scalar.argument('second')];
    const negated = (p: Value, q: Value): Value =>
      map('second', { parameters: [first, second], body: a.scalar.negate(second) }, [p, q]);
    expect(lines(a.negate(negated(row, x)))).toEqual(['return out0 = x']);
    expect(lines(a.negate(negated(x, row)))).toHaveLength(3);
  });

  it('runs a scan once whose results have names, or are differentiated by several values', () => {
    const [w, u] = [input('w', [3]), input('u', [3])];
    const [last = w, all = w] = a.scan(
      ([carry = w], [slice = w], [weight = w, other = w]) => {
        const next = a.tanh(a.add(a.multiply(weight, carry), a.multiply(other, slice)));
        return { carries: [next], stacked: [next] };
      },
      { init: [constant([0, 0, 0])], sequences: [x], constants: [a.named('weight', a.multiply(w, 2)), u] },
    );
    const scans = (found: readonly string[]): number =>
      found.filter((line) => line.includes(' = scan(')).length;
    expect(scans(lines(a.named('last', last), a.named('all', all)))).toBe(1);
    const loss = a.add(a.sum(last), a.sum(all));
    // Forwards, forwards with its carries kept, and backwards.
    expect(scans(lines(loss, ...Object.values(gradient(loss, { w, u, x }))))).toBe(3);
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
