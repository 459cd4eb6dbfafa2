import { applies, roundTo, map, offsetsOf, broadcastStrides, at, lookup } from '@adjoint/core/extend';
import { scalar, type Lambda, type Node, type Scalar } from '@adjoint/core';
import type { Accuracies } from './accuracy.js';
import type { BoundOf } from './bounds.js';

interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** The error of one application: what those of its operands make of it at most, and that of the function itself. */
function estimate(
  { fn, dtype }: Extract<Scalar, { kind: 'applied' }>,
  operands: readonly Estimate[],
  accuracies: Accuracies,
): Estimate {
  const evaluator = scalar.evaluatorOf(fn, dtype);
  const apply = (values: readonly number[]): number => roundTo(dtype, evaluator(...values));
  const values = operands.map((operand) => operand.value);
  const value = apply(values);
  const corners = operands.reduce<readonly (readonly number[])[]>(
    (known, { value: x, error }) =>
      known.flatMap((corner) =>
        (error === 0 ? [x] : [x - error, x + error]).map((each) => [...corner, each]),
      ),
    [[]],
  );
  const moved = corners.map(apply).map((each) => (Object.is(each, value) ? 0 : Math.abs(each - value)));
  const own = accuracies[fn.name]?.(value, dtype, values) ?? 0;
  return { value, error: Math.max(...moved) + own };
}

/** The expression of a map's node. */
function lambdaOf(node: Node): Lambda {
  if (!applies(node, map)) throw new TypeError(`${node.op.name} is not a map`);
  return node.attributes.lambda;
}

/** Of a map: what each function of its expression may be off, carried through those that follow. */
export const carried: BoundOf = ({ operands, expected: { shape }, node, accuracies }) => {
  const { parameters, body } = lambdaOf(node);
  const offsets = operands.map((x) => offsetsOf(shape, broadcastStrides(x.shape, shape)));
  return (index) => {
    const known = new Map<Scalar, Estimate>();
    parameters.forEach((parameter, operand) => {
      const value = at(at(operands, operand).data, at(at(offsets, operand), index));
      known.set(parameter, { value, error: 0 });
    });
    for (const part of scalar.partsOf(body)) {
      if (part.kind === 'constant') known.set(part, { value: part.value, error: 0 });
      if (part.kind !== 'applied') continue;
      const estimates = part.operands.map((operand) => lookup(known, operand));
      known.set(part, estimate(part, estimates, accuracies));
    }
    return lookup(known, body).error;
  };
};
