import {
  absentElement,
  at,
  fromData,
  scalar,
  sizeOf,
  takenFrom,
  type Scalar,
  type Shape,
  type TakeAttributes,
} from '@adjoint/core';
import type { View } from '../loop/kernel.js';
import { inMemory, type Operand } from './location.js';
import type { Rule } from './rule.js';

/** Elements at indices that are data: views whose addresses the indices are part of. */

interface Taken {
  /** The elements that the indices name, over the axes of what is taken. */
  readonly elements: Operand;
  /** Each element's index. */
  readonly index: Operand;
  /** Whether there is such an element, as an expression of the index. */
  readonly exists: (index: Scalar) => Scalar;
}

/** A value in memory. */
interface Located {
  readonly view: View;
  readonly shape: Shape;
}

function takenViews(whole: Located, indices: Located, axis: number): Taken {
  const { shape } = whole;
  const taken = takenFrom(shape, indices.shape, axis);
  if (taken === undefined) throw new RangeError(`no axis ${axis} of ${shape.length}`);
  const { at: along, shape: target } = taken;
  const { strides } = whole.view;
  const size = at(shape, along);
  const zeros = (list: readonly unknown[]): number[] => list.map(() => 0);
  const index: View = {
    ...indices.view,
    strides: [...zeros(shape.slice(0, along)), ...indices.view.strides, ...zeros(shape.slice(along + 1))],
  };
  const elements: View = {
    ...whole.view,
    strides: [...strides.slice(0, along), ...zeros(indices.shape), ...strides.slice(along + 1)],
    index: { by: index, stride: at(strides, along), size },
  };
  return {
    elements: inMemory(elements, target),
    index: inMemory(index, target),
    exists: (i) => scalar.and(scalar.lessEqual(-size, i), scalar.less(i, size)),
  };
}

const indexArgument = scalar.argument('index', 'i32');

/** `take` loads the element, or what stands for one that is not there. */
export const lowerTake: Rule<TakeAttributes> = (block, node, out, { axis }) => {
  const operands = block.operands(node);
  const [whole, indices] = [at(operands, 0), at(operands, 1)];
  const absent = scalar.constant(absentElement(out.dtype), out.dtype);
  const { elements, index, exists } = takenViews(
    { view: block.storage.view(whole), shape: whole.shape },
    { view: block.storage.view(indices), shape: indices.shape },
    axis,
  );
  if (whole.shape.includes(0)) {
    block.values.set(out, { kind: 'literal', value: absent.value, dtype: out.dtype });
    return;
  }
  const x = scalar.argument('x', out.dtype);
  const lambda = { parameters: [x, indexArgument], body: scalar.select(exists(indexArgument), x, absent) };
  block.values.set(out, block.fuser.elementwise(node.op.name, lambda, [elements, index], out.shape));
};

/** `addTaken` adds to the element that an index names, or −0, which changes nothing, to another. */
export const lowerAddTaken: Rule<TakeAttributes> = (block, node, out, { axis }) => {
  const { name } = node.op;
  const operands = block.operands(node);
  const [x, indices] = [at(operands, 0), at(operands, 1)];
  const whole = block.storage.filled(name, out, 0);
  block.setView(out, whole);
  if (out.shape.includes(0)) return;
  // One index for each element, even where they are one in memory: what is stored for one is loaded for the next.
  const by = { view: block.storage.contiguous(indices), shape: indices.shape };
  const { elements, index, exists } = takenViews({ view: whole, shape: out.shape }, by, axis);
  const [sum, each] = [scalar.argument('sum', out.dtype), scalar.argument('x', out.dtype)];
  const lambda = {
    parameters: [sum, each, indexArgument],
    body: scalar.add(sum, scalar.select(exists(indexArgument), each, scalar.constant(-0, out.dtype))),
  };
  const location = block.fuser.elementwise(name, lambda, [elements, x, index], x.shape);
  block.storage.store({ location, shape: x.shape }, block.storage.view(elements));
};

/** The indices of a value's elements along an axis are a constant. */
export const lowerIndices: Rule = (block, _node, out) => {
  const indices = Int32Array.from({ length: sizeOf(out.shape) }, (_, index) => index);
  block.setView(out, block.module.constant(fromData('i32', out.shape, indices)));
};
