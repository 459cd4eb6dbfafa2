import {
  add as addValues,
  astype,
  checkPlugin,
  corePlugin,
  createRegistry,
  divide,
  interpreter,
  multiply,
  named,
  options,
  renderError,
  square,
  state,
  subtract,
  sum,
  tensor,
  zeros,
  type Tensor,
  type Tree,
  type Value,
} from '@adjoint/core';
import { lookup } from '@adjoint/core/extend';
import {
  adam,
  chain,
  clipByNorm,
  createOptimizer,
  learnKinds,
  learnPlugin,
  momentum,
  nesterov,
  optimizerMonoid,
  sgd,
  trainingStep,
  type Loss,
  type Optimizer,
  type OptimizerFactory,
} from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';

const start = [3, -2, 0.5];
const target = [1, 1, 1];
const scale = [1, 4, 0.25];

/** The gradient of Σ scale · (w − target)², in plain numbers. */
const slope = (w: readonly number[]): number[] =>
  w.map((x, i) => 2 * (scale[i] ?? 0) * (x - (target[i] ?? 0)));

/** The parameters after some steps on Σ scale · (w − target)². */
function descend(optimizer: Optimizer, steps: number): number[] {
  const w = state(tensor(start), 'w');
  const loss = named('loss', sum(multiply(constantLike(scale), square(subtract(w, constantLike(target))))));
  const compiled = interpreter.compileSync({ step: trainingStep({ loss, parameters: { w }, optimizer }) });
  if (E.isLeft(compiled)) throw new Error(compiled.left.tag);
  const ran = compiled.right.runSync('step', {}, { steps });
  if (E.isLeft(ran)) throw new Error(ran.left.tag);
  const read = compiled.right.readSync();
  return E.isRight(read) ? Array.from(read.right.w?.data ?? []) : [];
}

const constantLike = (values: readonly number[]): Value =>
  state(tensor(values), `fixed.${values.join('_').replaceAll('.', 'p')}`);

/** Each rule as its paper states it, in loops over numbers. */
function byHand(
  rule: (g: number, memory: Record<string, number>, t: number) => number,
  steps: number,
): number[] {
  const w = [...start];
  const memories: Record<string, number>[] = w.map(() => ({}));
  for (let t = 1; t <= steps; t++) {
    const gradient = slope(w);
    gradient.forEach((g, i) => {
      w[i] = (w[i] ?? 0) - rule(g, memories[i] ?? {}, t);
    });
  }
  return w;
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-13));
}

describe('optimizers follow their formulas', () => {
  it('sgd', () => {
    expectClose(
      descend(sgd({ learningRate: 0.1 }), 20),
      byHand((g) => 0.1 * g, 20),
    );
  });

  it('momentum', () => {
    const rule = (g: number, memory: Record<string, number>): number => {
      memory.v = 0.8 * (memory.v ?? 0) + g;
      return 0.05 * memory.v;
    };
    expectClose(descend(momentum({ learningRate: 0.05, momentum: 0.8 }), 20), byHand(rule, 20));
  });

  it('nesterov', () => {
    const rule = (g: number, memory: Record<string, number>): number => {
      memory.v = 0.8 * (memory.v ?? 0) + g;
      return 0.05 * (g + 0.8 * memory.v);
    };
    expectClose(descend(nesterov({ learningRate: 0.05, momentum: 0.8 }), 20), byHand(rule, 20));
  });

  it('adam', () => {
    const rule = (g: number, memory: Record<string, number>, t: number): number => {
      memory.m = 0.9 * (memory.m ?? 0) + 0.1 * g;
      memory.v = 0.999 * (memory.v ?? 0) + 0.001 * g * g;
      return (0.1 * memory.m) / (1 - 0.9 ** t) / (Math.sqrt(memory.v / (1 - 0.999 ** t)) + 1e-8);
    };
    expectClose(descend(adam({ learningRate: 0.1 }), 30), byHand(rule, 30));
  });

  it('a schedule sees the number of steps taken before', () => {
    const rate = (step: Value): Value => divide(0.1, addValues(astype(step, 'f64'), 1));
    expectClose(
      descend(sgd({ learningRate: rate }), 5),
      byHand((g, _memory, t) => (0.1 / t) * g, 5),
    );
  });

  it('clipping scales all gradients together', () => {
    const w = descend(chain(clipByNorm(1), sgd({ learningRate: 1 })), 1);
    const moved = Math.hypot(...w.map((x, i) => x - (start[i] ?? 0)));
    expect(moved).toBeCloseTo(1, 12);
    const g = slope(start);
    const ratio = w.map((x, i) => ((start[i] ?? 0) - x) / (g[i] ?? 1));
    ratio.forEach((each) => expect(each).toBeCloseTo(ratio[0] ?? 0, 12));
  });

  it('refuses a learning rate that is not finite', () => {
    expect(() => sgd({ learningRate: NaN })).toThrow(/learningRate: expected a finite number, given NaN/);
  });
});

