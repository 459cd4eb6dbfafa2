import { gradient } from '@adjoint/autograd';
import { sgd, train, trainingStep } from '@adjoint/learn';
import * as a from '@adjoint/core';
import { build1, type OpaqueOp, type NoAttributes, opaque } from '@adjoint/core/extend';
import {
  elementwise,
  equalTensors,
  input,
  interpreter,
  program,
  scalar,
  state,
  tensor,
  zeros,
  type Value,
} from '@adjoint/core';
import { explainPlan, wasm } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { compile, counter, interpreted, message, right, run, steps } from './running.js';

describe('an executable', () => {
  it('runs steps with inputs of their own, and records outputs', () => {
    const executable = compile(counter());
    const { outputs, recorded } = right(
      executable.runSync('p', { by: steps }, { steps: 2, record: ['next', 'before'] }),
    );
    expect(Array.from(recorded.next?.data ?? [])).toEqual([6, 66]);
    expect(Array.from(recorded.before?.data ?? [])).toEqual([0, 0, 0, 1, 2, 3]);
    expect(outputs.next?.data[0]).toBe(66);
    expect(Array.from(right(executable.readSync()).total?.data ?? [])).toEqual([11, 22, 33]);
  });

  it('shares one state between programs', () => {
    const { w } = state({ w: tensor([2, 3]) });
    const programs = {
      double: program({ outputs: {}, updates: [{ state: w, next: a.multiply(w, 2) }] }),
      total: program({ outputs: { total: a.sum(w) } }),
    };
    const executable = right(wasm.compileSync(programs));
    right(executable.runSync('double', {}, { steps: 3 }));
    expect(right(executable.runSync('total', {})).outputs.total?.data[0]).toBe(40);
    right(executable.writeSync({ w: tensor([1, 1]) }));
    expect(right(executable.runSync('total', {})).outputs.total?.data[0]).toBe(2);
  });

  it('updates all states at once', () => {
    const { x, y } = state({ x: tensor([1, 2]), y: tensor([10, 20]) });
    const swap = program({
      outputs: {},
      updates: [
        { state: x, next: y },
        { state: y, next: a.add(x, y) },
      ],
    });
    const executable = compile(swap);
    right(executable.runSync('p', {}, { steps: 3 }));
    const { x: first, y: second } = right(executable.readSync());
    expect(Array.from(first?.data ?? [])).toEqual([21, 42]);
    expect(Array.from(second?.data ?? [])).toEqual([32, 64]);
  });

  it('overwrites a state in place only where nothing reads the old value any more', () => {
    const { m } = state({
      m: tensor([
        [1, 2],
        [3, 4],
      ]),
    });
    const turned = program({
      outputs: { old: m },
      updates: [{ state: m, next: a.add(a.permuteDims(m, [1, 0]), 1) }],
    });
    const executable = compile(turned);
    expect(Array.from(right(executable.runSync('p', {})).outputs.old?.data ?? [])).toEqual([1, 2, 3, 4]);
    expect(Array.from(right(executable.readSync()).m?.data ?? [])).toEqual([2, 4, 3, 5]);
  });

  it('trains as the interpreter does', async () => {
    const X = input('X', [4, 2]);
    const { w } = state({ w: tensor([[0.5], [-0.25]]) });
    const loss = a.mean(a.square(a.subtract(a.tanh(a.matmul(X, w)), 0.5)));
    const feeds = {
      X: tensor([
        [0, 1],
        [1, 0],
        [1, 1],
        [2, 1],
      ]),
    };
    const options = { loss, parameters: { w }, optimizer: sgd({ learningRate: 0.3 }), feeds, steps: 40 };
    const [one, two] = await Promise.all([
      train({ ...options, backend: wasm })(),
      train({ ...options, backend: interpreter })(),
    ]);
    const [found, expected] = [right(one).loss, right(two).loss];
    expect(expected.every((x, index) => Math.abs(x - (found[index] ?? NaN)) < 1e-15)).toBe(true);
  });
});

