import {
  add,
  graph,
  input,
  matmul,
  print,
  program,
  readGraph,
  rebind,
  rebindProgram,
  renderError,
  state,
  sum,
  writeGraph,
  zeros,
  type Graph,
  type Shape,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { choice, evaluate, recurrence, registryOf, training } from '../samples.js';

function rebound(each: Graph, shapes: Readonly<Record<string, Shape>>): Graph {
  const types = Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'f64', shape }] as const);
  const result = rebind(each, Object.fromEntries(types));
  if (E.isLeft(result)) throw new Error(renderError(result.left));
  return result.right;
}

const refusal = (each: Graph, types: Parameters<typeof rebind>[1]): string => {
  const result = rebind(each, types);
  return E.isLeft(result) ? renderError(result.left) : 'rebound';
};

describe('rebind', () => {
  it.each([
    [4, 7],
    [1, 4],
    [7, 1],
    [4, 0],
  ])('makes a training graph of batch %i one of batch %i, gradients and all', (from, to) => {
    const there = rebound(training(from), { X: [to, 2], Y: [to, 1] });
    expect(print(there)).toBe(print(training(to)));
    expect(evaluate(there)).toEqual(evaluate(training(to)));
  });

  it('does so for a graph that was saved', () => {
    const saved = readGraph(writeGraph(training(4)), registryOf());
    if (E.isLeft(saved)) throw new Error(renderError(saved.left));
    expect(evaluate(rebound(saved.right, { X: [7, 2], Y: [7, 1] }))).toEqual(evaluate(training(7)));
  });

  it('changes the length of a scan, and what its body takes', () => {
    expect(evaluate(rebound(recurrence(3), { x: [8, 3] }))).toEqual(evaluate(recurrence(8)));
    const of = (width: number): Graph => {
      const x = input('x', [4, width] as Shape);
      return graph({ dx: gradient(sum(add(x, x)), x) });
    };
    expect(evaluate(rebound(of(2), { x: [4, 5] }))).toEqual(evaluate(of(5)));
  });

  it('changes what both bodies of a cond take', () => {
    expect(evaluate(rebound(choice(3), { x: [8] }))).toEqual(evaluate(choice(8)));
  });

  it('keeps what does not depend on the inputs', () => {
    const original = training(4);
    const other = rebound(original, { X: [7, 2], Y: [7, 1] });
    const states = ({ nodes }: Graph) => nodes.filter(({ op }) => op.name === 'state');
    expect(states(other)).toHaveLength(4);
    states(other).forEach((node, index) => expect(node).toBe(states(original)[index]));
    expect(rebound(original, { X: [4, 2] }).outputs.loss).not.toBeUndefined();
  });

  it('refuses what cannot be', () => {
    const each = training(4);
    expect(refusal(each, { Z: { dtype: 'f64', shape: [4, 2] } })).toBe(
      'invalid graph at $.inputs.Z: no such input; the graph has X, Y',
    );
    expect(refusal(each, { X: { dtype: 'f32', shape: [4, 2] } })).toMatch(
      /f64\[4, 2\] cannot become f32\[4, 2\]/,
    );
    expect(refusal(each, { X: { dtype: 'f64', shape: [8] } })).toMatch(/f64\[4, 2\] cannot become f64\[8\]/);
    expect(refusal(each, { X: { dtype: 'f64', shape: [4, 3] } })).toMatch(
      /^matmul: the first operand has 3 columns, the second 2 rows/,
    );
    expect(refusal(each, { X: { dtype: 'f64', shape: [7, 2] } })).toMatch(/the shapes do not broadcast/);
  });

  it('rebinds a program with its updates', () => {
    const x = input('x', [4, 2]);
    const w = state(zeros([2, 1]), 'w');
    const step = program({
      outputs: { total: sum(matmul(x, w)) },
      updates: [{ state: w, next: gradient(sum(matmul(x, w)), w) }],
    });
    const other = rebindProgram(step, { x: { dtype: 'f64', shape: [9, 2] } });
    expect(E.isRight(other) && other.right).toMatchObject({ outputs: ['total'], updates: step.updates });
    expect(E.isRight(other) && other.right.graph.inputs[0]?.shape).toEqual([9, 2]);
  });
});
