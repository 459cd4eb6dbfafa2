import { input, scalar, type DType, type Shape } from '@adjoint/core';
import { allocate, at, prefix, roundTo, sizeOf } from '@adjoint/core/extend';
import { type Kernel } from '@adjoint/compiler';
import { describe, expect, it } from 'vitest';
import { combinationOf } from '../../src/loop/combine.js';
import { printKernel } from '../../src/loop/print.js';
import { wholeView } from '../../src/loop/view.js';
import { Block } from '../../src/lower/block.js';
import { Module } from '../../src/lower/module.js';
import { rules } from '../../src/lower/rules.js';
import { order } from '../../src/order/order.js';
import { schedule } from '../../src/schedule/schedule.js';
import type { Buffer } from '../../src/loop/kernel.js';
import { Evaluator } from '../evaluate.js';
import { target } from '../target.js';

interface Case {
  readonly shape: Shape;
  readonly axis: number;
  readonly reverse: boolean;
  readonly combine: scalar.BinaryScalar;
  readonly dtype: DType;
  readonly accumulator: DType;
}

interface Lowered {
  readonly kernels: readonly Kernel[];
  readonly from: Buffer;
  readonly to: Buffer;
}

function lowered({ shape, axis, reverse, combine, dtype, accumulator }: Case): Lowered {
  const module = new Module(target);
  const block = new Block(module, rules);
  const from: Buffer = { name: 'x', dtype, size: sizeOf(shape), kind: 'kept' };
  const to: Buffer = { ...from, name: 'out' };
  const x = input('x', shape, dtype);
  const op = prefix(
    { name: 'prefix' },
    { combine, ...(accumulator === 'f64' && { accumulator }), differentiable: false },
  );
  const out = op(x, { axis, reverse });
  block.setView(x, wholeView(from, shape));
  block.compute([out]);
  const body = block.finish([{ operand: block.values.operand(out), view: wholeView(to, shape) }], []);
  return { kernels: schedule(order(body, module), target), from, to };
}

/** The same by plain loops. */
function expected(
  x: ArrayLike<number>,
  { shape, axis, reverse, combine, dtype, accumulator }: Case,
): number[] {
  const out = Array<number>(x.length).fill(NaN);
  const size = at(shape, axis);
  const inner = sizeOf(shape.slice(axis + 1));
  const both = scalar.apply(combine, [scalar.argument('a', accumulator), scalar.argument('b', accumulator)]);
  for (let outer = 0; outer < sizeOf(shape.slice(0, axis)); outer++) {
    for (let each = 0; each < inner; each++) {
      let total = combinationOf(combine).neutral(accumulator);
      for (let step = 0; step < size; step++) {
        const index = (outer * size + (reverse ? size - 1 - step : step)) * inner + each;
        total = scalar.evaluateScalar(both, { a: total, b: at(x, index) });
        out[index] = roundTo(dtype, total);
      }
    }
  }
  return out;
}

const sums: Case = {
  shape: [3, 4, 5],
  axis: 1,
  reverse: false,
  combine: scalar.add,
  dtype: 'f64',
  accumulator: 'f64',
};

describe('lowerPrefix', () => {
  it.each<[string, Case]>([
    ['adds up along an axis', sums],
    ['along the first', { ...sums, axis: 0 }],
    ['along the last, backwards', { ...sums, axis: 2, reverse: true }],
    ['multiplies', { ...sums, shape: [7], axis: 0, combine: scalar.multiply }],
    ['takes the greatest', { ...sums, combine: scalar.maximum, reverse: true }],
    ['adds up f32 in f64', { ...sums, dtype: 'f32', accumulator: 'f64' }],
    ['adds up integers', { ...sums, dtype: 'i32', accumulator: 'i32' }],
    ['of one element', { ...sums, shape: [1], axis: 0 }],
    ['of nothing', { ...sums, shape: [2, 0], axis: 1 }],
  ])('%s', (_name, each) => {
    const { kernels, from, to } = lowered(each);
    const evaluator = new Evaluator();
    const x = allocate(each.dtype, from.size).map((_, index) => ((index * 37) % 11) - 4);
    evaluator.data(from).set(x);
    evaluator.run(kernels);
    expect([...evaluator.data(to)]).toEqual(expected(x, each));
  });

  it('keeps the sign of a first zero', () => {
    const { kernels, from, to } = lowered({ ...sums, shape: [2], axis: 0 });
    const evaluator = new Evaluator();
    evaluator.data(from).set([-0, -0]);
    evaluator.run(kernels);
    expect([...evaluator.data(to)]).toEqual([-0, -0]);
  });

  it('is a loop around one kernel', () => {
    const { kernels } = lowered({ ...sums, shape: [2, 3], dtype: 'f32', reverse: true });
    expect(kernels.flatMap(printKernel).join('\n')).toMatchInlineSnapshot(`
      "for i < 2
        carry[i] = -0
      repeat 3 times
        for i < 2
          t1 = carry[i] + f64(x@[3i])
          prefix@[3i] = f32(t1)
          carry[i] = t1
      for i < 6
        out[i] = prefix[i]"
    `);
  });
});
