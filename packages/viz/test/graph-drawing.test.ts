import {
  add,
  graph,
  input,
  matmul,
  mean,
  multiply,
  named,
  relu,
  sigmoid,
  square,
  state,
  subtract,
  zeros,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import { describe, expect, it } from 'vitest';
import { graphChart, graphDrawing, toSvg } from '@adjoint/viz';

function model() {
  const [X, Y] = [input('X', [4, 2]), input('Y', [4, 1])];
  const parameters = state({ W1: zeros([2, 10]), b1: zeros([1, 10]), W2: zeros([10, 1]), b2: zeros([1, 1]) });
  const { W1, b1, W2, b2 } = parameters;
  const A1 = named('A1', relu(named('Z1', add(matmul(X, W1), b1))));
  const A2 = named('A2', sigmoid(named('Z2', add(matmul(A1, W2), b2))));
  const loss = named('loss', mean(square(subtract(A2, Y))));
  const gradients = gradient(loss, parameters);
  const outputs = Object.fromEntries(Object.entries(gradients).map(([name, value]) => [`d${name}`, value]));
  return { loss, whole: graph({ loss, ...outputs }) };
}

describe('the drawing of a graph', () => {
  const { loss, whole } = model();
  const { nodes, edges } = graphDrawing(whole, loss);
  const find = (label: string) => nodes.find((node) => node.label === label);

  it('tells sources, results, and the two passes apart', () => {
    expect(find('X')).toMatchObject({ kind: 'input', phase: 'forward', detail: 'f64[4, 2]' });
    expect(find('W1')).toMatchObject({ kind: 'state', phase: 'forward' });
    expect(find('Z1 = add')).toMatchObject({ kind: 'operation', phase: 'forward', detail: 'f64[4, 10]' });
    expect(find('dZ1 = multiply')).toMatchObject({ kind: 'operation', phase: 'backward' });
    expect(find('dW1 = matmul')).toMatchObject({ kind: 'output', phase: 'backward', detail: 'f64[2, 10]' });
  });

  it('folds a composite into one box where nothing else uses what is in it', () => {
    const folded = graphDrawing(graph({ loss }), loss).nodes.map(({ label }) => label);
    expect(folded).toContain('loss = mean');
    expect(folded).not.toContain('count');
    // The backward pass divides by the count, so there the mean is open.
    expect(find('loss = divide')).toMatchObject({ kind: 'output', phase: 'forward' });
    expect(find('count')).toMatchObject({ kind: 'operation', phase: 'forward' });
  });

  it('leaves literals out, and shows derivatives as formulas', () => {
    expect(nodes.some(({ label }) => label.includes('constant'))).toBe(false);
    expect(find('2 * x')).toMatchObject({ phase: 'backward' });
    expect(find('A2 * (1 - A2)')).toMatchObject({ phase: 'backward' });
  });

  it('writes a number where it is used, and no number for a value without a name', () => {
    const x = input('x', [2]);
    const y = named('%1', subtract(1, named('sum of # and (', multiply(add(x, x), 0.5))));
    const labels = graphDrawing(graph({ y }), y).nodes.map(({ label }) => label);
    expect(labels).toEqual(['x', 'add', 'sum of # and ( = multiply(·, 0.5)', '%1 = subtract(1, ·)']);
  });

  it('has an edge for each use of what is shown, and each once', () => {
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to) && from !== to)).toBe(true);
    expect(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size).toBe(edges.length);
    const [A2, derivative] = [find('A2 = sigmoid'), find('A2 * (1 - A2)')];
    expect(edges).toContainEqual({ from: A2?.id, to: derivative?.id });
  });

  it('is drawn', async () => {
    const svg = await toSvg(graphChart({ nodes, edges }));
    for (const { label } of nodes) expect(svg).toContain(label.replaceAll('<', '&lt;'));
  });
});
