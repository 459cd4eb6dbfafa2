import { scalar, sizeOf, type Value, type WindowAttributes } from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import type { Lowering } from './lowering.js';
import type { Operand } from './place.js';

/** The view of every window of a value, over their positions and then their elements. */
export function windowsView(view: View, { size, stride, dilation }: WindowAttributes): View {
  const { strides } = view;
  const outer = strides.length - size.length;
  const along = (steps: readonly number[]): number[] =>
    steps.map((step, axis) => step * (strides[outer + axis] ?? 0));
  return { ...view, strides: [...strides.slice(0, outer), ...along(stride), ...along(dilation)] };
}

/** Windows that share no element are only put in their places: what is added to is the 0 that was there. */
function placeWindows(lowering: Lowering, operand: Operand, out: Value, attributes: WindowAttributes): void {
  const isFull = sizeOf(operand.shape) === sizeOf(out.shape);
  const whole = isFull ? lowering.room(out) : lowering.filled(out, 0);
  const x = scalar.argument('x', out.dtype);
  const added = { parameters: [x], body: scalar.add(scalar.constant(0, out.dtype), x) };
  const place = lowering.elementwise('addWindows', added, [operand], operand.shape);
  lowering.storeInto({ place, shape: operand.shape }, windowsView(whole, attributes));
  lowering.setPlace(out, { kind: 'view', view: whole });
}

/** Adds up windows, one element of each at a time: those are as many pieces of the whole, cut with steps. */
export function addUpWindows(
  lowering: Lowering,
  operand: Operand,
  out: Value,
  { size, stride, dilation }: WindowAttributes,
): void {
  const apart = size.every((each, axis) => (stride[axis] ?? 1) > (each - 1) * (dilation[axis] ?? 1));
  if (apart) {
    placeWindows(lowering, operand, out, { size, stride, dilation });
    return;
  }
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
