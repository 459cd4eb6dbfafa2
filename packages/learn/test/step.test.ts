import {
  astype,
  AdjointException,
  interpreter,
  log,
  mean,
  multiply,
  square,
  state,
  sum,
  tensor,
  zeros,
  type Value,
} from '@adjoint/core';
import { adam, clipByNorm, momentum, nesterov, sgd, trainingStep, type Optimizer } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

const w = state(tensor([1, 2]), 'w');
const loss = mean(square(w));
const optimizer = sgd({ learningRate: 0.1 });

/** The sentence of what a call throws, which is an AdjointException. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AdjointException) return thrown.message;
    throw thrown;
  }
  return 'nothing';
}

describe('a training step is refused', () => {
  it('for a loss that is not a single float', () => {
    const of = (other: Value): string =>
      refusal(() => trainingStep({ loss: other, parameters: { w }, optimizer }));
    expect(of(square(w))).toBe(
      'invalid option at $.loss: expected a single float, of rank 0; given f64[2]\n  Take its mean or its sum.',
    );
    expect(of(sum(astype(w, 'i32')))).toBe(
      'invalid option at $.loss: expected a single float, of rank 0; given i32[]\n  Convert it with astype.',
    );
    // @ts-expect-error what JavaScript may pass
    expect(of(tensor(1))).toContain('invalid option at $.loss: expected a value');
  });

  it('without parameters', () => {
    expect(refusal(() => trainingStep({ loss, parameters: {}, optimizer }))).toBe(
      'invalid option at $.parameters: there are none, so that nothing is trained\n  Make them with state.',
    );
  });

  it('for tensors, numbers and lists where states are expected', () => {
    const of = (parameters: unknown): string =>
      // @ts-expect-error what JavaScript may pass
      refusal(() => trainingStep({ loss, parameters, optimizer }));
    const remedy = '\n  Make values of tensors: parameters with state(…), others with constant(…).';
    const expected = 'expected a value, or a record of such; found';
    expect(of({ W: zeros([2]) })).toBe(`invalid state at $.W: ${expected} a tensor${remedy}`);
    expect(of({ layer: { W: 'abc' } })).toBe(`invalid state at $.layer.W: ${expected} "abc"${remedy}`);
    expect(of({ layer: [w] })).toContain(`invalid state at $.layer: ${expected} the list`);
    expect(of(null)).toContain(`invalid state: ${expected} null`);
    // @ts-expect-error what JavaScript may pass
    expect(refusal(() => state({ W: 5 }))).toContain('expected a tensor, or a record of such; found 5');
  });
});

describe('optimizers refuse options', () => {
  const of = (make: (options: never) => Optimizer, options: unknown): string =>
    // What JavaScript may pass is no option of any of them.
    refusal(() => make(options as never));
  it.each([
    [sgd, { lr: 1 }, 'invalid option at $.lr: there is no such option; sgd has learningRate'],
    [sgd, {}, 'invalid option at $.learningRate: sgd needs it\n  Give it: sgd({ learningRate: 0.01 }).'],
    [sgd, undefined, 'the argument options of sgd: expected a record; sgd has learningRate'],
    [
      momentum,
      { learningRate: 1, nesterov: true },
      'invalid option at $.nesterov: there is no such option; momentum has learningRate, momentum',
    ],
    [
      nesterov,
      { learningRate: 1, momentum: 'high' },
      'invalid option at $.momentum: expected a finite number, given high (an option of nesterov)',
    ],
    [
      adam,
      { learningRate: 0.1, betas: [0.9, 0.999] },
      'invalid option at $.betas: there is no such option; adam has learningRate, beta1, beta2, epsilon',
    ],
    [
      adam,
      { learningRate: NaN },
      'invalid option at $.learningRate: expected a finite number, given NaN (an option of adam)',
    ],
    [clipByNorm, 0, 'the argument maximum of clipByNorm: expected a number above 0, given 0'],
  ])('%o %j', (make, options, message) => {
    expect(of(make, options)).toBe(message);
  });

  it('of which what is undefined was not given', () => {
    // @ts-expect-error exactOptionalPropertyTypes forbids it, and JavaScript does not
    expect(adam({ learningRate: 0.1, beta1: undefined }).name).toBe('adam');
  });
});

describe('an optimizer is named', () => {
  const base: Optimizer = {
    name: 'mine',
    init: () => ({ memory: zeros([]) }),
    update: ({ gradients, state: own }) => ({ steps: gradients, state: own }),
  };
  const of = (made: Optimizer): string =>
    refusal(() => trainingStep({ loss, parameters: { w }, optimizer: made }));

  it('with a step or a state of another type than it has to be', () => {
    expect(of({ ...base, update: (call) => ({ ...base.update(call), steps: { w: sum(w) } }) })).toBe(
      'invalid plugin at $.mine.update: the optimizer gives a step for "w" that is f64[], where it has to be f64[2]',
    );
    expect(of({ ...base, update: ({ gradients }) => ({ steps: gradients, state: { memory: w } }) })).toBe(
      'invalid plugin at $.mine.update: the optimizer gives a next state for "memory" that is f64[2], where it has to be f64[]',
    );
  });

  it('with what it throws', () => {
    const broken: Optimizer = {
      name: 'broken',
      init: () => ({}),
      update: () => {
        throw new TypeError('no such thing');
      },
    };
    expect(of(broken)).toBe('the optimizer broken threw TypeError: no such thing');
  });
});

describe('adam', () => {
  it('corrects its bias exactly in f32', () => {
    // The first step is the learning rate, whatever the gradient: m̂ = g and v̂ = g².
    const p = state(tensor([4], 'f32'), 'p');
    const step = trainingStep({
      loss: sum(multiply(p, 3)),
      parameters: { p },
      optimizer: adam({ learningRate: 1 }),
    });
    const compiled = interpreter.compileSync({ step });
    if (E.isLeft(compiled)) throw new Error('not compiled');
    compiled.right.runSync('step', {});
    const read = compiled.right.readSync();
    // With 1 − β taken in f32 it is off by 7e-6.
    expect(E.isRight(read) && Math.abs(Number(read.right.p?.data[0]) - 3)).toBeLessThan(3e-7);
  });

  it('takes a β of 0', () => {
    const step = trainingStep({
      loss: sum(log(w)),
      parameters: { w },
      optimizer: adam({ learningRate: 1, beta1: 0 }),
    });
    const compiled = interpreter.compileSync({ step });
    if (E.isLeft(compiled)) throw new Error('not compiled');
    compiled.right.runSync('step', {});
    const read = compiled.right.readSync();
    expect(E.isRight(read) && Array.from(read.right.w?.data ?? [])).toEqual([
      expect.closeTo(0, 7),
      expect.closeTo(1, 7),
    ]);
  });
});
