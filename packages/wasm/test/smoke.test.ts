import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { interpreter, input, matmul, add, relu, sigmoid, mean, square, subtract, state, numpyLegacy, zeros, tensor, program, type Programs } from '@adjoint/core';
import { sgd, trainingStep } from '@adjoint/autograd';
import { wasm } from '@adjoint/wasm';
import { it, expect } from 'vitest';

it('trains XOR', () => {
  const X = input('X', [4, 2]);
  const Y = input('Y', [4, 1]);
  const random = numpyLegacy(1);
  const parameters = state({ W1: random.randn([2, 10]), b1: zeros([1, 10]), W2: random.randn([10, 1]), b2: zeros([1, 1]) });
  const { W1, b1, W2, b2 } = parameters;
  const prediction = sigmoid(add(matmul(relu(add(matmul(X, W1), b1)), W2), b2));
  const loss = mean(square(subtract(prediction, Y)));
  const step = trainingStep({ loss, parameters, optimizer: sgd({ learningRate: 1.5 }) });
  const feeds = { X: tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), Y: tensor([[0], [1], [1], [0]]) };
  const results = [interpreter, wasm].map((backend) => {
    const compiled = backend.compileSync({ step, predict: program({ outputs: { prediction } }) });
    if (E.isLeft(compiled)) throw new Error(JSON.stringify(compiled.left));
    const run = compiled.right.runSync('step', feeds, { steps: 500, record: ['loss'] });
    if (E.isLeft(run)) throw new Error(JSON.stringify(run.left));
    const p = compiled.right.runSync('predict', { X: feeds.X });
    if (backend === wasm) {
      for (let r = 0; r < 5; r++) {
        for (let i = 0; i < 20; i++) compiled.right.runSync('step', feeds, { steps: 500 });
        const t = performance.now();
        for (let i = 0; i < 200; i++) compiled.right.runSync('step', feeds, { steps: 500 });
        console.log('us/step', ((performance.now() - t) * 1000) / 200 / 500);
      }
    }
    return { loss: run.right.recorded.loss?.data, last: run.right.outputs, p: E.isRight(p) && p.right.outputs };
  });
  console.log(results[0]?.loss?.slice(0, 3), results[1]?.loss?.slice(0, 3), results[0]?.loss?.[499], results[1]?.loss?.[499]);
  console.log(results.map((r) => r.p));
  expect(1).toBe(1);
});
