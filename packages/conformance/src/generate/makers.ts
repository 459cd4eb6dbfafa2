import * as a from '@adjoint/core';
import { broadcastShapes, at, last, sizeOf } from '@adjoint/core/extend';
import { type Value } from '@adjoint/core';
import type { Draw } from './draw.js';

/** The steps of random programs: each applies an op so that values stay small and derivatives smooth. */

type Unary = (x: Value) => Value;

const unaries: Readonly<Record<string, Unary>> = {
  exp: (x) => a.exp(a.multiply(0.3, a.tanh(x))),
  tanh: (x) => a.tanh(x),
  sigmoid: (x) => a.sigmoid(x),
  softplus: (x) => a.softplus(x),
  sin: (x) => a.sin(x),
  cos: (x) => a.cos(x),
  atan: (x) => a.atan(x),
  asinh: (x) => a.asinh(x),
  erf: (x) => a.erf(x),
  gelu: (x) => a.gelu(x),
  silu: (x) => a.silu(x),
  log1p: (x) => a.log1p(a.square(a.tanh(x))),
  log: (x) => a.log(a.add(1.5, a.tanh(x))),
  sqrt: (x) => a.sqrt(a.add(1.25, a.tanh(x))),
  square: (x) => a.square(a.tanh(x)),
  reciprocal: (x) => a.reciprocal(a.add(2, a.sin(x))),
  negate: (x) => a.negate(x),
  expm1: (x) => a.expm1(a.multiply(0.2, a.tanh(x))),
};

const binaries: Readonly<Record<string, (x: Value, y: Value) => Value>> = {
  add: (x, y) => a.add(x, y),
  subtract: (x, y) => a.subtract(x, y),
  multiply: (x, y) => a.multiply(a.tanh(x), y),
  divide: (x, y) => a.divide(x, a.add(2, a.cos(y))),
  power: (x, y) => a.power(a.add(1.5, a.tanh(x)), a.tanh(y)),
  hypot: (x, y) => a.hypot(a.add(x, 2), a.add(2, a.cos(y))),
  atan2: (x, y) => a.atan2(x, a.add(2, a.cos(y))),
  logAddExp: (x, y) => a.logAddExp(x, y),
};

/** Applies an op to a value where it fits. */
export type Maker = (x: Value, draw: Draw) => Value | undefined;

/** These count what they apply by itself. */
export const unary: Maker = (x, draw) => {
  const [name, apply] = draw.pick(Object.entries(unaries));
  draw.count(name);
  return apply(x);
};
export const binary: Maker = (x, draw) => {
  const y = draw.pick(draw.values.filter((each) => broadcastShapes(each.shape, x.shape) !== undefined));
  const [name, apply] = draw.pick(Object.entries(binaries));
  draw.count(name);
  return draw.flip() ? apply(x, y) : apply(y, x);
};

/** Only of what has an axis. */
const ranked =
  (make: (x: Value, draw: Draw) => Value): Maker =>
  (x, draw) =>
    x.shape.length === 0 ? undefined : make(x, draw);

const take = ranked((x, draw) => {
  const axis = draw.below(x.shape.length);
  const size = at(x.shape, axis);
  const shape = draw.pick([[2], [3], [2, 2], []]);
  const indices = Array.from({ length: sizeOf(shape) }, () => draw.below(2 * size) - size);
  return a.take(x, a.constant(a.fromData('i32', shape, Int32Array.from(indices))), axis);
});

/** With the same filter for every channel. */
const conv2d: Maker = (x, draw) => {
  if (x.shape.length !== 3 || sizeOf(x.shape) === 0) return undefined;
  const filters = a.broadcastTo(draw.parameter([2, 1, 2, 2]), [2, at(x.shape, 0), 2, 2]);
  return a.flatten(a.conv2d(a.expandDims(x, [0]), filters, { padding: 1, stride: [1, 2] }), 0, 1);
};

const windows = ranked((x, draw) => {
  const padded = a.pad(
    x,
    x.shape.map(() => [1, 1] as const),
  );
  return a.sum(a.windows(padded, { size: [2], stride: [1 + draw.below(2)] }), { axes: [-1] });
});

const scan = ranked((x, draw) => {
  const [total, all] = a.scan(
    (carries, slices) => {
      const next = a.tanh(a.add(at(carries, 0), at(slices, 0)));
      return { carries: [next], stacked: [a.multiply(next, 0.5)] };
    },
    { init: [a.multiply(0.5, a.sum(x, { axes: [0] }))], sequences: [x], reverse: draw.flip() },
  );
  if (total === undefined || all === undefined) throw new TypeError('a scan lacks a result');
  return a.add(all, total);
});

const cond: Maker = (x, draw) => {
  const predicate = draw.flip() ? a.less(a.sum(x), 0) : a.less(0, a.sum(x));
  const whereTrue = ([each = x]: readonly Value[]): readonly Value[] => [a.multiply(0.5, a.sin(each))];
  const whereFalse = ([each = x]: readonly Value[]): readonly Value[] => [a.add(a.tanh(each), a.mean(each))];
  return at(a.cond(predicate, whereTrue, whereFalse, [x]), 0);
};

/** By the name that they are counted under. */
export const makers: Readonly<Record<string, Maker>> = {
  sum: (x, draw) => a.tanh(a.sum(x, { axes: draw.someAxes(x), keepDims: draw.flip() })),
  mean: (x, draw) => a.mean(x, { axes: draw.someAxes(x) }),
  prod: (x, draw) => a.prod(a.tanh(x), { axes: draw.someAxes(x).slice(0, 1) }),
  permuteDims: (x, draw) => a.permuteDims(x, draw.permutation(x)),
  reshape: (x, draw) => a.reshape(x, draw.flip() ? [-1] : [...x.shape, 1].reverse()),
  broadcastTo: (x, draw) => a.broadcastTo(x, [draw.pick([1, 2, 3]), ...x.shape]),
  slice: ranked((x, draw) => a.slice(x, [{ start: draw.below(2), step: 1 + draw.below(2) }])),
  pad: (x, draw) =>
    a.pad(
      x,
      x.shape.map(() => [draw.below(2), draw.below(2)] as const),
      0.5,
    ),
  concat: ranked((x, draw) => a.concat([x, a.sin(x), x], draw.below(x.shape.length))),
  windows,
  take: (x, draw) => (sizeOf(x.shape) === 0 ? undefined : take(x, draw)),
  conv2d,
  flatten: (x) => (x.shape.length < 2 ? undefined : a.flatten(x, 0, 1)),
  expandDims: (x, draw) => a.expandDims(x, [draw.below(x.shape.length + 1)]),
  matmul: (x, draw) =>
    x.shape.length < 2
      ? undefined
      : a.multiply(0.5, a.matmul(x, draw.parameter([last(x.shape), draw.pick([1, 2, 5, 8])]))),
  scan,
  cond,
  astype: (x, draw) => a.astype(a.astype(x, draw.dtype === 'f64' ? 'f32' : 'f64'), draw.dtype),
  where: (x) => a.where(a.less(x, 0.1), a.multiply(x, 0.5), a.sin(x)),
};
