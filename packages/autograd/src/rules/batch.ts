import { einsum, expandDims, squeeze, type Node, type Shape, type Value } from '@adjoint/core';
import {
  at,
  build,
  equationOf,
  freshName,
  lettersFor,
  repeatLike,
  type ContractionFamily,
} from '@adjoint/core/extend';

/** An operand of a batch: with one axis more in front, or the same for every element of the batch. */
export interface Batched {
  readonly value: Value;
  readonly isBatched: boolean;
}

/** The axes between the batch axis and those of an operand that has fewer than it broadcasts to. */
const between = (rank: number, { length }: Shape): readonly number[] =>
  Array.from({ length: Math.max(0, rank - length) }, (_, axis) => axis + 1);

/** `x` with a batch axis, and axes of size 1 behind it, so that it broadcasts as it did without one. */
const aligned = (x: Value, rank: number): Value => {
  const axes = between(rank, x.shape.slice(1));
  return axes.length === 0 ? x : expandDims(x, axes);
};

/** A sum of products has one letter more. */
function contracted(node: Node, family: ContractionFamily, operands: readonly Batched[]): Value {
  const { operands: letters, result } = lettersFor(family, node.inputs, node.attributes);
  const batch = freshName('batch', letters.flat());
  const equation = equationOf({
    operands: operands.map(({ isBatched }, index) => [...(isBatched ? [batch] : []), ...at(letters, index)]),
    result: [batch, ...result],
  });
  return einsum(equation, ...operands.map(({ value }) => value));
}

/**
 * The outputs of a node for operands of which some have a batch axis in front: the outputs have it too.
 * @returns `undefined` where the record does not tell: then it is a loop over the batch
 */
export function batchOf(node: Node, operands: readonly Batched[]): readonly Value[] | undefined {
  const { op, inputs, attributes, outputs } = node;
  const { family } = op;
  const batch = operands.find(({ isBatched }) => isBatched)?.value;
  if (batch === undefined) {
    return build(
      op,
      operands.map(({ value }) => value),
      attributes,
    ).outputs;
  }
  switch (family.kind) {
    case 'map': {
      const { length } = at(outputs, 0).shape;
      const all = operands.map(({ value, isBatched }) => (isBatched ? aligned(value, length) : value));
      return build(op, all, attributes).outputs;
    }
    case 'contraction':
      return [contracted(node, family, operands)];
    case 'source':
      // What follows from types alone is the same for every element.
      return outputs.map((output) => repeatLike(output, batch));
    case 'indexed':
    case 'unindexed': {
      // Indices that differ from element to element are no view of one value.
      if (op.behind === undefined || at(operands, 1).isBatched) return undefined;
      const all = operands.map(({ value, isBatched }, index) =>
        isBatched || index === 1 ? value : repeatLike(value, batch),
      );
      return build(op, all, op.behind(attributes, at(all, 0).shape)).outputs;
    }
    default: {
      if (op.behind === undefined) return undefined;
      const broadcasts = (family.kind === 'view' || family.kind === 'unview') && family.broadcasts === true;
      const rank = broadcasts ? Math.max(...[...inputs, ...outputs].map(({ shape }) => shape.length)) : 0;
      const all = operands.map(({ value, isBatched }) =>
        aligned(isBatched ? value : repeatLike(value, batch), rank),
      );
      const results = build(op, all, op.behind(attributes, at(all, 0).shape)).outputs;
      return results.map((result, index) => {
        const axes = between(rank, at(outputs, index).shape);
        return axes.length === 0 ? result : squeeze(result, axes);
      });
    }
  }
}
