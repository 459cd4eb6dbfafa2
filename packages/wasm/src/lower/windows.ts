import { scalar, type Value, type WindowAttributes } from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import type { Lowering, Operand } from './lowering.js';

/** Adds up windows, one element of each at a time: those are as many pieces of the whole, cut with steps. */
export function addUpWindows(
  lowering: Lowering,
  operand: Operand,
  out: Value,
  { size, stride, dilation }: WindowAttributes,
): void {
  const whole = lowering.filled(out, 0);
  const windowed = lowering.view(operand);
  const positions = operand.shape.slice(0, out.shape.length);
  const outer = out.shape.length - size.length;
  const [x, y] = [scalar.argument('x', out.dtype), scalar.argument('y', out.dtype)];
  const sum = { parameters: [x, y], body: scalar.add(x, y) };
  const elements = size.reduce<readonly (readonly number[])[]>(
    (indices, each) => indices.flatMap((index) => Array.from({ length: each }, (_, at) => [...index, at])),
    [[]],
  );
  for (const element of elements) {
    const offsetIn = (strides: readonly number[], factors: readonly number[]): number =>
      element.reduce(
        (offset, at, axis) => offset + at * (factors[axis] ?? 1) * (strides[outer + axis] ?? 0),
        0,
      );
    const piece: View = {
      ...whole,
      offset: offsetIn(whole.strides, dilation),
      strides: whole.strides.map((each, axis) => each * (axis < outer ? 1 : (stride[axis - outer] ?? 1))),
    };
    const part: View = {
      ...windowed,
      offset: windowed.offset + offsetIn(windowed.strides.slice(size.length), []),
      strides: windowed.strides.slice(0, out.shape.length),
    };
    const views = [piece, part].map((view): Operand => ({ place: { kind: 'view', view }, shape: positions }));
    const place = lowering.elementwise('addWindows', sum, views, positions);
    lowering.storeInto({ place, shape: positions }, piece);
  }
  lowering.setPlace(out, { kind: 'view', view: whole });
}
