import {
  AdjointException,
  compositeWithPullback,
  interpreter,
  mean,
  multiply,
  program,
  renderError,
  square,
  state,
  sum,
  tensor,
  type Backend,
  type SyncExecutable,
} from '@adjoint/core';
import { sgd, train, type Optimizer, type TrainOptions } from '@adjoint/learn';
import { wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, expectTypeOf, it } from 'vitest';

const w = state(tensor([1, 2]), 'w');
const options = {
  backend: interpreter,
  loss: mean(square(w)),
  parameters: { w },
  optimizer: sgd({ learningRate: 0.1 }),
  feeds: {},
  steps: 10,
};

/** The error of a training with something else in it; it does not reject. */
async function failure(more: unknown): Promise<string> {
  // What JavaScript may pass is not what the types say.
  const trained = await train({ ...options, ...(more as Partial<TrainOptions<Record<never, never>>>) })();
  return E.isLeft(trained) ? renderError(trained.left) : 'nothing';
}

const throwing = (): never => {
  throw new Error('out of order');
};

const throwingNothing = (): never => {
  // What JavaScript may do.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw null;
};

describe('train never rejects, and names whose code failed', () => {
  const broken: Optimizer = { name: 'broken', init: () => ({}), update: throwing };
  const backend: Backend = { name: 'theirs', compile: interpreter.compile };
  const derived = compositeWithPullback('theirs', (x) => sum(x), throwing);

  it.each<[string, unknown, string]>([
    ['an optimizer', { optimizer: broken }, 'the optimizer broken threw Error: out of order'],
    [
      'an init',
      { optimizer: { ...broken, init: throwing } },
      'the optimizer broken threw Error: out of order',
    ],
    [
      'a result',
      { optimizer: { ...broken, update: () => ({ steps: 1, state: {} }) } },
      'expected a value, or a record of such; found 1',
    ],
    [
      'no result',
      { optimizer: { ...broken, update: () => undefined } },
      'the optimizer broken threw TypeError',
    ],
    ['a callback', { onEvent: throwing }, 'onEvent threw Error: out of order'],
    ['a pullback', { loss: derived(w) }, 'out of order'],
    [
      'a backend',
      { backend: { ...backend, compile: throwing } },
      'the backend theirs threw Error: out of order',
    ],
    [
      'a promise',
      { backend: { ...backend, compile: () => () => Promise.reject(new Error('late')) } },
      'the backend theirs threw Error: late',
    ],
    [
      'no Either',
      { backend: { ...backend, compile: () => () => Promise.resolve(undefined) } },
      'the backend theirs gives no Either',
    ],
    ['something thrown that is no error', { onEvent: throwingNothing }, 'onEvent threw null'],
  ])('%s', async (_what, more, message) => {
    expect(await failure(more)).toContain(message);
  });

  it.each(['run', 'read'])('an executable whose %s throws', async (method) => {
    const compile: Backend['compile'] = (programs) => async () => {
      const compiled = await interpreter.compile(programs)();
      return E.isLeft(compiled) ? compiled : E.right({ ...compiled.right, [method]: throwing });
    };
    expect(await failure({ backend: { name: 'theirs', compile } })).toBe(
      'the backend theirs threw Error: out of order',
    );
  });

  it.each<[unknown, string]>([
    [{ backend: undefined }, 'invalid option at $.backend: expected a backend, such as interpreter or wasm'],
    [
      { optimizer: 'sgd' },
      'invalid option at $.optimizer: expected an optimizer, such as sgd({ learningRate: 0.1 })',
    ],
    [{ feeds: null }, 'invalid option at $.feeds: expected a record of tensors, {} where there is no input'],
    [
      { loss: square(w) },
      'invalid option at $.loss: expected a single float, of rank 0; given f64[2]\n  Take its mean or its sum.',
    ],
    [
      { parameters: {} },
      'invalid option at $.parameters: there are none, so that nothing is trained\n  Make them with state.',
    ],
    [
      { steps: 5e9 },
      'invalid option at $.steps: expected at most 4294967295, given 5000000000\n  Train in several calls, each from the state that the last one reached.',
    ],
    [{ steps: '10' }, 'invalid option at $.steps: expected whole numbers from 1 on, given 10 in chunks of 1'],
  ])('%j is refused', async (more, message) => {
    expect(await failure(more)).toBe(message);
  });

  it.each([undefined, null, 5, 'x', [], Symbol('x')])('options that are %o are refused', async (given) => {
    // @ts-expect-error what JavaScript may pass
    const trained = await train(given)();
    expect(E.isLeft(trained)).toBe(true);
  });

  it('an error that says where it comes from is passed on', async () => {
    const error = { tag: 'InvalidError', subject: 'plugin', path: [], problem: 'mine' } as const;
    const onEvent = (): never => {
      throw new AdjointException(error);
    };
    expect(await train({ ...options, onEvent })()).toEqual(E.left(error));
  });
});

describe('what trained', () => {
  it('is what the backend compiles to', async () => {
    const trained = await train(options)();
    if (E.isLeft(trained)) throw new Error('not trained');
    expectTypeOf(trained.right.executable).toEqualTypeOf<SyncExecutable<'step'>>();
    expect(E.isRight(trained.right.executable.readSync())).toBe(true);
    const compiled = await train({ ...options, backend: wasm })();
    expect(E.isRight(compiled) && E.isRight(compiled.right.executable.runSync('step', {}))).toBe(true);
    const waiting = await train({ ...options, backend: { name: 'slow', compile: interpreter.compile } })();
    if (E.isRight(waiting)) expectTypeOf(waiting.right.executable).not.toHaveProperty('runSync');
  });

  it('has two layers from one function only where each has a path', async () => {
    const layer = (path: string) => state({ W: tensor([1, 2]) }, path);
    const [first, second] = [layer(''), layer('')];
    const compiled = interpreter.compileSync({
      clash: program({ outputs: { loss: sum(multiply(first.W, second.W)) } }),
    });
    expect(E.isLeft(compiled) && renderError(compiled.left)).toBe(
      'invalid state at $.W: two states have this path (program "clash")\n' +
        "  Give each a path of its own, as in state(tree, 'layer1') and state(tree, 'layer2'); where one state is meant, make it once and use its value twice.",
    );
    const parameters = { first: layer('layer1'), second: layer('layer2') };
    const loss = sum(square(multiply(parameters.first.W, parameters.second.W)));
    expect(E.isRight(await train({ ...options, loss, parameters })())).toBe(true);
  });
});
