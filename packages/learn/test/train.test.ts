import {
  add,
  input,
  interpreter,
  log,
  matmul,
  mean,
  multiply,
  named,
  program,
  renderError,
  sqrt,
  square,
  state,
  subtract,
  sum,
  tensor,
  where,
  greater,
  zeros,
} from '@adjoint/core';
import { momentum, sgd, train, type TrainEvent } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** A line through three points: y = 2x − 1. */
function lineProblem() {
  const X = input('X', [3, 1]);
  const Y = input('Y', [3, 1]);
  const parameters = state({ w: zeros([1, 1]), b: zeros([1, 1]) });
  const prediction = add(matmul(X, parameters.w), parameters.b);
  const loss = mean(square(subtract(prediction, Y)));
  const feeds = { X: tensor([[-1], [0], [2]]), Y: tensor([[-3], [-1], [3]]) };
  return { X, loss, parameters, prediction, feeds };
}

describe('train', () => {
  it('fits a line, reports progress, and runs the programs beside the step', async () => {
    const { loss, parameters, prediction, feeds } = lineProblem();
    const events: TrainEvent[] = [];
    const trained = await train({
      backend: interpreter,
      loss,
      parameters,
      optimizer: momentum({ learningRate: 0.1, momentum: 0.5 }),
      feeds,
      steps: 250,
      chunk: 100,
      programs: { predict: program({ outputs: { prediction } }) },
      onEvent: (event) => events.push(event),
    })();
    if (E.isLeft(trained)) throw new Error(renderError(trained.left));
    const { executable, loss: losses } = trained.right;
    expect(losses).toHaveLength(250);
    expect(losses[0]).toBeCloseTo((9 + 1 + 9) / 3, 12);
    expect(losses[249]).toBeLessThan(1e-12);
    expect(events.map((event) => (event.type === 'progress' ? event.step : event.type))).toEqual([
      'compiled',
      100,
      200,
      250,
    ]);
    const predicted = await executable.run('predict', { X: feeds.X })();
    if (E.isLeft(predicted)) throw new Error(renderError(predicted.left));
    expect(Array.from(predicted.right.outputs.prediction?.data ?? [])[2]).toBeCloseTo(3, 5);
  });

  it('gives the same losses in chunks of any size', async () => {
    const losses = async (chunk: number): Promise<number[]> => {
      const { loss, parameters, feeds } = lineProblem();
      const parts = { backend: interpreter, loss, parameters, optimizer: sgd({ learningRate: 0.1 }), feeds };
      const trained = await train({ ...parts, steps: 20, chunk })();
      return E.isRight(trained) ? Array.from(trained.right.loss) : [];
    };
    expect(await losses(1)).toHaveLength(20);
    expect(await losses(1)).toEqual(await losses(7));
  });

  it('keeps the state before the steps of which it is wanted', async () => {
    const { loss, parameters, feeds } = lineProblem();
    const parts = { backend: interpreter, loss, parameters, optimizer: sgd({ learningRate: 0.1 }), feeds };
    const kept = await train({ ...parts, steps: 20, chunk: 8, snapshots: [0, 13, 16] })();
    const shorter = await train({ ...parts, steps: 13 })();
    if (E.isLeft(kept) || E.isLeft(shorter)) throw new Error('did not train');
    const { snapshots, loss: losses } = kept.right;
    expect([...snapshots.keys()]).toEqual([0, 13, 16]);
    expect(snapshots.get(0)?.w?.data).toEqual(Float64Array.of(0));
    expect(E.right(snapshots.get(13))).toEqual(await shorter.right.executable.read()());
    expect(losses.slice(0, 13)).toEqual(shorter.right.loss);
  });

  it.each([-1, 0.5, 20])('refuses a snapshot before step %s of 20', async (at) => {
    const { loss, parameters, feeds } = lineProblem();
    const parts = { backend: interpreter, loss, parameters, optimizer: sgd({ learningRate: 0.1 }), feeds };
    const trained = await train({ ...parts, steps: 20, snapshots: [at] })();
    expect(E.isLeft(trained) && renderError(trained.left)).toContain(
      `expected steps from 0 to 19, given ${at}`,
    );
  });

  it('feeds one slice a step', async () => {
    const x = input('x', []);
    const w = state(tensor(0), 'w');
    // The gradient of w·x by w is x, so that w ends at minus the sum of the feeds.
    const trained = await train({
      backend: interpreter,
      loss: multiply(w, x),
      parameters: { w },
      optimizer: sgd({ learningRate: 1 }),
      feeds: { x: tensor([1, 2, 3, 4, 5]) },
      perStep: ['x'],
      steps: 5,
      chunk: 2,
    })();
    if (E.isLeft(trained)) throw new Error(renderError(trained.left));
    const read = await trained.right.executable.read()();
    expect(E.isRight(read) && read.right.w?.data[0]).toBe(-15);
  });

  it.each([0, -1, 1.5, NaN])('refuses %s steps', async (steps) => {
    const { loss, parameters, feeds } = lineProblem();
    const parts = { backend: interpreter, loss, parameters, optimizer: sgd({ learningRate: 0.1 }), feeds };
    const trained = await train({ ...parts, steps })();
    expect(E.isLeft(trained) && renderError(trained.left)).toMatch(/expected whole numbers from 1 on/);
  });
});

