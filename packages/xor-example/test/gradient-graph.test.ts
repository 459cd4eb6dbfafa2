import { print } from '@adjoint/core';
import { pullback } from '@adjoint/autograd';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { errorLine } from '../src/command.js';
import { presets, resolve, type Configuration } from '../src/configuration.js';
import { gradientGraph, type GradientGraph } from '../src/gradient-graph.js';
import { xorModel } from '../src/model.js';
import { loadRegistry } from '../src/plugins.js';

async function derived(changes: Partial<Configuration> = {}): Promise<GradientGraph> {
  const registry = await loadRegistry([]);
  if (E.isLeft(registry)) throw new Error(errorLine(registry.left));
  const resolved = resolve({ ...presets.numpy, ...changes }, registry.right);
  if (E.isLeft(resolved)) throw new Error(errorLine(resolved.left));
  const { initial, activation, loss, configuration } = resolved.right;
  return gradientGraph(xorModel(initial, activation, loss, configuration.dtype));
}

describe('the gradient of the notebook’s network', () => {
  it('is what a person would write, under the notebook’s names', async () => {
    const { whole } = await derived();
    expect(print(whole)).toMatchInlineSnapshot(`
      "(X: f64[4, 2], Y: f64[4, 1]) {
        W1: f64[2, 10] = state("W1")
        %1: f64[4, 10] = matmul(X, W1)
        b1: f64[1, 10] = state("b1")
        Z1: f64[4, 10] = add(%1, b1)
        A1: f64[4, 10] = relu(Z1)
        W2: f64[10, 1] = state("W2")
        %2: f64[4, 1] = matmul(A1, W2)
        b2: f64[1, 1] = state("b2")
        Z2: f64[4, 1] = add(%2, b2)
        A2: f64[4, 1] = sigmoid(Z2)
        %3: f64[4, 1] = subtract(A2, Y)
        %4: f64[4, 1] = square(%3)
        %5: f64[] = sum(%4)
        loss: f64[] = divide(%5, 4)
        %6: f64[2, 4] = permuteDims(X, axes=[1,0])
        %7: f64[4, 1] = 2 * %3  # square′
        dA2: f64[4, 1] = multiply(0.25, %7)
        %8: f64[4, 1] = A2 * (1 - A2)  # sigmoid′
        dZ2: f64[4, 1] = multiply(dA2, %8)
        %9: f64[1, 10] = permuteDims(W2, axes=[1,0])
        dA1: f64[4, 10] = matmul(dZ2, %9)
        %10: f64[4, 10] = select(Z1 <= 0, 0, 1)  # relu′
        dZ1: f64[4, 10] = multiply(dA1, %10)
        dW1: f64[2, 10] = matmul(%6, dZ1)
        db1: f64[1, 10] = sumLike(dZ1, b1)
        %11: f64[10, 4] = permuteDims(A1, axes=[1,0])
        dW2: f64[10, 1] = matmul(%11, dZ2)
        db2: f64[1, 1] = sumLike(dZ2, b2)
        return loss, dW1, db1, dW2, db2
      }"
    `);
  });

  it('has the twelve quantities among its nodes', async () => {
    const { whole, quantities } = await derived();
    for (const [name, { node }] of Object.entries(quantities)) {
      expect(whole.nodes).toContain(node);
      expect(node.name).toBe(name);
    }
  });

  it.each([1, 2])('is there for a hidden layer of %i', async (hidden) => {
    const { quantities } = await derived({ hidden });
    expect(quantities.dW1.shape).toEqual([2, hidden]);
    expect(quantities.dA1.node.name).toBe('dA1');
  });
});

describe('the gradient of another network', () => {
  it('is zeros by what the loss does not depend on', async () => {
    const { loss, quantities, whole } = await derived({ loss: 'binaryCrossEntropyWithLogits' });
    expect(pullback([[loss, loss]], [quantities.A2])).toEqual([undefined]);
    expect(quantities.dA2.shape).toEqual([4, 1]);
    expect(whole.nodes).not.toContain(quantities.dA2.node);
    // softplus′ is the sigmoid, which is computed already.
    expect(whole.nodes).toContain(quantities.A2.node);
  });
});
