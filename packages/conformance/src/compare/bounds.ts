import { evaluateGraph, at } from '@adjoint/core/extend';
import { constant, graph, type Node, type Shape, type Tensor, type Value } from '@adjoint/core';
import { least, unit, type Accuracies } from './accuracy.js';
import type { Bound } from './differences.js';
import { tensorOf } from '../generate/numbers.js';
import type { Sample } from '../generate/samples.js';

/** What a bound is made from. */
export interface Bounded {
  /** The operands as the op saw them. */
  readonly operands: readonly Tensor[];
  readonly build: Sample['build'];
  /** Which of the op's results it is, what the interpreter gives for it, and the node that it comes from. */
  readonly index: number;
  readonly expected: Tensor;
  readonly node: Node;
  /** What the backend claims for its scalar functions. */
  readonly accuracies: Accuracies;
}

export type BoundOf = (bounded: Bounded) => Bound;

/** The same bits, −0 and NaN included. */
export const exactly: BoundOf = () => () => 0;

/** What the op gives of other numbers in place of the operands'. */
function ofOthers({ operands, build, index }: Bounded, other: (x: number) => number): Tensor {
  const values = operands.map(({ dtype, shape, data }) =>
    constant(tensorOf(dtype, shape, Array.from(data, other))),
  );
  const out: Value = at([build(...values)].flat(), index);
  return at(evaluateGraph(graph({ out }), []), 0);
}

/** A value that is computed when it is first asked for: most results have the same bits, and need no bound. */
function lazily<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

/**
 * n · (2 unit · Σ |terms| + least) for sums of n terms: each is rounded n times on either side, by no more than a unit
 * of Σ |terms|, which is what the op itself gives of absolute values. A product may lose the least number there is.
 */
const sumOf = (bounded: Bounded, terms: Bound): Bound => {
  const absolute = lazily(() => ofOthers(bounded, Math.abs).data);
  const { dtype } = bounded.expected;
  return (index) => terms(index) * (2 * unit(dtype) * at(absolute(), index) + least(dtype));
};

/** Sums of operands, or of products of one element of each: what they give of ones is how many terms there are. */
export const sums: BoundOf = (bounded) => {
  const ones = lazily(() => ofOthers(bounded, () => 1).data);
  return sumOf(bounded, (index) => at(ones(), index));
};

/** Sums that are divided, so that what they give of ones tells nothing: with as many roundings as are given. */
export const means =
  (count: (x: Shape, out: Shape) => number): BoundOf =>
  (bounded) =>
    sumOf(bounded, () => count(at(bounded.operands, 0).shape, bounded.expected.shape));

/** So many roundings of what is not larger than the result and `more` together. */
export const roundings =
  (
    count: (operands: readonly Tensor[]) => number,
    more: (operands: readonly Tensor[]) => number = () => 0,
  ): BoundOf =>
  ({ operands, expected: { dtype, data } }) =>
  (index) =>
    count(operands) * (unit(dtype) * (Math.abs(at(data, index)) + more(operands)) + least(dtype));
