import {
  add,
  constant,
  input,
  interpreter,
  leaves,
  multiply,
  program,
  renderError,
  state,
  sum,
  tensor,
  zeros,
  type AdjointError,
  type Programs,
  type SyncExecutable,
  type Tensor,
  type Tensors,
  type Tree,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

// What plain JavaScript passes to programs and executables: a Left or a sentence, and the state stays as it was.

const left = (result: E.Either<AdjointError, unknown>): string =>
  E.isLeft(result) ? renderError(result.left) : 'right';

function executable(): SyncExecutable<'step'> {
  const w = state(zeros([2]), 'w');
  const next = add(w, input('x', [2]));
  const compiled = interpreter.compileSync({
    step: program({ outputs: { sum: sum(w) }, updates: [{ state: w, next }] }),
  });
  if (E.isLeft(compiled)) throw new Error(renderError(compiled.left));
  return compiled.right;
}

// What TypeScript would refuse.
const anyhow = <T>(given: unknown): T => given as T;
const fed = { x: tensor([1, 2]) };

describe('an executable in plain JavaScript', () => {
  it.each<[string, (e: SyncExecutable<'step'>) => E.Either<AdjointError, unknown>, RegExp]>([
    ['no feeds', (e) => e.runSync('step', anyhow<Tensors>(null)), /invalid feed: expected tensors by name/],
    ['a list of feeds', (e) => e.runSync('step', anyhow<Tensors>([1])), /invalid feed: expected tensors/],
    [
      'a list as a feed',
      (e) => e.runSync('step', anyhow<Tensors>({ x: [1, 2] })),
      /invalid feed at \$\.x: expected a tensor f64\[2\]/,
    ],
    ['a feed of null', (e) => e.runSync('step', anyhow<Tensors>({ x: null })), /\$\.x: expected a tensor/],
    [
      'a feed that every object has',
      (e) => e.runSync('step', { ...fed, toString: tensor(1) }),
      /feed at \$\.toString: no such input; the program has x/,
    ],
    ['a program that every object has', (e) => e.runSync(anyhow('toString'), fed), /no program of this name/],
    ['a program named __proto__', (e) => e.runSync(anyhow('__proto__'), fed), /no program of this name/],
    ['no options', (e) => e.runSync('step', fed, anyhow(null)), /expected options of a run/],
    [
      'no list of records',
      (e) => e.runSync('step', fed, anyhow({ record: 'sum' })),
      /expected a list of names/,
    ],
    ['a record that is no name', (e) => e.runSync('step', fed, anyhow({ record: [7] })), /no such output/],
    [
      'a getter that throws',
      (e) =>
        e.runSync('step', {
          get x(): never {
            throw new Error('mine');
          },
        }),
      /a feed's getter threw Error: mine/,
    ],
    [
      'a state of null',
      (e) => e.writeSync(anyhow<Tensors>({ w: null })),
      /state at \$\.w: expected a tensor/,
    ],
    ['no state', (e) => e.writeSync(anyhow<Tensors>(undefined)), /invalid state: expected tensors by name/],
    ['a state that every object has', (e) => e.writeSync({ constructor: tensor(1) }), /no such state/],
  ])('refuses %s', (_, act, message) => {
    const made = executable();
    expect(left(act(made))).toMatch(message);
    expect(made.readSync()).toEqual(E.right({ w: zeros([2]) }));
  });

  it('refuses bools that are neither 0 nor 1', () => {
    const flags = input('flags', [2], 'bool');
    const compiled = interpreter.compileSync({ p: program({ outputs: { flags } }) });
    const odd = { dtype: 'bool', shape: [2], data: new Uint8Array([2, 255]) } as const;
    expect(left(E.isRight(compiled) ? compiled.right.runSync('p', { flags: odd }) : compiled)).toMatch(
      /feed at \$\.flags: a bool is 0 or 1, and element 0 is 2/,
    );
  });
});

describe('programs in plain JavaScript', () => {
  it.each<[string, unknown, RegExp]>([
    ['none', null, /expected programs by name/],
    ['no program', { p: 7 }, /invalid program at \$\.p: expected a program/],
    [
      'a graph',
      { p: { nodes: [], inputs: [], outputs: {} } },
      /invalid program at \$\.p: expected a program/,
    ],
    ['half a character for a name', { '\ud83d': program({ outputs: {} }) }, /ends inside a character/],
  ])('are refused: %s', (_, programs, message) => {
    expect(left(interpreter.compileSync(anyhow<Programs>(programs)))).toMatch(message);
  });

  it('say where a tree has something else than values', () => {
    expect(() => leaves(anyhow({ W: zeros([2]) }))).toThrow(
      /at \$\.W: expected a value, or a record of such; found a tensor/,
    );
    expect(() => leaves(anyhow({ a: { b: 7 } }))).toThrow(/at \$\.a\.b: expected a value.* found 7/);
    const tree: Record<string, unknown> = {};
    tree.a = tree;
    expect(() => leaves(anyhow(tree))).toThrow(/a record should not hold itself/);
    expect(() => state(anyhow<Tree<Tensor>>({ a: 'text' }))).toThrow(
      /at \$\.a: expected a tensor.* found "text"/,
    );
  });
});

describe('names of outputs', () => {
  it('are all there where one is what an update would be called', () => {
    const w = state(tensor(1), 'w');
    const made = program({
      outputs: { 'w (next)': multiply(w, 10) },
      updates: [{ state: w, next: add(w, 1) }],
    });
    const compiled = interpreter.compileSync({ made });
    if (E.isLeft(compiled)) throw new Error(renderError(compiled.left));
    const ran = compiled.right.runSync('made', {});
    expect(E.isRight(ran) && ran.right.outputs).toEqual({ 'w (next)': tensor(10) });
    expect(compiled.right.readSync()).toEqual(E.right({ w: tensor(2) }));
  });

  it('may be such that every object has', () => {
    const compiled = interpreter.compileSync({ p: program({ outputs: { constructor: constant(1) } }) });
    const ran = E.isRight(compiled) ? compiled.right.runSync('p', {}) : compiled;
    expect(E.isRight(ran) && ran.right.outputs.constructor).toEqual(tensor(1));
  });
});

describe('what a run is asked for', () => {
  it.each([2 ** 31, 2 ** 32 + 1, 5e9, Infinity, NaN])('is at most 2^31 − 1 steps, not %d', (steps) => {
    expect(left(executable().runSync('step', fed, { steps }))).toMatch(
      /option at \$\.steps: expected a whole number from 1 on, at most 2147483647/,
    );
  });

  it('is no record of more elements than a tensor has', () => {
    const w = state(zeros([2]), 'w');
    const compiled = interpreter.compileSync({ p: program({ outputs: { w } }) });
    const ran = E.isRight(compiled)
      ? compiled.right.runSync('p', {}, { steps: 2e9, record: ['w'] })
      : compiled;
    expect(left(ran)).toMatch(/option at \$\.record\.w: the sizes.*Run fewer steps at once/s);
  });
});

describe('a state written from a Buffer of Node', () => {
  it('is a copy', () => {
    const flag = state(tensor([false, false], 'bool'), 'flag');
    const compiled = interpreter.compileSync({ p: program({ outputs: { flag } }) });
    if (E.isLeft(compiled)) throw new Error(renderError(compiled.left));
    const data = Buffer.from([1, 0]);
    compiled.right.writeSync({ flag: { dtype: 'bool', shape: [2], data } });
    data[1] = 1;
    expect(compiled.right.readSync()).toEqual(E.right({ flag: tensor([true, false], 'bool') }));
  });
});
