import {
  add,
  constant,
  graph,
  input,
  interpreter,
  multiply,
  program,
  renderError,
  state,
  subtract,
  sum,
  tensor,
  zeros,
  type AdjointError,
  type Programs,
  type SyncExecutable,
  type Tensors,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { makeNode } from '../../src/ir/node.js';

const right = <T>(result: E.Either<AdjointError, T>): T => {
  if (E.isLeft(result)) throw new Error(renderError(result.left));
  return result.right;
};

const left = (result: E.Either<AdjointError, unknown>): string =>
  E.isLeft(result) ? renderError(result.left) : 'right';

const compile = <P extends Programs>(programs: P): SyncExecutable<keyof P & string> =>
  right(interpreter.compileSync(programs));

const data = (tensors: Tensors, name: string): number[] => Array.from(tensors[name]?.data ?? []);

/** Counts up by the feed and tells the count before. */
function counter() {
  const by = input('by', []);
  const count = state(tensor(0), 'count');
  return {
    by,
    count,
    step: program({ outputs: { count }, updates: [{ state: count, next: add(count, by) }] }),
  };
}

describe('a program', () => {
  it('updates its states at once', () => {
    const [a, b] = [state(tensor([1]), 'a'), state(tensor([2]), 'b')];
    const swap = program({
      outputs: {},
      updates: [
        { state: a, next: b },
        { state: b, next: a },
      ],
    });
    const executable = compile({ swap });
    right(executable.runSync('swap', {}, { steps: 3 }));
    expect(data(right(executable.readSync()), 'a')).toEqual([2]);
    expect(data(right(executable.readSync()), 'b')).toEqual([1]);
  });

  it('gives the outputs of the last step, and of every step for what is recorded', () => {
    const executable = compile({ step: counter().step });
    const result = right(executable.runSync('step', { by: tensor(2) }, { steps: 4, record: ['count'] }));
    expect(data(result.outputs, 'count')).toEqual([6]);
    expect(result.recorded.count).toMatchObject({ shape: [4], dtype: 'f64' });
    expect(data(result.recorded, 'count')).toEqual([0, 2, 4, 6]);
  });

  it('takes one slice a step of what is fed per step', () => {
    const { by, count } = counter();
    const step = program({
      outputs: { count },
      updates: [{ state: count, next: add(count, by) }],
      perStep: ['by'],
    });
    const executable = compile({ step });
    right(executable.runSync('step', { by: tensor([1, 10, 100]) }, { steps: 3 }));
    expect(data(right(executable.readSync()), 'count')).toEqual([111]);
    expect(left(executable.runSync('step', { by: tensor([1, 10]) }, { steps: 3 }))).toBe(
      'invalid feed at $.by: expected f64[3], given f64[2]',
    );
  });

  it('shares its state with the programs compiled beside it', () => {
    const { count, step } = counter();
    const executable = compile({ step, twice: program({ outputs: { twice: multiply(2, count) } }) });
    right(executable.runSync('step', { by: tensor(5) }));
    expect(data(right(executable.runSync('twice', {})).outputs, 'twice')).toEqual([10]);
  });

  it('reads and writes states by path', () => {
    const tree = state({ layer: { weight: zeros([2]), bias: zeros([1]) } });
    const executable = compile({
      sum: program({ outputs: { sum: add(sum(tree.layer.weight), sum(tree.layer.bias)) } }),
    });
    right(executable.writeSync({ 'layer.weight': tensor([3, 4]) }));
    expect(Object.keys(right(executable.readSync())).sort()).toEqual(['layer.bias', 'layer.weight']);
    expect(data(right(executable.runSync('sum', {})).outputs, 'sum')).toEqual([7]);
    expect(left(executable.writeSync({ 'layer.width': tensor([1]) }))).toMatch(
      /no such state; there are layer.weight, layer.bias/,
    );
    expect(left(executable.writeSync({ 'layer.bias': tensor([1, 2]) }))).toMatch(
      /expected f64\[1\], given f64\[2\]/,
    );
  });

  it('runs the same when it is waited for', async () => {
    const feeds = { by: tensor(2) };
    const options = { steps: 4, record: ['count'] };
    const waited = await compile({ step: counter().step }).run('step', feeds, options)();
    expect(waited).toEqual(compile({ step: counter().step }).runSync('step', feeds, options));
    const compiled = await interpreter.compile({ step: counter().step })();
    expect(E.isRight(compiled)).toBe(true);
  });
});

describe('a run that is refused', () => {
  const executable = compile({ step: counter().step });
  const feeds = { by: tensor(1) };
  it.each<[string, E.Either<AdjointError, unknown>, string]>([
    ['missing feed', executable.runSync('step', {}), 'invalid feed at $.by: missing; expected f64[]'],
    [
      'wrong shape',
      executable.runSync('step', { by: tensor([1, 2]) }),
      'invalid feed at $.by: expected f64[], given f64[2]',
    ],
    [
      'wrong dtype',
      executable.runSync('step', { by: tensor(1, 'f32') }),
      'invalid feed at $.by: expected f64[], given f32[]',
    ],
    [
      'data that are not what the type says',
      executable.runSync('step', { by: { dtype: 'f64', shape: [], data: new Float64Array(2) } }),
      'invalid feed at $.by: the shape [] has 1 elements, the data 2\n  Make tensors with tensor or fromData.',
    ],
    [
      'data of another storage',
      executable.runSync('step', { by: { dtype: 'f64', shape: [], data: new Float32Array(1) } }),
      'invalid feed at $.by: its data are not stored as f64 is\n  Make tensors with tensor or fromData.',
    ],
    [
      'unknown feed',
      executable.runSync('step', { ...feeds, up: tensor(1) }),
      'invalid feed at $.up: no such input; the program has by',
    ],
    [
      'no steps',
      executable.runSync('step', feeds, { steps: 0 }),
      'invalid option at $.steps: expected a whole number from 1 on, at most 2147483647, given 0',
    ],
    [
      'unknown output',
      executable.runSync('step', feeds, { record: ['loss'] }),
      'invalid option at $.record.loss: no such output; the outputs are count',
    ],
  ])('%s', (_, result, message) => {
    expect(left(result)).toBe(message);
    // And the state is as it was.
    expect(data(right(executable.readSync()), 'count')).toEqual([0]);
  });
});

describe('programs that are refused', () => {
  it('two states of one path', () => {
    const twins = program({ outputs: { sum: add(state(tensor([1]), 'w'), state(tensor([1]), 'w')) } });
    expect(left(interpreter.compileSync({ twins }))).toMatch(
      /^invalid state at \$\.w: two states have this path \(program "twins"\)/,
    );
  });

  it('a state that is updated twice, or with another type, or is none', () => {
    const w = state(tensor([1]), 'w');
    const next = subtract(w, 1);
    expect(() =>
      program({
        outputs: {},
        updates: [
          { state: w, next },
          { state: w, next },
        ],
      }),
    ).toThrow(/the state is updated twice/);
    expect(() => program({ outputs: {}, updates: [{ state: w, next: sum(w) }] })).toThrow(
      /the state is f64\[1\], its next value f64\[\]/,
    );
    expect(() => program({ outputs: {}, updates: [{ state: next, next: w }] })).toThrow(
      /subtract|map is not a state/,
    );
    expect(() => program({ outputs: { w }, perStep: ['x'] })).toThrow(/no such input; the program has none/);
  });

  it('a node whose types are not what its op gives', () => {
    const x = input('x', [2]);
    const { op, attributes } = add(x, x).node;
    const [lie] = makeNode(op, [x, x], attributes, [{ dtype: 'f64', shape: [3] }], {}).outputs;
    if (lie === undefined) throw new Error('no output');
    const made = program({ outputs: { lie } });
    expect(left(interpreter.compileSync({ made }))).toMatch(/output 0 is f64\[3\], its rule gives f64\[2\]/);
  });

  it('a name of a state with a dot, and an output whose name is a number', () => {
    expect(() => state({ 'a.b': zeros([1]) })).toThrow(/a name is not empty and has no dot/);
    expect(() => graph({ 7: constant(1) })).toThrow(/an output needs a name that is not a number/);
  });
});