describe('values with several readers', () => {
  const x = input('x', [2, 2]);
  const feeds = {
    x: tensor([
      [1, 2],
      [3, 4],
    ]),
  };
  const summing = a.compositeWithPullback(
    'summing',
    (y = x) => a.sum(y, { axes: [0] }),
    () => [],
  );
  it.each<readonly [string, (y: Value) => readonly Value[]]>([
    ['a product that is summed and read', (y) => [a.sum(a.expandDims(y, [0]), { axes: [1] }), y]],
    ['a product that is summed in a body and read', (y) => [summing(y), y]],
    ['a product that is summed twice', (y) => [a.sum(y, { axes: [0] }), a.sum(a.reshape(y, [4]))]],
  ])('are what they are to each: %s', (_, build) => {
    const [first = x, second = x] = build(
      a.matmul(
        x,
        a.constant([
          [1, 2],
          [3, 4],
        ]),
      ),
    );
    const outputs = { first, second };
    const found = right(compile(program({ outputs })).runSync('p', feeds)).outputs;
    expect(found).toEqual(
      right(right(interpreter.compileSync({ p: program({ outputs }) })).runSync('p', feeds)).outputs,
    );
  });

  it('may be indices that are one in memory', () => {
    const g = input('g', [3]);
    const w = input('w', [2]);
    const out = a.addTaken(g, a.broadcastTo(a.constant(tensor(1, 'i32')), [3]), w, {
      axis: 0,
    });
    expect(Array.from(run(out, { g: tensor([1, 2, 4]), w: tensor([0, 0]) }).data)).toEqual([0, 7]);
  });

  it('may be states that only other programs read', () => {
    const { b } = state({ b: tensor([1, 1]) });
    const u = input('u', [2]);
    const p = program({ outputs: { u }, updates: [{ state: b, next: a.multiply(u, 2) }] });
    for (const backend of [wasm, interpreter]) {
      const executable = right(backend.compileSync({ p }));
      expect(Array.from(right(executable.readSync()).b?.data ?? [])).toEqual([1, 1]);
      right(executable.runSync('p', { u: tensor([1, 2]) }));
      expect(Array.from(right(executable.readSync()).b?.data ?? [])).toEqual([2, 4]);
    }
  });
});

describe('what a caller has', () => {
  it('is not what the executable holds, nor the other way round', () => {
    const { s } = state({ s: tensor([0, 0]) });
    const x = input('x', [2]);
    const p = program({ outputs: { x }, updates: [{ state: s, next: x }] });
    for (const backend of [wasm, interpreter]) {
      const executable = right(backend.compileSync({ p }));
      const feed = tensor([1, 2]);
      const { outputs } = right(executable.runSync('p', { x: feed }));
      const written = tensor([5, 6]);
      feed.data.fill(9);
      right(executable.readSync()).s?.data.fill(9);
      expect(Array.from(outputs.x?.data ?? [])).toEqual([1, 2]);
      expect(Array.from(right(executable.readSync()).s?.data ?? [])).toEqual([1, 2]);
      right(executable.writeSync({ s: written }));
      written.data.fill(9);
      expect(Array.from(right(executable.readSync()).s?.data ?? [])).toEqual([5, 6]);
    }
  });
});

describe('a long program', () => {
  it('may have kernels of very many functions', () => {
    const x = input('x', [2]);
    const build = (y: Value): Value => {
      for (let i = 0; i < 3000; i++) y = a.multiply(0.9, a.sin(a.add(y, x)));
      return y;
    };
    const feeds = { x: tensor([0.5, 0.25]) };
    const [found, expected] = [run(build(x), feeds).data, interpreted(build(x), feeds).data];
    found.forEach((y, index) => expect(Math.abs(y - (expected[index] ?? NaN))).toBeLessThan(1e-14));
  });

  it('may join very many pieces', () => {
    const x = input('x', [1]);
    const pieces = Array.from({ length: 3000 }, (_, i) => a.add(x, i));
    const found = run(a.concat(pieces, 0), { x: tensor([0.5]) });
    expect(Array.from(found.data)).toEqual(pieces.map((_, i) => i + 0.5));
  });

  it('keeps its bits when it is written as several functions', () => {
    const x = input('x', []);
    let y: Value = x;
    for (let i = 0; i < 10_000; i++) y = a.add(a.multiply(y, x), 0.25);
    const long = program({ outputs: { y, dx: gradient(y, x) } });
    const feeds = { x: tensor(0.99) };
    const found = right(compile(long).runSync('p', feeds)).outputs;
    const expected = right(right(interpreter.compileSync({ p: long })).runSync('p', feeds)).outputs;
    expect(found).toEqual(expected);
  });
});