/** Optimizers with and without a state of their own, all with effects that do not commute. */
const sample = fc.constantFrom<Optimizer>(
  clipByNorm(0.5),
  sgd({ learningRate: 0.5 }),
  sgd({ learningRate: (step) => divide(0.5, addValues(astype(step, 'f64'), 1)) }),
  momentum({ learningRate: 0.5 }),
  nesterov({ learningRate: 0.25 }),
  adam({ learningRate: 0.1 }),
);

describe('optimizers are a monoid', () => {
  const { concat, empty } = optimizerMonoid;

  it('is associative', () => {
    fc.assert(
      fc.property(sample, sample, sample, (a, b, c) => {
        expect(descend(concat(concat(a, b), c), 4)).toEqual(descend(concat(a, concat(b, c)), 4));
      }),
      { numRuns: 40 },
    );
  });

  it('has an identity', () => {
    fc.assert(
      fc.property(sample, (each) => {
        expect(descend(concat(empty, each), 4)).toEqual(descend(each, 4));
        expect(descend(concat(each, empty), 4)).toEqual(descend(each, 4));
      }),
      { numRuns: 10 },
    );
    expect(descend(chain(), 2)).toEqual(descend(empty, 2));
  });

  it('keeps two states of one kind apart', () => {
    const twice = chain(momentum({ learningRate: 0.1 }), momentum({ learningRate: 0.1 }));
    expect(descend(twice, 3)).not.toEqual(descend(momentum({ learningRate: 0.1 }), 3));
  });
});

describe('the state of an optimizer', () => {
  const parameters = state({ hidden: { W: zeros([2]), b: zeros([]) }, scale: zeros([]) });
  const { hidden, scale } = parameters;
  const loss = sum(multiply(scale, addValues(hidden.W, hidden.b)));
  const statePaths = (optimizer: Optimizer, of: Tree<Value> = parameters): readonly string[] =>
    trainingStep({ loss, parameters: of, optimizer })
      .updates.map(({ path }) => path)
      .filter((path) => path.startsWith('optimizer'));
  const below = (path: string): readonly string[] =>
    ['hidden.W', 'hidden.b', 'scale'].map((parameter) => `optimizer.${path}.${parameter}`);

  it('is a tree whose paths end in those of the parameters', () => {
    expect(statePaths(sgd({ learningRate: 1 }))).toEqual([]);
    expect(statePaths(momentum({ learningRate: 1 }))).toEqual(below('velocity'));
    expect(statePaths(adam({ learningRate: 1 }))).toEqual([
      'optimizer.step',
      ...below('mean'),
      ...below('variance'),
    ]);
    expect(statePaths(momentum({ learningRate: (step) => astype(step, 'f64') }))).toEqual([
      'optimizer.schedule.step',
      ...below('velocity'),
    ]);
  });

  it('stands below the index in a chain', () => {
    const both = chain(clipByNorm(1), momentum({ learningRate: 1 }), momentum({ learningRate: 1 }));
    expect(statePaths(both)).toEqual([...below('1.velocity'), ...below('2.velocity')]);
  });

  it('goes by the paths of the parameters’ states, however they are handed over', () => {
    const renamed = { first: scale, second: hidden.W };
    expect(statePaths(momentum({ learningRate: 1 }), renamed)).toEqual([
      'optimizer.velocity.scale',
      'optimizer.velocity.hidden.W',
    ]);
    expect(statePaths(momentum({ learningRate: 1 }), scale)).toEqual(['optimizer.velocity.scale']);
  });
});

