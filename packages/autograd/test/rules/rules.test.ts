import * as a from '@adjoint/core';
import { constant, interpreter, program, type Node, type Tensor, type Value } from '@adjoint/core';
import { at, build, build1, lookup, nodesUnder, sizeOf, sliceOf } from '@adjoint/core/extend';
import { batchOf, gradient, pushforwardOf } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { cases } from '../cases.js';

/** What every node of every op's case has by its record: a pushforward, and batches. */

const BATCH = 3;

/** Numbers without a pattern, in the range of the case that they stand for. */
function numbers(like: Tensor, ...leading: readonly number[]): Tensor {
  const shape = [...leading, ...like.shape];
  const from = like.data.length === 0 ? [0] : Array.from(like.data);
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, index) =>
    at(from, (7 * index + 3) % from.length),
  );
  return a.convert(a.fromData('f64', shape, data), like.dtype);
}

function evaluate(values: readonly Value[]): readonly Tensor[] {
  const outputs = Object.fromEntries(values.map((value, index) => [`out${index}`, value]));
  const compiled = interpreter.compileSync({ p: program({ outputs }) });
  const result = E.isRight(compiled) ? compiled.right.runSync('p', {}) : compiled;
  if (E.isLeft(result)) throw new Error(a.renderError(result.left));
  return Object.values(result.right.outputs);
}

const evaluate1 = (value: Value): Tensor => at(evaluate([value]), 0);

/** The nodes that a case's function builds, each alone: its operands are constants, the same where it takes one twice. */
const nodesOf = (name: string): readonly Node[] => {
  const { f, points } = lookup(new Map(Object.entries(cases)), name);
  const out = f(...points.map((point) => constant(point)));
  return nodesUnder([out])
    .filter(({ inputs }) => inputs.length > 0)
    .map(({ op, inputs, attributes }) => {
      const alone = new Map([...new Set(inputs)].map((input) => [input, constant(evaluate1(input))]));
      return build(
        op,
        inputs.map((input) => lookup(alone, input)),
        attributes,
      );
    });
};

const names = Object.keys(cases);
const sumOfProducts = (x: Value, y: Value): number => at(evaluate1(a.sum(a.multiply(x, y))).data, 0);

describe('the pushforward of', () => {
  it.each(names)(
    '%s is the transpose of its pullback: ⟨cotangent, pushforward⟩ = ⟨pullback, tangent⟩',
    (name) => {
      for (const node of nodesOf(name)) {
        const out = at(node.outputs, 0);
        if (node.outputs.length > 1 || !a.isFloat(out.dtype)) continue;
        // A node may take a value twice, which has one tangent.
        const tangentOf = new Map(
          [...new Set(node.inputs)]
            .filter(({ dtype }) => a.isFloat(dtype))
            .map((input) => [input, constant(numbers(evaluate1(input)))]),
        );
        const tangents = node.inputs.map((input) => tangentOf.get(input));
        const [tangent] = pushforwardOf(node, tangents);
        const cotangent = constant(numbers(evaluate1(out)));
        const forwards = tangent === undefined ? 0 : sumOfProducts(cotangent, tangent);
        const loss = a.sum(a.multiply(cotangent, out));
        let [backwards, size] = [0, 1];
        for (const [input, own] of tangentOf) {
          const term = sumOfProducts(gradient(loss, input), own);
          backwards += term;
          size = Math.max(size, Math.abs(term));
        }
        expect(tangent === undefined || tangent.shape, node.op.name).toEqual(
          tangent === undefined || out.shape,
        );
        expect(Math.abs(forwards - backwards) / size, node.op.name).toBeLessThan(1e-12);
      }
    },
  );
});

/** Which families' records tell batches: the others are loops, until the transform of a whole graph. */
const loops: readonly string[] = ['control', 'opaque'];

describe('a batch of', () => {
  it.each(names)('%s is a loop over its elements, whichever operands have the batch axis', (name) => {
    for (const node of nodesOf(name)) {
      const { op, inputs, attributes } = node;
      const values = inputs.map(evaluate1);
      const choices = [
        inputs.map(() => true),
        ...inputs.map((_, one) => inputs.map((__, index) => index === one)),
      ];
      for (const isBatched of choices) {
        const batches = values.map((value, index) =>
          isBatched[index] === true ? numbers(value, BATCH) : value,
        );
        const operands = batches.map((batch, index) => ({
          value: constant(batch),
          isBatched: isBatched[index] === true,
        }));
        const found = batchOf(node, operands);
        if (found === undefined) {
          const indicesDiffer = op.family.kind === 'indexed' || op.family.kind === 'unindexed';
          expect(loops.includes(op.family.kind) || (indicesDiffer && isBatched[1] === true), op.name).toBe(
            true,
          );
          continue;
        }
        const all = evaluate(found);
        for (let element = 0; element < BATCH; element++) {
          const one = batches.map((batch, index) =>
            constant(isBatched[index] === true ? sliceOf(batch, element) : batch),
          );
          const expected = node.outputs.length === 1 ? [evaluate1(build1(op, one, attributes))] : [];
          for (const [index, tensor] of expected.entries()) {
            const got = sliceOf(at(all, index), element);
            expect(got.shape, op.name).toEqual(tensor.shape);
            got.data.forEach((number, i) => expect(number, op.name).toBeCloseTo(at(tensor.data, i), 10));
          }
        }
      }
    }
  });
});

describe('a batch without elements', () => {
  it.each([
    [
      [2, 3],
      [3, 2],
    ],
    [
      [2, 3],
      [-1, 2],
    ],
    [
      [3, 0],
      [0, 2],
    ],
  ])('of %j is reshaped to %j', (from, to) => {
    const { node } = a.reshape(constant(a.zeros(from)), to);
    const found = batchOf(node, [{ value: constant(a.zeros([0, ...from])), isBatched: true }]);
    expect(found?.map(({ shape }) => shape)).toEqual([[0, ...at(node.outputs, 0).shape]]);
  });

  it('may have elements that have none themselves', () => {
    const { node } = a.reshape(constant(a.zeros([3, 0])), [0, 2]);
    const found = batchOf(node, [{ value: constant(a.zeros([5, 3, 0])), isBatched: true }]);
    expect(found?.map(({ shape }) => shape)).toEqual([[5, 0, 2]]);
  });
});
