import {
  aboveZero,
  compositeWithPullback,
  elementwise,
  interpreter,
  mapTree,
  mean,
  multiply,
  options,
  round,
  scalar,
  square,
  subtract,
  zeros,
  type Plugin,
  type Shape,
  type Value,
} from '@adjoint/core';
import {
  build1,
  contraction,
  lettersOf,
  opaque,
  prefix,
  reduction,
  source,
  view,
  views,
} from '@adjoint/core/extend';
import type { LearnKind } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';

/** A plugin that brings one of everything, as strangers would write it. */

const reversed = (x: Value): Value => build1(reverse, [x], { axes: [0] });
const reverse = view(
  { name: 'reverse', attributes: { axes: 'axes' } },
  {
    view: ([x], { axes }) =>
      E.right(views.ranges(x, (size, axis) => (axes.includes(axis) ? views.backwards : views.along)(size))),
    transpose: (cotangent) => reversed(cotangent),
    behind: 'axes',
  },
  reversed,
);

const norm2 = reduction(
  { name: 'norm2' },
  { combine: scalar.add, element: (x) => scalar.square(x), empty: 0, command: '\\sum{}^2' },
);

const dot = contraction(
  { name: 'dot', arity: 2 },
  { letters: () => lettersOf('i,i->') },
  (x: Value, y: Value): Value => build1(dot, [x, y], {}),
);

const running = prefix({ name: 'running' }, { combine: scalar.add });

/** An op that no family holds. */
const gate = opaque(
  { name: 'gate', arity: 1, attributes: { by: 'number' } },
  {
    types: ([x]) => E.right([x]),
    kernel: ({ inputs: [x], out, attributes: { by } }) => {
      out.data.set(x.data.map((each) => each * by));
    },
    pullback: ({ cotangent, attributes: { by } }) => [multiply(cotangent, by)],
    behind: 'same',
  },
  (x: Value, by: number): Value => build1(gate, [x], { by }),
);

const ramp = source(
  { name: 'ramp', attributes: { shape: 'shape' } },
  {
    types: (_inputs, { shape }) => E.right([{ dtype: 'f64', shape }]),
    fill: (out) => out.data.set(out.data.map((_, index) => index)),
    behind: 'same',
  },
  (shape: Shape): Value => build1(ramp, [], { shape }),
);

const straight = compositeWithPullback(
  'straight',
  (x: Value) => round(x),
  ({ cotangent }) => [cotangent],
);

const tanh2 = scalar.defineScalarFunction({
  name: 'tanh2',
  arity: 1,
  signature: scalar.tanh.signature,
  evaluate: Math.tanh,
  partials: (_operands, out) => [scalar.subtract(1, scalar.square(out))],
  notation: { precedence: 6, latex: (x) => x(6) },
});

export const sample = (): Plugin<LearnKind> => ({
  name: 'broken',
  version: '1.0.0',
  core: '*',
  requires: { '@adjoint/core': '*' },
  scalarFunctions: [tanh2],
  ops: [
    elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x)))),
    reverse,
    norm2,
    dot,
    running,
    gate,
    ramp,
    straight,
  ],
  backends: [{ name: 'other', compile: (programs) => interpreter.compile(programs) }],
  randomSources: [
    { name: 'none', create: () => ({ normal: (shape) => zeros(shape), uniform: (shape) => zeros(shape) }) },
  ],
  optimizers: [
    {
      name: 'plain',
      options: options({ rate: { check: aboveZero, standard: 0.1, description: 'how far a step goes' } }),
      create: () => ({
        name: 'plain',
        init: () => ({}),
        update: ({ gradients }) => ({ steps: mapTree(gradients, (g) => multiply(0.1, g)), state: {} }),
      }),
    },
  ],
  initializers: [{ name: 'nothing', create: (shape) => zeros(shape) }],
  losses: [{ name: 'squares', takes: 'values', build: (p, y) => mean(square(subtract(p, y))) }],
});
