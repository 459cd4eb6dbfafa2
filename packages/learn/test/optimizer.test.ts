import {
  divide,
  astype,
  add as addValues,
  interpreter,
  multiply,
  named,
  state,
  subtract,
  square,
  sum,
  tensor,
  type Value,
} from '@adjoint/core';
import {
  adam,
  chain,
  clipByNorm,
  momentum,
  nesterov,
  optimizerMonoid,
  sgd,
  trainingStep,
  type Optimizer,
} from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

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

describe('optimizers are a monoid', () => {
  const [a, b, c] = [clipByNorm(0.5), momentum({ learningRate: 0.5 }), adam({ learningRate: 0.1 })] as const;
  const { concat, empty } = optimizerMonoid;

  it('is associative', () => {
    expect(descend(concat(concat(a, b), c), 7)).toEqual(descend(concat(a, concat(b, c)), 7));
  });

  it('has an identity', () => {
    expect(descend(concat(empty, b), 7)).toEqual(descend(b, 7));
    expect(descend(concat(b, empty), 7)).toEqual(descend(b, 7));
  });

  it('keeps two states of one kind apart', () => {
    const twice = chain(momentum({ learningRate: 0.1 }), momentum({ learningRate: 0.1 }));
    expect(descend(twice, 3)).not.toEqual(descend(momentum({ learningRate: 0.1 }), 3));
  });
});
