import { scalar, type DType } from '@adjoint/core';
import { describe, expect, it } from 'vitest';
import type { Buffer, Kernel, Load, LoopKernel, Store, View } from '../../src/loop/kernel.js';
import { printKernel } from '../../src/loop/print.js';

const buffer = (name: string, dtype: DType): Buffer => ({ name, dtype, size: 12, kind: 'kept' });
const view = (of: Buffer, strides: readonly number[], more: Partial<View> = {}): View => ({
  buffer: of,
  offset: 0,
  strides,
  ...more,
});
const [x, y] = [scalar.argument('x'), scalar.argument('y')] as const;
const load = (argument: scalar.Scalar, from: View): Load => ({ argument, view: from });
const store = (to: View, value: scalar.Scalar, level: Store['level'] = 'element'): Store => ({
  view: to,
  value,
  level,
});

const loops = (parts: Partial<LoopKernel>): LoopKernel => ({
  kind: 'loops',
  name: 'test',
  extents: [],
  reduced: 0,
  loads: [],
  reductions: [],
  stores: [],
  ...parts,
});
const printed = (kernel: Kernel): string => printKernel(kernel).join('\n');

const [A, B, C] = [buffer('A', 'f64'), buffer('B', 'f64'), buffer('C', 'f64')] as const;

describe('printKernel', () => {
  it('writes a map, broadcast along an axis', () => {
    const kernel = loops({
      extents: [3, 4],
      loads: [load(x, view(A, [4, 1])), load(y, view(B, [0, 1], { offset: 2 }))],
      stores: [store(view(C, [1, 3]), scalar.multiply(scalar.add(x, y), 2))],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "for i < 3, j < 4
        C[i + 3j] = (A[4i + j] + B[j + 2]) * 2"
    `);
  });

  it('writes a reduction with what is computed of its result', () => {
    const sum = scalar.argument('result');
    const kernel = loops({
      extents: [3, 4],
      reduced: 1,
      loads: [load(x, view(A, [4, 1])), load(y, view(B, [1, 0]))],
      reductions: [{ combine: scalar.add, accumulator: 'f64', element: scalar.square(x), result: sum }],
      stores: [store(view(C, [1, 0]), scalar.subtract(scalar.sqrt(sum), y), 'result')],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "for i < 3
        for j < 4
          sum ← square(A[4i + j])
        C[i] = sqrt(sum) - B[i]"
    `);
  });

  it('numbers several reductions, and stores elements beside them', () => {
    const [sum, most] = [scalar.argument('r0'), scalar.argument('r1')] as const;
    const kernel = loops({
      extents: [4],
      reduced: 1,
      loads: [load(x, view(A, [1]))],
      reductions: [
        { combine: scalar.add, accumulator: 'f64', element: x, result: sum },
        { combine: scalar.maximum, accumulator: 'f64', element: scalar.abs(x), result: most },
      ],
      stores: [
        store(view(B, [1]), scalar.negate(x)),
        store(view(C, [0]), scalar.divide(sum, most), 'result'),
      ],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "for i < 4
        sum0 ← A[i]
        max1 ← abs(A[i])
        B[i] = -A[i]
      C[0] = sum0 / max1"
    `);
  });

  it('names what several expressions share', () => {
    const shared = scalar.exp(scalar.add(x, y));
    const twice = scalar.multiply(shared, scalar.subtract(shared, 1));
    const kernel = loops({
      extents: [4],
      loads: [load(x, view(A, [1])), load(y, view(B, [1]))],
      stores: [store(view(C, [1]), scalar.tanh(twice)), store(view(B, [1]), scalar.divide(1, twice))],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "for i < 4
        t1 = exp(A[i] + B[i])
        t2 = t1 * (t1 - 1)
        C[i] = tanh(t2)
        B[i] = 1 / t2"
    `);
  });

  it('says which loop is cut into parts', () => {
    const kernel = loops({
      extents: [2, 6],
      parallel: true,
      loads: [load(x, view(A, [6, 1]))],
      stores: [store(view(B, [6, 1]), x)],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "in parts, for i < 2, j < 6
        B[6i + j] = A[6i + j]"
    `);
  });

  it('writes an index that is data into the address', () => {
    const at = buffer('at', 'i32');
    const rows = view(A, [0, 1], { index: { by: view(at, [1, 0]), stride: 4, size: 3 } });
    const kernel = loops({
      extents: [3, 4],
      loads: [load(x, rows)],
      stores: [store(view(B, [4, 1]), x)],
    });
    expect(printed(kernel)).toMatchInlineSnapshot(`
      "for i < 3, j < 4
        B[4i + j] = A[4·at[i] + j]"
    `);
  });

  it('writes a copy and a call', () => {
    const copy = { kind: 'copy', name: 'move', from: view(A, [1]), to: view(B, [1]), size: 12 } as const;
    expect(printed(copy)).toMatchInlineSnapshot(`"B = A  (12 elements)"`);
    const [reads, writes] = [[view(A, [4, 1]), view(B, [1])], [view(C, [1])]] as const;
    expect(printed({ kind: 'call', name: 'sort', target: 0, reads, writes })).toMatchInlineSnapshot(
      `"C ← the op's own kernel of A, B"`,
    );
  });

  it('writes a loop around kernels, and marks what moves with it', () => {
    const slot = { name: 'slice' };
    const slice = view(A, [1], { slot });
    const step = loops({
      extents: [4],
      loads: [load(x, slice), load(y, view(B, [1]))],
      stores: [store(view(C, [1]), scalar.add(x, y))],
    });
    const carry: Kernel = { kind: 'copy', name: 'carry', from: view(C, [1]), to: view(B, [1]), size: 4 };
    const moving = [{ slot, from: view(A, [1]), stride: 4 }];
    const scan = { kind: 'repeat', name: 'scan', steps: 3, moving, body: [step, carry] } as const;
    expect(printed(scan)).toMatchInlineSnapshot(`
      "repeat 3 times
        for i < 4
          C[i] = A@[i] + B[i]
        B = C  (4 elements)"
    `);
  });

  it('grows with the number of functions, however often each is used', () => {
    let value: scalar.Scalar = x;
    for (let link = 0; link < 200; link++) value = scalar.add(scalar.multiply(value, value), value);
    const kernel = loops({ loads: [load(x, view(A, []))], stores: [store(view(B, []), value)] });
    const lines = printKernel(kernel);
    expect(lines.length).toBeGreaterThan(199);
    expect(lines.length).toBeLessThan(1000);
    expect(lines.join('\n').length).toBeLessThan(100_000);
    expect(lines.slice(0, 2)).toEqual(['t1 = A[0] * A[0] + A[0]', 't2 = t1 * t1 + t1']);
  });
});
