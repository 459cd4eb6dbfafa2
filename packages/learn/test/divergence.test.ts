import {
  add,
  exp,
  constant,
  input,
  interpreter,
  mean,
  multiply,
  named,
  renderError,
  square,
  state,
  sum,
  tensor,
  type AdjointError,
  type SyncBackend,
  type Tree,
  type Value,
} from '@adjoint/core';
import { build1, opaque, type NoAttributes, type OpaqueOp } from '@adjoint/core/extend';
import { sgd, train, type TrainOptions } from '@adjoint/learn';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

type Divergence = Extract<AdjointError, { readonly tag: 'DivergenceError' }>;

async function divergence(
  options: Partial<TrainOptions<Record<never, never>>> & {
    readonly loss: Value;
    readonly parameters: Tree<Value>;
  },
): Promise<Divergence> {
  const trained = await train({
    backend: interpreter,
    optimizer: sgd({ learningRate: 1 }),
    feeds: {},
    steps: 1000,
    ...options,
  })();
  if (!E.isLeft(trained) || trained.left.tag !== 'DivergenceError') throw new Error('it did not diverge');
  return trained.left;
}

describe.each([
  ['the interpreter', interpreter],
  ['wasm', wasm],
])('a training that diverges, on %s', (_name, backend) => {
  /** w ← −59 w: the square of w overflows before w does. */
  const growing = { optimizer: sgd({ learningRate: 30 }), backend };
  const steps = 88;

  it('says which step, of an unnamed parameter too', async () => {
    const w = state(tensor([1, 2]));
    const found = await divergence({ ...growing, loss: sum(square(w)), parameters: w });
    expect(found).toMatchObject({ step: steps - 1, quantity: 'the loss' });
    expect(renderError(found)).toMatch(
      /^training diverged at step 87: the loss is not finite; the earliest node that is not finite is .*square/,
    );
  });

  it('gives the losses, and the state before the step', async () => {
    const w = state(tensor([1, 2]), 'w');
    const loss = sum(square(w));
    const { step, loss: losses, state: before } = await divergence({ ...growing, loss, parameters: { w } });
    const shorter = await train({ ...growing, loss, parameters: { w }, feeds: {}, steps: step })();
    if (E.isLeft(shorter)) throw new Error('not trained');
    expect(E.right(before)).toEqual(shorter.right.executable.readSync());
    expect(losses).toHaveLength(step + 1);
    expect(losses.slice(0, step)).toEqual(shorter.right.loss);
    expect(losses[step]).toBe(Infinity);
    // Whoever wants to go on from there can.
    expect(shorter.right.executable.writeSync(before)).toEqual(E.right(undefined));
  });
});

describe('what is not finite', () => {
  const w = state(tensor([1, 2]), 'w');

  it('may be the input', async () => {
    const x = input('x', [2]);
    const options = { loss: mean(square(multiply(w, x))), parameters: { w }, steps: 10 };
    const fixed = await divergence({ ...options, feeds: { x: tensor([1, NaN]) } });
    expect(renderError(fixed)).toMatch(
      /^training diverged at step 0: the loss is not finite; .* x: f64\[2\] = input\("x", f64\[2\]\)\n {2}The input "x" has NaN at \[1\]\. Feed finite numbers\.$/,
    );
    const each = Array.from({ length: 10 }, (_, step) => [1, step === 7 ? Infinity : 1]);
    const optimizer = sgd({ learningRate: 0.1 });
    const perStep = await divergence({ ...options, optimizer, feeds: { x: tensor(each) }, perStep: ['x'] });
    expect(perStep).toMatchObject({
      step: 7,
      remedy: 'The input "x" has Infinity at [1]. Feed finite numbers.',
    });
  });

  it('may be what a parameter starts from, or a constant', async () => {
    const p = state(tensor([[1, 2], [3, NaN]]), 'layer.W'); // prettier-ignore
    const { remedy } = await divergence({ loss: mean(square(p)), parameters: { p } });
    expect(remedy).toBe('The initial value of "layer.W" has NaN at [1, 1]. Start from finite numbers.');
    const found = await divergence({ loss: sum(multiply(w, constant([1, NaN]))), parameters: { w } });
    expect(found.remedy).toBe('A constant has NaN at [1]. Build the program with finite numbers.');
  });

  it('is not blamed on the infinities of a mask with which it trained before', async () => {
    const mask = input('mask', [2]);
    // The second element is masked: its exponential is 0. The first grows until its exponential overflows.
    const loss = sum(exp(add(named('grown', multiply(w, 100)), mask)));
    const optimizer = sgd({ learningRate: -1e-44 });
    const feeds = { mask: tensor([0, -Infinity]) };
    const found = await divergence({ loss, parameters: { w }, optimizer, feeds });
    expect(found.step).toBeGreaterThan(0);
    expect(found.remedy).toContain('Try a smaller learning rate');
    expect(found.node).not.toContain('input');
  });

  it('may be told by a backend and be finite in the interpreter', async () => {
    // A backend whose `finite` is false, as one that rounds otherwise may have it.
    const doubting: SyncBackend = {
      ...interpreter,
      compile: (programs) => async () => {
        const compiled = await interpreter.compile(programs)();
        if (E.isLeft(compiled)) return compiled;
        return E.right({
          ...compiled.right,
          run: (name, feeds, options) => async () => {
            const ran = await compiled.right.run(name, feeds, options)();
            if (E.isRight(ran)) ran.right.recorded.finite?.data.fill(0);
            return ran;
          },
        });
      },
    };
    const found = await divergence({ backend: doubting, loss: mean(square(w)), parameters: { w }, steps: 1 });
    expect(renderError(found)).toContain('in the interpreter every value of this step is finite');
  });
});

describe('the report', () => {
  it('runs the interpreter for one step, however late the step is in its chunk', async () => {
    // An op whose kernel counts: on wasm it is called through the trampoline in each step, and once by the report.
    let calls = 0;
    const apply = (x: Value): Value => build1(counted, [x], {});
    const counted: typeof apply & OpaqueOp<NoAttributes> = opaque(
      { name: 'counted', arity: 1 },
      {
        types: ([x]) => E.right([x]),
        kernel({ inputs: [x], out }) {
          calls++;
          out.data.set(x.data);
        },
        pullback: ({ cotangents: [cotangent] }) => [cotangent],
        behind: 'same',
      },
      apply,
    );
    const w = state(tensor([1, 2]), 'w');
    const options = {
      loss: sum(square(counted(w))),
      parameters: { w },
      optimizer: sgd({ learningRate: 30 }),
    };
    const found = await divergence({ ...options, backend: wasm, steps: 1000, chunk: 1000 });
    // A thousand steps of the chunk, those before the failing one again, and one in the interpreter.
    expect(calls).toBe(1000 + found.step + 1);
  });
});