describe('ops of plugins', () => {
  const applyReversed = (of: Value): Value => build1(reversed, [of], {});
  const reversed: typeof applyReversed & OpaqueOp<NoAttributes> = opaque(
    { name: 'reversed', arity: 1 },
    {
      types: ([type]) => E.right([type]),
      kernel: ({ inputs: [given], out }) => out.data.set(given.data.toReversed()),
      differentiable: false,
    },
    applyReversed,
  );
  const x = input('x', [4]);
  const feeds = { x: tensor([1, 2, 3, 4]) };

  it('run their own kernels, and the plan says so', () => {
    const out = a.multiply(reversed(a.add(x, 1)), 2);
    expect(Array.from(run(out, feeds).data)).toEqual([10, 8, 6, 4]);
    expect(explainPlan(program({ outputs: { out } }))).toContain('run by their own kernels: reversed');
  });

  it('may fail, and both backends say whose kernel it was and keep the state', () => {
    const failing: OpaqueOp<NoAttributes> = opaque(
      { name: 'failing', arity: 1 },
      {
        types: ([type]) => E.right([type]),
        kernel({ inputs: [given], out }) {
          if (given.data[0] === 2) throw new Error('no twos, please');
          out.data.set(given.data);
        },
        differentiable: false,
      },
      (of: Value): Value => build1(failing, [of], {}),
    );
    const { s } = state({ s: tensor([0]) });
    const next = a.add(a.named('checked', build1(failing, [s], {})), 1);
    const p = program({ outputs: { next }, updates: [{ state: s, next }] });
    for (const backend of [wasm, interpreter]) {
      const executable = right(backend.compileSync({ p }));
      right(executable.runSync('p', {}));
      expect(message(executable.runSync('p', {}, { steps: 3 }))).toBe(
        'the kernel of "failing" threw Error: no twos, please',
      );
      expect(Array.from(right(executable.readSync()).s?.data ?? [])).toEqual([1]);
      expect(right(executable.runSync('p', {})).outputs.next?.data[0]).toBe(2);
    }
  });

  it('may be scalar functions', () => {
    const cube = scalar.defineScalarFunction({
      name: 'cube',
      arity: 1,
      signature: 'float',
      evaluate: (each) => each ** 3,
      partials: ([each]) => [scalar.multiply(3, scalar.square(each))],
      notation: { precedence: 5, latex: (each) => `${each(6)}^{3}` },
    });
    const op = elementwise('cubed', (each) => scalar.add(cube(each), 1));
    expect(Array.from(run(op(x), feeds).data)).toEqual([2, 9, 28, 65]);
    expect(Array.from(run(gradient(a.sum(op(x)), x), feeds).data)).toEqual([3, 12, 27, 48]);
  });
});

describe('odd shapes', () => {
  const empty = input('empty', [0, 3]);
  const feeds = { empty: zeros([0, 3]) };
  it.each<readonly [string, Value]>([
    ['a function', a.exp(empty)],
    ['a sum over nothing', a.sum(empty, { axes: [0] })],
    ['a product over nothing', a.prod(empty, { axes: [0] })],
    ['whether all of nothing', a.all(a.isFinite(empty))],
    ['an empty maximum of empty rows', a.max(empty, { axes: [1] })],
    ['a matrix product over nothing', a.matmul(a.permuteDims(empty, [1, 0]), a.concat([empty, empty], 1))],
    ['a matrix product of nothing', a.matmul(empty, input('w', [3, 2]))],
  ])('of size zero: %s', (_name, out) => {
    const given = out.node.inputs.some(({ shape }) => shape.join() === '3,2')
      ? { ...feeds, w: zeros([3, 2]) }
      : feeds;
    expect(equalTensors(run(out, given), interpreted(out, given))).toBe(true);
  });
});

describe('the plan', () => {
  it('shows the kernels of a training step, with what is fused in each', () => {
    const X = input('X', [4, 2]);
    const { W, b } = state({ W: zeros([2, 3]), b: zeros([3]) });
    const A = a.named('A', a.relu(a.add(a.matmul(X, W), b)));
    const step = trainingStep({
      loss: a.mean(A),
      parameters: { W, b },
      optimizer: sgd({ learningRate: 0.5 }),
    });
    const plan = explainPlan(step);
    expect(plan).toContain('dot ← X[2i + k] * W[j + 3k]');
    expect(plan).toContain('t1 = dot + b[j]');
    expect(plan).toContain('A[3i + j] = select(t2, 0, t1)');
    expect(plan).toContain('W[3i + j] = W[3i + j] - 0.5 * dot');
    expect(plan).toContain('every op has code');
  });
});
