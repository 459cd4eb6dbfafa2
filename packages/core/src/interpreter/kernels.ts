import type { IndexedView, KernelCall, Node } from '../ir/grammar.js';
import { lettersFor } from '../ir/letters.js';
import { rightOrThrow } from '../ir/problem.js';
import { titleOf } from '../ir/types.js';
import { overlappingAxes, repeatedAxes, rowMajor, stridesOfView, type View } from '../ir/view.js';
import { evaluateLambda } from '../scalar/evaluate.js';
import { at } from '../support/list.js';
import { absentElement, type TypedArray } from '../value/dtype.js';
import { AdjointException, errorOf, opError } from '../value/error.js';
import { allocate, MemoryException } from '../value/memory.js';
import { offsetsOf } from '../value/offsets.js';
import { broadcastStrides, sameShape, type Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import { accumulate, reduce } from './accumulate.js';
import { contract } from './contract.js';
import { quoted } from '../support/describe.js';

/** The kernel of every family, in plain loops. */

/** For each element that a view shows, its place in a tensor of the whole's shape. */
function placesOf(view: View, whole: Shape): Int32Array {
  const { offset, strides } = stridesOfView(view, rowMajor(whole));
  const places = offsetsOf(
    view.axes.map(({ size }) => size),
    strides,
  );
  if (offset !== 0) for (let i = 0; i < places.length; i++) places[i] = at(places, i) + offset;
  return places;
}

/** The elements that a view shows. */
function gather(view: View, from: Tensor, to: TypedArray): void {
  const places = placesOf(view, from.shape);
  for (let i = 0; i < places.length; i++) to[i] = at(from.data, at(places, i));
}

/** Puts elements where a view has them. */
function scatter(from: TypedArray, view: View, to: Tensor): void {
  const places = placesOf(view, to.shape);
  for (let i = 0; i < places.length; i++) to.data[at(places, i)] = at(from, i);
}

/** Adds elements up where a view has them: in doubles, rounded once, in row-major order. */
function addUp(from: Tensor, view: View, to: Tensor): void {
  const overlaps = overlappingAxes(view, to.shape).length > 0;
  if (!overlaps && repeatedAxes(view).length === 0) {
    scatter(from.data, view, to);
    return;
  }
  const places = placesOf(view, to.shape);
  const sums = allocate('f64', to.data.length);
  // What every number can be added to without changing; places without an element keep their 0.
  if (!overlaps) for (const place of places) sums[place] = -0;
  for (let i = 0; i < places.length; i++) {
    const place = at(places, i);
    sums[place] = at(sums, place) + at(from.data, i);
  }
  to.data.set(sums);
}

/** Calls `visit` with the place of each element that its index names, in order; not for indices that are outside. */
function eachIndexed(
  view: IndexedView,
  whole: Shape,
  indices: Tensor,
  visit: (place: number, position: number) => void,
): void {
  const places = placesOf(view, whole);
  const by = placesOf(view.by, indices.shape);
  const size = at(whole, view.axis);
  const stride = at(rowMajor(whole).strides, view.axis);
  for (let i = 0; i < places.length; i++) {
    const given = at(indices.data, at(by, i));
    const index = given < 0 ? given + size : given;
    if (index >= 0 && index < size) visit(at(places, i) + index * stride, i);
  }
}

/** The elements of an operand at each position of the broadcast shape. */
function stretch({ dtype, shape, data }: Tensor, target: Shape): TypedArray {
  if (sameShape(shape, target)) return data;
  const places = offsetsOf(target, broadcastStrides(shape, target));
  const stretched = allocate(dtype, places.length);
  for (let i = 0; i < places.length; i++) stretched[i] = at(data, at(places, i));
  return stretched;
}

const shapesOf = (tensors: readonly Tensor[]): readonly Shape[] => tensors.map(({ shape }) => shape);

/** What was thrown while a node ran, as an exception that says whose kernel it was. */
function kernelException(
  { op, name }: Node,
  { inputs, attributes }: KernelCall<unknown>,
  thrown: unknown,
): Error {
  const title = titleOf(op, attributes);
  if (thrown instanceof MemoryException && thrown.error.tag === 'InvalidError') {
    const { problem, remedy } = thrown.error;
    const fault = { problem, ...(remedy === undefined ? {} : { remedy }) };
    return new AdjointException(opError(title, inputs, fault, name));
  }
  return thrown instanceof AdjointException
    ? thrown
    : new AdjointException(errorOf(thrown, `the kernel of ${quoted(title)}`));
}

/**
 * Fills the outputs of a node.
 * @throws AdjointException whatever is thrown meanwhile: by a kernel, a rule or a scalar function that a plugin brings,
 *   or where there is not so much memory
 */
export function runKernel(node: Node, call: KernelCall<unknown>): void {
  try {
    fill(node, call);
  } catch (thrown) {
    throw kernelException(node, call, thrown);
  }
}

function fill(node: Node, call: KernelCall<unknown>): void {
  const { family } = node.op;
  const { inputs, outputs, out, attributes } = call;
  switch (family.kind) {
    case 'map': {
      const operands = inputs.map((input) => stretch(input, out.shape));
      evaluateLambda(family.lambda(attributes), operands, out.data);
      return;
    }
    case 'view':
      gather(rightOrThrow(family.view(shapesOf(inputs), attributes)), at(inputs, 0), out.data);
      return;
    case 'unview': {
      const x = at(inputs, 0);
      addUp(x, rightOrThrow(family.view([out.shape, x.shape], attributes)), out);
      return;
    }
    case 'reshaping':
      out.data.set(at(inputs, 0).data);
      return;
    case 'reduction': {
      const x = at(inputs, 0);
      reduce(family, x, out, family.axes(attributes, x.shape.length));
      return;
    }
    case 'prefix': {
      const along = { axis: family.axis(attributes), reverse: family.reverse(attributes) };
      accumulate(family, at(inputs, 0), out, along);
      return;
    }
    case 'contraction':
      contract(lettersFor(family, inputs, attributes), inputs, out);
      return;
    case 'indexed': {
      const [x, indices] = [at(inputs, 0), at(inputs, 1)];
      const view = rightOrThrow(family.view([x.shape, indices.shape], attributes));
      out.data.fill(absentElement(out.dtype));
      eachIndexed(view, x.shape, indices, (place, position) => {
        out.data[position] = at(x.data, place);
      });
      return;
    }
    case 'unindexed': {
      const [x, indices] = [at(inputs, 0), at(inputs, 1)];
      const view = rightOrThrow(family.view([out.shape, indices.shape], attributes));
      eachIndexed(view, out.shape, indices, (place, position) => {
        out.data[place] = at(out.data, place) + at(x.data, position);
      });
      return;
    }
    case 'join': {
      const { parts, fill } = rightOrThrow(family.layout(inputs, attributes));
      if (fill !== undefined) out.data.fill(fill);
      parts.forEach((view, index) => scatter(at(inputs, index).data, view, out));
      return;
    }
    case 'split': {
      const { parts } = rightOrThrow(family.layout(outputs, attributes));
      parts.forEach((view, index) => gather(view, at(inputs, 0), at(outputs, index).data));
      return;
    }
    case 'source':
      family.fill(out, inputs, attributes);
      return;
    case 'control':
    case 'opaque':
      family.kernel(call);
  }
}
