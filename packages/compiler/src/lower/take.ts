import {
  absentElement,
  scalar,
  takenFrom,
  type Node,
  type Scalar,
  type Shape,
  type TakeAttributes,
  type Value,
} from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import type { Lowering } from './lowering.js';
import type { Operand } from './place.js';

/** Elements at indices that are data: views whose addresses the indices are part of. */

interface Taken {
  /** The elements that the indices name, over the axes of what is taken. */
  readonly elements: Operand;
  /** Each element's index. */
  readonly index: Operand;
  /** Whether there is such an element, as an expression of the index. */
  readonly exists: (index: Scalar) => Scalar;
}

function takenViews(whole: View, shape: Shape, by: View, indices: Shape, axis: number): Taken {
  const { at = 0, shape: target = [] } = takenFrom(shape, indices, axis) ?? {};
  const spread = (
    before: readonly number[],
    middle: readonly number[],
    after: readonly number[],
  ): number[] => [...before, ...middle, ...after];
  const { strides } = whole;
  const size = shape[at] ?? 0;
  const zeros = (list: readonly unknown[]): number[] => list.map(() => 0);
  const index: View = {
    ...by,
    strides: spread(zeros(shape.slice(0, at)), by.strides, zeros(shape.slice(at + 1))),
  };
  const elements: View = {
    ...whole,
    strides: spread(strides.slice(0, at), zeros(indices), strides.slice(at + 1)),
    index: { by: index, stride: strides[at] ?? 0, size },
  };
  const operand = (view: View): Operand => ({ place: { kind: 'view', view }, shape: target });
  return {
    elements: operand(elements),
    index: operand(index),
    exists: (i) => scalar.and(scalar.lessEqual(-size, i), scalar.less(i, size)),
  };
}

const indexArgument = scalar.argument('index', 'i32');

/** `take` loads the element, or what stands for one that is not there. */
export function lowerTake(lowering: Lowering, node: Node, out: Value, { axis }: TakeAttributes): void {
  const [whole, indices] = lowering.operandsOf(node);
  if (whole === undefined || indices === undefined) return;
  const absent = scalar.constant(absentElement(out.dtype), out.dtype);
  const { elements, index, exists } = takenViews(
    lowering.view(whole),
    whole.shape,
    lowering.view(indices),
    indices.shape,
    axis,
  );
  if (whole.shape.includes(0)) {
    lowering.setPlace(out, { kind: 'literal', value: absent.value, dtype: out.dtype });
    return;
  }
  const x = scalar.argument('x', out.dtype);
  const lambda = { parameters: [x, indexArgument], body: scalar.select(exists(indexArgument), x, absent) };
  lowering.setPlace(out, lowering.elementwise('take', lambda, [elements, index], out.shape));
}

/** `addTaken` adds to the element that an index names, or −0, which changes nothing, to another. */
export function lowerAddTaken(lowering: Lowering, node: Node, out: Value, { axis }: TakeAttributes): void {
  const [x, indices] = lowering.operandsOf(node);
  if (x === undefined || indices === undefined) return;
  const whole = lowering.filled(out, 0);
  lowering.setPlace(out, { kind: 'view', view: whole });
  if (out.shape.includes(0)) return;
  // One index for each element, even where they are one in memory: what is stored for one is loaded for the next.
  const by = lowering.contiguous(indices);
  const { elements, index, exists } = takenViews(whole, out.shape, by, indices.shape, axis);
  const [sum, each] = [scalar.argument('sum', out.dtype), scalar.argument('x', out.dtype)];
  const lambda = {
    parameters: [sum, each, indexArgument],
    body: scalar.add(sum, scalar.select(exists(indexArgument), each, scalar.constant(-0, out.dtype))),
  };
  const place = lowering.elementwise('addTaken', lambda, [elements, x, index], x.shape);
  lowering.storeInto({ place, shape: x.shape }, lowering.view(elements));
}