describe('an optimizer that is not one', () => {
  const w = state(tensor([1]), 'w');
  const step = (optimizer: Optimizer, parameters: Tree<Value> = { w }) =>
    trainingStep({ loss: sum(w), parameters, optimizer });
  const base: Optimizer<{ readonly memory: Tree<Tensor> }> = {
    name: 'forgetful',
    init: () => ({ memory: zeros([]) }),
    update: ({ gradients, state: own }) => ({ steps: gradients, state: own }),
  };

  it('is named with what it left out or made up', () => {
    expect(step(base).updates.map(({ path }) => path)).toEqual(['w', 'optimizer.memory']);
    const fault = 'invalid plugin at $.forgetful.update: the optimizer gives';
    expect(() => step({ ...base, update: ({ state: own }) => ({ steps: {}, state: own }) })).toThrow(
      `${fault} no step for "w"`,
    );
    expect(() => step({ ...base, update: ({ gradients }) => ({ steps: gradients, state: {} }) })).toThrow(
      `${fault} no next state for "memory"`,
    );
    expect(() =>
      step({ ...base, update: ({ gradients: g }) => ({ steps: g, state: { memory: w, more: w } }) }),
    ).toThrow(`${fault} a next state for "more", which there is not`);
  });

  it('is not blamed for a parameter that is no state', () => {
    expect(() => step(base, { sum: square(w) })).toThrow(
      /invalid program at \$\.parameters\.sum: .* is not a state, so it cannot be updated\n {2}Make parameters with state/,
    );
  });
});

describe('an optimizer by name', () => {
  const registry = createRegistry([corePlugin, learnPlugin], learnKinds);
  if (E.isLeft(registry)) throw new Error('refused');
  const { optimizers, losses, initializers } = registry.right;
  const made = (name: string, given: Readonly<Record<string, unknown>>): Optimizer | string => {
    const optimizer = createOptimizer(lookup(optimizers, name), given);
    return E.isLeft(optimizer) ? renderError(optimizer.left) : optimizer.right;
  };

  it('is found with its type', () => {
    expectTypeOf(optimizers.get('adam')).toEqualTypeOf<OptimizerFactory | undefined>();
    expectTypeOf(losses.get('meanSquaredError')).toEqualTypeOf<Loss | undefined>();
    expect([...optimizers.keys()]).toEqual(['sgd', 'momentum', 'nesterov', 'adam']);
    expect([...losses.keys()]).toHaveLength(4);
    expect([...initializers.keys()]).toHaveLength(7);
  });

  it('is made with the options that it takes', () => {
    const [ours, theirs] = [
      made('adam', { learningRate: 0.1, beta1: 0.8 }),
      adam({ learningRate: 0.1, beta1: 0.8 }),
    ];
    if (typeof ours === 'string') throw new Error(ours);
    expect(descend(ours, 5)).toEqual(descend(theirs, 5));
  });

  it('has the defaults of its options', () => {
    for (const [name, direct] of [
      ['sgd', sgd({ learningRate: 0.01 })],
      ['momentum', momentum({ learningRate: 0.01 })],
      ['nesterov', nesterov({ learningRate: 0.01 })],
      ['adam', adam({ learningRate: 0.001 })],
    ] as const) {
      const optimizer = made(name, {});
      if (typeof optimizer === 'string') throw new Error(optimizer);
      expect(descend(optimizer, 3)).toEqual(descend(direct, 3));
    }
  });

  it('refuses options, by name', () => {
    expect(made('sgd', { momentum: 0.5 })).toBe(
      'invalid option at $.momentum: sgd has no such option; it has learningRate',
    );
    expect(made('adam', { beta2: 1 })).toBe(
      'invalid option at $.beta2: expected a number from 0 up to, but not, 1, given 1 (an option of adam)',
    );
  });

  it('that throws is named', () => {
    const create = (): Optimizer => {
      throw new Error('out of order');
    };
    const broken = createOptimizer({ name: 'broken', options: options({}), create }, {});
    expect(E.isLeft(broken) && renderError(broken.left)).toBe(
      'the optimizer broken threw Error: out of order',
    );
  });

  it('is checked where a plugin brings it', () => {
    const checked = checkPlugin(
      {
        name: 'mine',
        version: '1.0.0',
        core: '*',
        optimizers: [{ name: 'lion', create: 1 }],
        optimisers: [],
      },
      learnKinds,
    );
    expect(E.isLeft(checked) && checked.left.map(renderError)).toEqual([
      'invalid plugin at $.mine: unknown key "optimisers"; expected name, version, core, requires, scalarFunctions, ops, backends, randomSources, optimizers, initializers, losses',
      'invalid plugin at $.mine.optimizers.lion.options: expected what options(…) gives, found nothing',
      'invalid plugin at $.mine.optimizers.lion.create: expected a function, found 1',
    ]);
  });
});
