import { gradient } from '@adjoint/autograd';
import { sgd, trainingStep } from '@adjoint/learn';
import * as a from '@adjoint/core';
import { input, program, state, zeros, type ProgramParts, type Value } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { explainPlan } from '../target.js';

/** What is computed where; above it the plan sums up. */
const kernels = (plan: string): string => plan.split('\n').slice(3).join('\n');
const kernelsOf = (parts: ProgramParts): string => kernels(explainPlan(program(parts)));

const x = input('x', [8]);
const m = input('m', [2, 3]);

describe('one kernel', () => {
  it('is a chain of elementwise ops', () => {
    const y = a.exp(a.negate(a.square(a.add(x, 1))));
    expect(kernelsOf({ outputs: { y } })).toMatchInlineSnapshot(`
      "0: add  (128 bytes, 32 functions)
           for i < 8
             y[i] = exp(-square(x[i] + 1))"
    `);
  });

  it('is a value with its gradient', () => {
    const value = a.sum(a.multiply(a.sigmoid(x), a.tanh(x)));
    expect(kernelsOf({ outputs: { value, dx: gradient(value, x) } })).toMatchInlineSnapshot(`
      "0: sigmoid  (136 bytes, 88 functions)
           for i < 8
             t1 = sigmoid(x[i])
             t2 = tanh(x[i])
             sum ← t1 * t2
             dx[i] = t1 * (1 - square(t2)) + t2 * t1 * (1 - t1)
           value[0] = sum"
    `);
  });

  it('is a reduction with what it reduces and what is computed of it', () => {
    const norm = a.sqrt(a.sum(a.square(a.subtract(m, 1)), { axes: [1] }));
    expect(kernelsOf({ outputs: { norm } })).toMatchInlineSnapshot(`
      "0: subtract  (64 bytes, 20 functions)
           for i < 2
             for j < 3
               sum ← square(m[3i + j] - 1)
             norm[i] = sqrt(sum)"
    `);
  });

  it('is a matrix product with its bias and its activation', () => {
    const layer = a.relu(a.add(a.matmul(m, input('W', [3, 4])), input('b', [4])));
    expect(kernelsOf({ outputs: { layer } })).toMatchInlineSnapshot(`
      "0: matmul  (240 bytes, 72 functions)
           for i < 2, j < 4
             for k < 3
               dot ← m[3i + k] * W[j + 4k]
             t1 = dot + b[j]
             layer[4i + j] = select(t1 <= 0, 0, t1)"
    `);
  });

  it('is not a reduction with what is computed of its result over the whole', () => {
    const centred = a.subtract(m, a.sum(m, { axes: [1], keepDims: true }));
    expect(kernelsOf({ outputs: { centred } })).toMatchInlineSnapshot(`
      "0: sum  (64 bytes, 6 functions)
           for i < 2
             for j < 3
               sum ← m[3i + j]
             sum[i] = sum
      1: subtract  (112 bytes, 6 functions)
           for i < 2, j < 3
             centred[3i + j] = m[3i + j] - sum[i]"
    `);
  });
});

describe('views', () => {
  it('are all that transposes, slices and broadcasts become', () => {
    const turned = a.slice(a.permuteDims(m, [1, 0]), [{ start: 1 }]);
    const y = a.add(turned, a.broadcastTo(input('row', [2]), [2, 2]));
    expect(kernelsOf({ outputs: { y } })).toMatchInlineSnapshot(`
      "0: add  (80 bytes, 4 functions)
           for i < 2, j < 2
             y[2i + j] = m[i + 3j + 1] + row[j]"
    `);
  });
});

describe('states', () => {
  it('are overwritten in place by the kernel that computes their gradient', () => {
    const { W } = state({ W: zeros([3, 4]) });
    const step = trainingStep({
      loss: a.sum(a.square(a.matmul(m, W))),
      parameters: { W },
      optimizer: sgd({ learningRate: 0.5 }),
    });
    expect(kernels(explainPlan(step))).toMatchInlineSnapshot(`
      "0: matmul  (272 bytes, 64 functions)
           for i < 2, j < 4
             for k < 3
               dot ← m[3i + k] * W[j + 4k]
             square[4i + j] = square(dot)
             square′[4i + j] = 2 * dot
      1: sum  (72 bytes, 8 functions)
           for i < 8
             sum ← square[i]
           loss[0] = sum
      2: matmul  (304 bytes, 72 functions)
           for i < 3, j < 4
             for k < 2
               dot ← m[i + 3k] * square′[j + 4k]
             W[4i + j] = W[4i + j] - 0.5 * dot"
    `);
  });

  it('are moved at the end where their old value is still read', () => {
    const { s } = state({ s: zeros([2, 2]) });
    const next = a.add(a.permuteDims(s, [1, 0]), s);
    expect(kernelsOf({ outputs: {}, updates: [{ state: s, next }] })).toMatchInlineSnapshot(`
      "0: add  (96 bytes, 4 functions)
           for i < 2, j < 2
             next[2i + j] = s[i + 2j] + s[2i + j]
      1: move to s  (64 bytes, 0 functions)
           s = next  (4 elements)"
    `);
  });
});

describe('an op from outside the standard library', () => {
  const applyReversed = (of: Value): Value => a.build1(reversed, [of], {});
  const reversed: typeof applyReversed & a.OpaqueOp<a.NoAttributes> = a.opaque(
    { name: 'reversed', arity: 1 },
    {
      types: ([type]) => E.right([type]),
      kernel: ({ inputs: [given], out }) => out.data.set(given.data.toReversed()),
      differentiable: false,
    },
    applyReversed,
  );

  it('runs its own kernel, on memory without gaps', () => {
    const y = a.multiply(reversed(a.permuteDims(m, [1, 0])), 2);
    expect(explainPlan(program({ outputs: { y } }))).toMatchInlineSnapshot(`
      "kernels: 3, evaluating 6 scalar functions a step
      temporary buffers: 2, of 96 bytes in 96
      run by their own kernels: reversed
      0: copy  (96 bytes, 0 functions)
           for i < 3, j < 2
             copy[2i + j] = m[i + 3j]
      1: reversed  (96 bytes, 0 functions)
           reversed ← the op's own kernel of copy
      2: multiply  (96 bytes, 6 functions)
           for i < 6
             y[i] = reversed[i] * 2"
    `);
  });
});
