import { readFileSync } from 'node:fs';
import * as a from '@adjoint/core';
import { evaluateNodes, nodesUnder, sizeOf, broadcastShapes } from '@adjoint/core/extend';
import { constant, fromData, tensor, type Shape, type Tensor, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const reference = JSON.parse(readFileSync(new URL('../data/ops-numpy.json', import.meta.url), 'utf8')) as {
  // The form of the file, see its `source`.
  readonly reductions: readonly {
    op: 'sum' | 'prod' | 'max' | 'min' | 'mean';
    x: Plain;
    axes: number[] | null;
    keepDims: boolean;
    out: Plain;
  }[];
  readonly matmul: readonly { x: Plain; y: Plain; out: Plain }[];
  readonly slices: readonly { shape: number[]; ranges: a.SliceRange[]; out: Plain }[];
};

const value = ({ shape, values }: Plain): Value =>
  constant(fromData('f64', shape, Float64Array.from(values)));

function evaluate(out: Value): Tensor {
  const result = evaluateNodes(nodesUnder([out]), new Map()).get(out);
  if (result === undefined) throw new Error('no result');
  return result;
}

function expectClose(actual: Tensor, { shape, values }: Plain): void {
  expect(actual.shape).toEqual(shape);
  values.forEach((each, index) => expect(Math.abs((actual.data[index] ?? NaN) - each)).toBeLessThan(1e-12));
}

const iota = (shape: Shape): Value =>
  constant(
    fromData(
      'f64',
      shape,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
    ),
  );

describe('beside NumPy', () => {
  it.each(reference.reductions.map((each, index) => [index, each.op, each] as const))(
    'reduction %i: %s',
    (_, op, { x, axes, keepDims, out }) => {
      const reduced = a[op](value(x), { ...(axes === null ? {} : { axes }), keepDims });
      expectClose(evaluate(reduced), out);
      expect(reduced.shape).toEqual(out.shape);
    },
  );

  it.each(reference.matmul.map((each) => [each.x.shape, each.y.shape, each] as const))(
    'matmul %j %j',
    (_x, _y, { x, y, out }) => {
      const product: Value = a.matmul(value(x), value(y));
      expectClose(evaluate(product), out);
      expect(product.shape).toEqual(out.shape);
    },
  );

  it('slices', () => {
    for (const { shape, ranges, out } of reference.slices)
      expectClose(evaluate(a.slice(iota(shape), ranges)), out);
    expect(reference.slices).toHaveLength(200);
  });
});

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** Two shapes that broadcast: one, and it again with some sizes made 1 and some leading axes left out. */
const broadcastable = fc
  .tuple(shapes, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.nat(4))
  .map(([shape, ones, drop]) => {
    const other = shape
      .map((size, axis) => (ones[axis] === true ? 1 : size))
      .slice(Math.min(drop, shape.length));
    return [shape, other] as const;
  });

describe('properties', () => {
  it('broadcasting pairs the elements that NumPy pairs', () => {
    fc.assert(
      fc.property(broadcastable, fc.boolean(), ([p, q], swap) => {
        const [left, right] = swap ? [q, p] : [p, q];
        const result = evaluate(a.add(iota(left) as Value<'f64'>, a.multiply(1000, iota(right))));
        expect(result.shape).toEqual(broadcastShapes(left, right));
        const strides = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
        result.data.forEach((each, flat) => {
          const index = strides(result.shape).map(
            (stride, axis) => Math.floor(flat / stride) % (result.shape[axis] ?? 1),
          );
          const at = (shape: Shape): number => {
            const own = index.slice(index.length - shape.length);
            return strides(shape).reduce(
              (sum, stride, axis) => sum + stride * (shape[axis] === 1 ? 0 : (own[axis] ?? 0)),
              0,
            );
          };
          expect(each).toBe(at(left) + 1000 * at(right));
        });
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('permuteDims, reshape, expandDims and squeeze undo themselves', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, seed) => {
        const x = iota(shape);
        const axes = shape
          .map((_, axis) => axis)
          .sort((p, q) => Math.sin(p * 7 + seed) - Math.sin(q * 7 + seed));
        const back = axes.map((_, axis) => axes.indexOf(axis));
        const permuted: Value = a.permuteDims(x, axes);
        expect(evaluate(a.permuteDims(permuted, back))).toEqual(evaluate(x));
        expect(evaluate(a.squeeze(a.expandDims(x, [0, -1]), [0, -1]))).toEqual(evaluate(x));
        expect(evaluate(a.reshapeLike(a.reshape(x, [sizeOf(shape)]), x))).toEqual(evaluate(x));
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('concat and splitLike, slice and unslice undo themselves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 3 }),
        (sizes, rows) => {
          const parts = sizes.map((size) => iota([rows, size]));
          const whole = a.concat(parts, 1);
          expect(whole.shape).toEqual([rows, sizes.reduce((sum, size) => sum + size, 0)]);
          a.splitLike(whole, parts, { axis: -1 }).forEach((part, index) =>
            expect(evaluate(part)).toEqual(evaluate(parts[index] ?? whole)),
          );
          const ranges = [{ start: 1 }, { step: 2 }];
          const piece = a.slice(whole, ranges);
          expect(evaluate(a.slice(a.unslice(piece, whole, { ranges }), ranges))).toEqual(evaluate(piece));
          expect(
            evaluate(
              a.slice(
                a.pad(whole, [
                  [1, 2],
                  [0, 3],
                ]),
                [{ start: 1, stop: -2 }, { stop: -3 }],
              ),
            ),
          ).toEqual(evaluate(whole));
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  it('sumLike is the transpose of broadcastLike', () => {
    fc.assert(
      fc.property(broadcastable, ([shape, other]) => {
        const [x, y] = [a.sin(iota(shape)), a.cos(iota(other))];
        const dot = (p: Value, q: Value): number =>
          evaluate(a.sum(a.multiply(p as Value<'f64'>, q as Value<'f64'>))).data[0] ?? NaN;
        const [forwards, backwards] = [dot(a.broadcastLike(y, x), x), dot(y, a.sumLike(x, y))];
        expect(Math.abs(forwards - backwards)).toBeLessThan(1e-10 * Math.max(1, Math.abs(forwards)));
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});

describe('numbers', () => {
  it('keep NaN in max and min, and ±0 in products', () => {
    expect(evaluate(a.max(constant([1, NaN, 3]))).data[0]).toBe(NaN);
    expect(evaluate(a.min(constant([NaN, 1]))).data[0]).toBe(NaN);
  });

  it('are rounded to f32 at every op, sums once', () => {
    const third = constant(tensor([1, 1], 'f32'));
    const out = evaluate(a.divide(third, 3));
    expect(out.dtype).toBe('f32');
    expect(out.data[0]).toBe(Math.fround(1 / 3));
    const tenths = constant(fromData('f32', [1000], new Float32Array(1000).fill(0.1)));
    expect(evaluate(a.sum(tenths)).data[0]).toBe(Math.fround(1000 * Math.fround(0.1)));
  });

  it('wrap around in i32', () => {
    expect(evaluate(a.sum(constant(tensor([2 ** 31 - 1, 1], 'i32')))).data[0]).toBe(-(2 ** 31));
    expect(evaluate(a.prod(constant(tensor([123456789, 987654321], 'i32')))).data[0]).toBe(
      Math.imul(123456789, 987654321),
    );
  });

  it('convert by value', () => {
    const x = constant([-2.7, 0, 0.4, 3e9]);
    expect(Array.from(evaluate(a.astype(x, 'i32')).data)).toEqual([-2, 0, 0, 3e9 | 0]);
    expect(Array.from(evaluate(a.astype(x, 'bool')).data)).toEqual([1, 0, 1, 1]);
    expect(Array.from(evaluate(a.astype('f32')(constant([0.1]))).data)).toEqual([Math.fround(0.1)]);
  });

  it('of no elements have a sum and a product, but no maximum', () => {
    const none = constant(a.zeros([0, 2]));
    expect(Array.from(evaluate(a.sum(none, { axes: [0] })).data)).toEqual([0, 0]);
    expect(evaluate(a.prod(none)).data[0]).toBe(1);
    expect(evaluate(a.all(a.less(none, 1))).data[0]).toBe(1);
    expect(() => a.max(none)).toThrow(/max: has no result for no elements/);
  });

  it('are chosen by where, and counted', () => {
    const x = constant([-1, NaN, 2]);
    expect(Array.from(evaluate(a.where(a.less(x, 0), 0, x)).data)).toEqual([0, NaN, 2]);
    expect(evaluate(a.count(constant(a.zeros([2, 3, 4])), [0, -1])).data[0]).toBe(8);
    expect(evaluate(a.any(a.logicalNot(a.isFinite(x)))).data[0]).toBe(1);
  });
});

describe('scan', () => {
  it('loops without a sequence, not at all, and backwards', () => {
    const double = (length: number): number[] => {
      const [out = constant(0)] = a.scan(([x = constant(0)]) => ({ carries: [a.multiply(2, x)] }), {
        init: [constant(1)],
        length,
      });
      return Array.from(evaluate(out).data);
    };
    expect([0, 1, 10].map(double)).toEqual([[1], [2], [1024]]);
    const [last = constant(0), sums = constant(0)] = a.scan(
      ([total = constant(0)], [x = constant(0)]) => {
        const next = a.add(total, x);
        return { carries: [next], stacked: [next] };
      },
      { init: [constant(0)], sequences: [constant([1, 2, 3])], reverse: true },
    );
    expect(Array.from(evaluate(last).data)).toEqual([6]);
    expect(Array.from(evaluate(sums).data)).toEqual([6, 5, 3]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a value from outside',
      () => {
        const outside = a.input('outside', []);
        return a.scan(([x = outside]) => ({ carries: [a.add(x, outside)] }), {
          init: [constant(0)],
          length: 3,
        });
      },
      /the input is used but not among the given inputs/,
    ],
    [
      'a state from outside',
      () => {
        const w = a.state(tensor(1), 'w');
        return a.scan(([x = w]) => ({ carries: [a.add(x, w)] }), { init: [constant(0)], length: 3 });
      },
      /the body uses the state "w" from outside\n {2}Pass it to the body as an operand/,
    ],
    [
      'a carry that changes',
      () =>
        a.scan(([x = constant(0)]) => ({ carries: [a.expandDims(x, [0])] }), {
          init: [constant(0)],
          length: 3,
        }),
      /scan: the body changes the type of carry 0: f64\[\] became f64\[1\]/,
    ],
    [
      'a number of steps that nothing tells',
      () => a.scan(([x = constant(0)]) => ({ carries: [x] }), { init: [constant(0)] }),
      /scan: nothing tells how many steps there are\n[\s\S]*Give a sequence, or a length/,
    ],
    [
      'sequences of two lengths',
      () =>
        a.scan(([x = constant(0)]) => ({ carries: [x] }), {
          init: [constant(0)],
          sequences: [constant([1]), constant([1, 2])],
        }),
      /the sequences have different lengths/,
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('cond', () => {
  const x = constant([1, 4]);
  const chosen = (predicate: boolean): number[] => {
    const [out = x] = a.cond(
      constant(tensor(predicate, 'bool')),
      ([each = x]) => [a.sqrt(each)],
      ([each = x]) => [a.negate(each)],
      [x],
    );
    return Array.from(evaluate(out).data);
  };

  it('computes one of two bodies', () => {
    expect([true, false].map(chosen)).toEqual([
      [1, 2],
      [-1, -4],
    ]);
  });

  it('computes no more than that one', () => {
    const fails = a.scalar.unary('fails', {
      evaluate: () => {
        throw new Error('it was computed');
      },
      partial: () => undefined,
    });
    const failing = a.elementwise('failing', (each) => fails(each));
    const [out = x] = a.cond(
      a.less(a.sum(x), 100),
      ([each = x]) => [each],
      ([each = x]) => [failing(each)],
      [x],
    );
    expect(() => evaluate(failing(x))).toThrow('it was computed');
    expect(Array.from(evaluate(out).data)).toEqual([1, 4]);
  });

  const same = ([each = x]: readonly Value[]): readonly Value[] => [each];
  it.each<[string, () => unknown, RegExp]>([
    [
      'a predicate for each element',
      () => a.cond(a.less(x, 2), same, same, [x]),
      /cond: the predicate should be one bool[\s\S]*where chooses for each element/,
    ],
    [
      'results of two types',
      () => a.cond(a.less(a.sum(x), 2), same, ([each = x]) => [a.sum(each)], [x]),
      /the bodies give different results: f64\[2\] when true, f64\[\] when false/,
    ],
    [
      'a value from outside',
      () => a.cond(a.less(a.sum(x), 2), same, () => [a.input('outside', [2])], [x]),
      /the input is used but not among the given inputs/,
    ],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('what is no value', () => {
  it('is refused as an operand', () => {
    // As plain JavaScript may call them.
    const relu = (): unknown => Reflect.apply(a.relu, undefined, [tensor([1])]);
    expect(relu).toThrow(
      'the argument x of relu: expected a value or a number, found a tensor\n  Write constant(…) around a tensor.',
    );
    const concat = (): unknown => Reflect.apply(a.concat, undefined, [[constant([1]), tensor([1])], 0]);
    expect(concat).toThrow('the argument values of concat: expected a list of one value or more');
  });
});

describe('errors', () => {
  const x: Value = a.input('x', [2, 3]);
  it.each<[string, () => unknown]>([
    [
      'add: the shapes do not broadcast\n  operand 0: f64  [2 3]\n  operand 1: f64  [  4]\n  Aligned at the right, the sizes of an axis must be equal, or one of them 1.',
      () => a.add(x, a.input('y', [4]) as Value),
    ],
    [
      'add: add takes operands of one dtype, given f64, f32; convert with astype\n  operand 0: f64  [2 3]\n  operand 1: f32  [2 3]',
      () => a.add(x, a.input('y', [2, 3], 'f32') as Value),
    ],
    [
      'matmul: the first operand has 3 columns, the second 2 rows\n  operand 0: f64  [2 3]\n  operand 1: f64  [2 3]\n  The last axis of the first and the last but one of the second must be equal.',
      () => a.matmul(x, x),
    ],
    [
      'sum: the axes [0, 2] are not different axes of rank 2\n  operand 0: f64  [2 3]',
      () => a.sum(x, { axes: [0, 2] }),
    ],
    [
      'reshape: 6 elements do not fill the shape [4, -1]\n  operand 0: f64  [2 3]',
      () => a.reshape(x, [4, -1]),
    ],
    ['exp: exp takes f64 or f32, given i32\n  operand 0: i32  [2]', () => a.exp(a.input('n', [2], 'i32'))],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});
