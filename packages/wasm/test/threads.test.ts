import {
  add,
  addTaken,
  constant,
  equalTensors,
  exp,
  fromData,
  input,
  matmul,
  matrixTranspose,
  max,
  mean,
  multiply,
  negate,
  program,
  relu,
  scan,
  sigmoid,
  square,
  sum,
  take,
  tanh,
  tensor,
  type Program,
  type Tensor,
  type Tensors,
  type Value,
} from '@adjoint/core';
import { evaluateGraph } from '@adjoint/core/extend';
import { gradient } from '@adjoint/autograd';
import { explainPlan, wasmBackend } from '@adjoint/wasm';
import { describe, expect, it } from 'vitest';
import { right } from './running.js';

const numbers = (shape: readonly number[], seed = 1): Tensor<'f32'> =>
  fromData(
    'f32',
    shape,
    Float32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => Math.sin(seed * (i + 1)) * 2),
  );

interface Case {
  readonly program: Program;
  readonly feeds: Tensors;
}

/** A value and its gradient by a parameter. */
function differentiated(shapes: readonly (readonly number[])[], f: (...xs: Value[]) => Value): Case {
  const inputs = shapes.map((shape, index) => input(`x${index}`, shape, 'f32'));
  const [first] = inputs;
  if (first === undefined) throw new Error('no parameter');
  const value = f(...inputs);
  return {
    program: program({ outputs: { value, gradient: gradient(value, first) } }),
    feeds: Object.fromEntries(shapes.map((shape, index) => [`x${index}`, numbers(shape, index + 1)])),
  };
}

const cases: Readonly<Record<string, Case>> = {
  'a map with its sum': differentiated([[300_007]], (x) =>
    sum(add(multiply(sigmoid(x), tanh(x)), exp(negate(square(x))))),
  ),
  'a matrix product with what follows': differentiated([[131, 97], [97, 157], [157]], (x, w, b) =>
    mean(square(relu(add(matmul(x, w), b)))),
  ),
  'reductions along either axis': differentiated([[211, 1009]], (x) =>
    add(sum(square(sum(tanh(x), { axes: [0] }))), sum(square(mean(exp(x), { axes: [1] })))),
  ),
  'a greatest element': differentiated([[3, 70_001]], (x) => max(multiply(x, sigmoid(x)))),
  'a transposed product of stacks': differentiated(
    [
      [3, 64, 50],
      [3, 70, 50],
    ],
    (x, y) => sum(square(tanh(matmul(x, matrixTranspose(y))))),
  ),
  'a loop around large kernels': differentiated([[5, 40_000]], (x) => {
    const [last] = scan(
      ([carry], [slice]) => ({ carries: carry && slice ? [tanh(add(multiply(carry, 0.5), slice))] : [] }),
      { init: [constant(numbers([40_000], 7))], sequences: [x] },
    );
    return last === undefined ? sum(x) : sum(square(last));
  }),
  'rows by index': differentiated([[5000, 60]], (x) =>
    sum(
      square(
        take(
          x,
          constant(
            tensor(
              Array.from({ length: 4000 }, (_, i) => (i * 37) % 5000),
              'i32',
            ),
          ),
        ),
      ),
    ),
  ),
};

/** A run of several programs' worth of steps on so many threads. */
function run({ program: compiled, feeds }: Case, threads: number, steps = 1): Tensors {
  const executable = right(wasmBackend({ threads }).compileSync({ compiled }));
  const { outputs } = right(executable.runSync('compiled', feeds, { steps }));
  executable.dispose();
  return outputs;
}

const same = (a: Tensors, b: Tensors): boolean =>
  Object.entries(a).every(([name, tensor]) => {
    const other = b[name];
    return other !== undefined && equalTensors(tensor, other);
  });

describe('threads', () => {
  it.each(Object.entries(cases))('give the same bits of %s, however many there are', (_, each) => {
    expect(explainPlan(each.program)).toContain('in parts');
    const alone = run(each, 1);
    for (const threads of [2, 3]) expect(same(run(each, threads, 20), alone)).toBe(true);
  });

  it.each(Object.entries(cases))('agree with the interpreter on %s', (_, each) => {
    const found = run(each, 2);
    const { graph } = each.program;
    const inputs = graph.inputs.map((_input, index) => each.feeds[`x${index}`] ?? numbers([0]));
    const expected = evaluateGraph(graph, inputs);
    Object.keys(graph.outputs).forEach((name, index) => {
      const reference = expected[index]?.data ?? [];
      let scale = 1e-30;
      let error = 0;
      for (const x of reference) scale = Math.max(scale, Math.abs(x));
      reference.forEach((x, at) => (error = Math.max(error, Math.abs((found[name]?.data[at] ?? NaN) - x))));
      expect(error / scale).toBeLessThan(1e-5);
    });
  });

  it('share states, and end with their executable', () => {
    const { program: compiled, feeds } = cases['a matrix product with what follows'] ?? { feeds: {} };
    if (compiled === undefined) throw new Error('no such case');
    const executable = right(wasmBackend({ threads: 2 }).compileSync({ compiled }));
    const first = right(executable.runSync('compiled', feeds)).outputs;
    for (let round = 0; round < 300; round++) {
      expect(same(right(executable.runSync('compiled', feeds)).outputs, first)).toBe(true);
    }
    executable.dispose();
    expect(executable.runSync('compiled', feeds)).toMatchObject({ _tag: 'Left' });
  });

  it('do not add to one element at the same time', () => {
    const size = 200_000;
    const g = input('g', [size]);
    const w = input('w', [10]);
    const indices = constant(
      fromData(
        'i32',
        [size],
        Int32Array.from({ length: size }, (_, i) => i % 10),
      ),
    );
    const feeds = {
      g: fromData('f64', [size], new Float64Array(size).fill(1)),
      w: tensor(new Array(10).fill(0)),
    };
    // A program's name may be any.
    const serve = program({ outputs: { out: addTaken(g, indices, w, { axis: 0 }), value: sum(exp(g)) } });
    const executable = right(wasmBackend({ threads: 2 }).compileSync({ serve }));
    for (let round = 0; round < 100; round++) {
      const { out } = right(executable.runSync('serve', feeds)).outputs;
      expect(Array.from(out?.data ?? [])).toEqual(new Array(10).fill(size / 10));
    }
    executable.dispose();
  });
});