describe('train refuses', () => {
  const { loss, parameters, prediction, feeds } = lineProblem();
  const options = {
    backend: interpreter,
    loss,
    parameters,
    optimizer: sgd({ learningRate: 0.1 }),
    steps: 10,
  };
  const refused = async (more: Pick<Parameters<typeof train>[0], 'feeds' | 'perStep' | 'programs'>) => {
    const trained = await train({ ...options, ...more })();
    return E.isLeft(trained) ? renderError(trained.left) : 'nothing';
  };
  it.each([
    [[5, 3, 1], 'invalid feed at $.X: expected f64[10, 3, 1], given f64[5, 3, 1]'],
    [[20, 3, 1], 'invalid feed at $.X: expected f64[10, 3, 1], given f64[20, 3, 1]'],
    [[3, 1], 'invalid feed at $.X: expected f64[10, 3, 1], given f64[3, 1]'],
  ])('feeds of a shape %j where there are ten steps', async (shape, message) => {
    expect(await refused({ feeds: { ...feeds, X: zeros(shape) }, perStep: ['X'] })).toBe(message);
  });

  it('a program of the name that the step has', async () => {
    const step = program({ outputs: { prediction } });
    expect(await refused({ feeds, programs: { step } })).toContain('this is the name of the training step');
  });
});

describe('a training that diverges', () => {
  it('names the step and the earliest node that is not finite', async () => {
    const w = state(tensor([4]), 'w');
    // w falls by 1 a step and reaches 0 before step 4, where log gives -Infinity.
    const loss = add(sum(w), multiply(0, sum(named('logarithm', log(w)))));
    const trained = await train({
      backend: interpreter,
      loss,
      parameters: { w },
      optimizer: sgd({ learningRate: 1 }),
      feeds: {},
      steps: 100,
      chunk: 50,
    })();
    expect(trained).toMatchObject({ left: { tag: 'DivergenceError', step: 4, quantity: 'the loss' } });
    expect(E.isLeft(trained) && renderError(trained.left)).toContain('logarithm: f64[1] = log(w)');
  });

  it('finds a gradient that is not finite though the loss is, and a value that where hides', async () => {
    const w = state(tensor([0]), 'w');
    // The chosen branch is 0; the derivative by w is that of w^0.5 at 0, infinite. The hidden log(-1) is harmless.
    const hidden = log(add(w, -1));
    const loss = sum(
      where(
        greater(w, 5),
        hidden,
        named('root', multiply(1, square(named('half', where(greater(w, -1), sqrt(w), w))))),
      ),
    );
    const trained = await train({
      backend: interpreter,
      loss,
      parameters: { w },
      optimizer: sgd({ learningRate: 1 }),
      feeds: {},
      steps: 3,
    })();
    expect(trained).toMatchObject({
      left: { tag: 'DivergenceError', step: 0, quantity: 'the gradient by w' },
    });
    expect(E.isLeft(trained) && trained.left.tag === 'DivergenceError' && trained.left.node).not.toContain(
      'log',
    );
  });
});
