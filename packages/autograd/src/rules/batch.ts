import { einsum, expandDims, type Node, type Value } from '@adjoint/core';
import {
  at,
  build,
  equationOf,
  repeatLike,
  rightOrThrow,
  type ContractionFamily,
} from '@adjoint/core/extend';

/** An operand of a batch: with one axis more in front, or the same for every element of the batch. */
export interface Batched {
  readonly value: Value;
  readonly isBatched: boolean;
}

/** The letter of the batch axis, which no op has for its own. */
const BATCH = 'batch';

/** Axes of size 1 behind the batch axis, so that operands of fewer axes broadcast as they did without it. */
function aligned(x: Value, rank: number): Value {
  const missing = rank - (x.shape.length - 1);
  return missing <= 0
    ? x
    : expandDims(
        x,
        Array.from({ length: missing }, (_, axis) => axis + 1),
      );
}

/** A sum of products has one letter more. */
function contracted(node: Node, family: ContractionFamily, operands: readonly Batched[]): Value {
  const { operands: letters, result } = rightOrThrow(
    family.letters(
      node.inputs.map(({ shape }) => shape),
      node.attributes,
    ),
  );
  const equation = equationOf({
    operands: operands.map(({ isBatched }, index) => [...(isBatched ? [BATCH] : []), ...at(letters, index)]),
    result: [BATCH, ...result],
  });
  return einsum(equation, ...operands.map(({ value }) => value));
}

/**
 * The outputs of a node for operands of which some have a batch axis in front: the outputs have it too.
 * @returns `undefined` where the record does not tell: then it is a loop over the batch
 */
export function batchOf(node: Node, operands: readonly Batched[]): readonly Value[] | undefined {
  const { op, attributes, outputs } = node;
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
      const inputs = operands.map(({ value, isBatched }) => (isBatched ? aligned(value, length) : value));
      return build(op, inputs, attributes).outputs;
    }
    case 'contraction':
      return [contracted(node, family, operands)];
    case 'source':
      // What follows from types alone is the same for every element.
      return node.outputs;
    case 'indexed':
    case 'unindexed': {
      // Indices that differ from element to element are no view of one value.
      if (op.behind === undefined || at(operands, 1).isBatched) return undefined;
      const inputs = operands.map(({ value, isBatched }, index) =>
        isBatched || index === 1 ? value : repeatLike(value, batch),
      );
      return build(op, inputs, op.behind(attributes, at(inputs, 0).shape)).outputs;
    }
    default: {
      if (op.behind === undefined) return undefined;
      // Every operand gets the axis; those that broadcast to others keep their axes aligned.
      const broadcasts = (family.kind === 'view' || family.kind === 'unview') && op.arity === 2;
      const rank = broadcasts ? Math.max(...node.inputs.map(({ shape }) => shape.length)) : 0;
      const inputs = operands.map(({ value, isBatched }) =>
        aligned(isBatched ? value : repeatLike(value, batch), rank),
      );
      return build(op, inputs, op.behind(attributes, at(inputs, 0).shape)).outputs;
    }
  }
}
