import { scalar, type Node, type Scalar, type Shape } from '@adjoint/core';
import { absentElement, at, rightOrThrow, views, type IndexedView } from '@adjoint/core/extend';
import type { View } from '../loop/kernel.js';
import type { Block } from './block.js';
import { inMemory, type Operand } from './location.js';
import type { FamilyOf } from './rule.js';
import { viewIn } from './view.js';

/** Elements at indices that are data: views whose addresses the indices are part of. */

interface Indexed {
  /** The elements that the indices name, over the axes of what the view shows. */
  readonly elements: Operand;
  /** Each element's index. */
  readonly index: Operand;
  /** Whether there is such an element, as an expression of the index. */
  readonly exists: (index: Scalar) => Scalar;
}

/** What an indexed view shows of a whole of a shape, at indices in memory. */
function indexedViews(whole: View, shape: Shape, indices: View, shown: IndexedView): Indexed {
  const by = viewIn(indices, shown.by);
  const size = at(shape, shown.axis);
  const elements: View = {
    ...viewIn(whole, shown),
    index: { by, stride: at(whole.strides, shown.axis), size },
  };
  const target = views.shapeOfView(shown);
  return {
    elements: inMemory(elements, target),
    index: inMemory(by, target),
    exists: (i) => scalar.and(scalar.lessEqual(-size, i), scalar.less(i, size)),
  };
}

const indexArgument = scalar.argument('index', 'i32');

/** Loads the element, or what stands for one that is not there. */
export function lowerIndexed(block: Block, node: Node, family: FamilyOf<'indexed'>): void {
  const out = at(node.outputs, 0);
  const operands = block.operands(node);
  const [whole, indices] = [at(operands, 0), at(operands, 1)];
  const shown = rightOrThrow(family.view([whole.shape, indices.shape], node.attributes));
  const { elements, index, exists } = indexedViews(
    block.storage.view(whole),
    whole.shape,
    block.storage.view(indices),
    shown,
  );
  const absent = scalar.constant(absentElement(out.dtype), out.dtype);
  if (whole.shape.includes(0)) {
    block.values.set(out, { kind: 'literal', value: absent.value, dtype: out.dtype });
    return;
  }
  const x = scalar.argument('x', out.dtype);
  const lambda = { parameters: [x, indexArgument], body: scalar.select(exists(indexArgument), x, absent) };
  block.values.set(out, block.fuser.elementwise(node.op.name, lambda, [elements, index], out.shape));
}

/** Adds to the element that an index names, or −0, which changes nothing, to another. */
export function lowerUnindexed(block: Block, node: Node, family: FamilyOf<'unindexed'>): void {
  const out = at(node.outputs, 0);
  const { name } = node.op;
  const operands = block.operands(node);
  const [x, indices] = [at(operands, 0), at(operands, 1)];
  const shown = rightOrThrow(family.view([out.shape, indices.shape], node.attributes));
  const whole = block.storage.filled(name, out, 0);
  block.setView(out, whole);
  if (out.shape.includes(0)) return;
  // One index for each element, even where they are one in memory: what is stored for one is loaded for the next.
  const by = block.storage.contiguous(indices);
  const { elements, index, exists } = indexedViews(whole, out.shape, by, shown);
  const [sum, each] = [scalar.argument('sum', out.dtype), scalar.argument('x', out.dtype)];
  const lambda = {
    parameters: [sum, each, indexArgument],
    body: scalar.add(sum, scalar.select(exists(indexArgument), each, scalar.constant(-0, out.dtype))),
  };
  const location = block.fuser.elementwise(name, lambda, [elements, x, index], x.shape);
  block.storage.store({ location, shape: x.shape }, block.storage.view(elements));
}
