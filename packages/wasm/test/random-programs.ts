import * as a from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import { fromData, program, sizeOf, type Program, type Shape, type Tensor, type Value } from '@adjoint/core';

/** Random programs of smooth ops over small tensors, forward and gradient. */

/** Numbers from 0 up to 1: Steele and Vigna's splitmix, in 32 bits. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export interface RandomProgram {
  readonly program: Program;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Every value of the forward graph, for the size of what is rounded. */
  readonly values: readonly Value[];
}

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

const MOST_ELEMENTS = 160;

export function randomProgram(
  seed: number,
  dtype: 'f64' | 'f32',
  counts: Map<string, number>,
): RandomProgram {
  const random = randomNumbers(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T; // the lists are not empty
  const shape = (): Shape => Array.from({ length: below(4) }, () => pick([1, 2, 3, 4, 5, 7]));
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

  const feeds: Record<string, Tensor> = {};
  const values: Value[] = [];
  const feed = (of: Shape): Value => {
    const name = `x${Object.keys(feeds).length}`;
    const data = Array.from({ length: sizeOf(of) }, () => 2 * random() - 1);
    feeds[name] =
      dtype === 'f64'
        ? fromData('f64', of, Float64Array.from(data))
        : fromData('f32', of, Float32Array.from(data));
    return a.input(name, of, dtype);
  };
  const parameters = Array.from({ length: 1 + below(3) }, () => feed(shape()));
  values.push(...parameters);

  const axesOf = (x: Value): number[] => x.shape.map((_, axis) => axis).filter(() => random() < 0.5);
  const permutation = (x: Value): number[] =>
    x.shape
      .map((_, axis) => ({ axis, key: random() }))
      .sort((p, q) => p.key - q.key)
      .map(({ axis }) => axis);
  const makers: Readonly<Record<string, (x: Value) => Value | undefined>> = {
    unary: (x) => {
      const name = pick(Object.keys(unaries));
      count(name);
      return unaries[name]?.(x);
    },
    binary: (x) => {
      const y = pick(values.filter((each) => a.broadcastShapes(each.shape, x.shape) !== undefined));
      const name = pick(Object.keys(binaries));
      count(name);
      return random() < 0.5 ? binaries[name]?.(x, y) : binaries[name]?.(y, x);
    },
    sum: (x) => a.tanh(a.sum(x, { axes: axesOf(x), keepDims: random() < 0.5 })),
    mean: (x) => a.mean(x, { axes: axesOf(x) }),
    prod: (x) => a.prod(a.tanh(x), { axes: axesOf(x).slice(0, 1) }),
    permuteDims: (x) => a.permuteDims(x, permutation(x)),
    reshape: (x) => a.reshape(x as Value<'f64'>, random() < 0.5 ? [-1] : [...x.shape, 1].reverse()),
    broadcastTo: (x) => a.broadcastTo(x as Value<'f64'>, [pick([1, 2, 3]), ...x.shape]),
    slice: (x) => (x.shape.length === 0 ? undefined : a.slice(x, [{ start: below(2), step: 1 + below(2) }])),
    pad: (x) =>
      a.pad(
        x,
        x.shape.map(() => [below(2), below(2)] as const),
        0.5,
      ),
    concat: (x) => (x.shape.length === 0 ? undefined : a.concat([x, a.sin(x), x], below(x.shape.length))),
    windows: (x) =>
      x.shape.length === 0
        ? undefined
        : a.sum(
            a.windows(
              a.pad(
                x,
                x.shape.map(() => [1, 1] as const),
              ),
              { size: [2], stride: [1 + below(2)] },
            ),
            { axes: [-1] },
          ),
    take: (x) => {
      if (sizeOf(x.shape) === 0 || x.shape.length === 0) return undefined;
      const axis = below(x.shape.length);
      const size = x.shape[axis] ?? 1;
      const indices = pick([[2], [3], [2, 2], []]);
      const chosen = Int32Array.from({ length: sizeOf(indices) }, () => below(2 * size) - size);
      return a.take(x, a.constant(fromData('i32', indices, chosen)), axis);
    },
    conv2d: (x) => {
      if (x.shape.length !== 3 || sizeOf(x.shape) === 0) return undefined;
      const w = feed([2, 1, 2, 2]);
      values.push(w);
      parameters.push(w);
      const channels = x.shape[0] ?? 1;
      const filters = a.broadcastTo(w as Value<'f64'>, [2, channels, 2, 2]);
      return a.flatten(a.conv2d(a.expandDims(x, [0]), filters, { padding: 1, stride: [1, 2] }), 0, 1);
    },
    flatten: (x) => (x.shape.length < 2 ? undefined : a.flatten(x, 0, 1)),
    expandDims: (x) => a.expandDims(x, [below(x.shape.length + 1)]),
    matmul: (x) => {
      if (x.shape.length < 2) return undefined;
      const w = feed([x.shape.at(-1) ?? 1, pick([1, 2, 5, 8])]);
      values.push(w);
      parameters.push(w);
      return a.multiply(0.5, a.matmul(x as Value<'f64'>, w as Value<'f64'>) as Value);
    },
    scan: (x) => {
      if (x.shape.length === 0) return undefined;
      const [total, all] = a.scan(
        ([carry], [slice]) => {
          const next = carry && slice ? a.tanh(a.add(carry, slice)) : undefined;
          return next ? { carries: [next], stacked: [a.multiply(next, 0.5)] } : { carries: [] };
        },
        { init: [a.multiply(0.5, a.sum(x, { axes: [0] }))], sequences: [x], reverse: random() < 0.5 },
      );
      return total && all ? a.add(all, total) : undefined;
    },
    cond: (x) => {
      const low = random() < 0.5;
      const [chosen] = a.cond(
        low ? a.less(a.sum(x), 0) : a.less(0, a.sum(x)),
        ([each = x]) => [a.multiply(0.5, a.sin(each))],
        ([each = x]) => [a.add(a.tanh(each), a.mean(each))],
        [x],
      );
      return chosen;
    },
    astype: (x) => a.astype(a.astype(x, dtype === 'f64' ? 'f32' : 'f64'), dtype),
    where: (x) => a.where(a.less(x, 0.1), a.multiply(x, 0.5), a.sin(x)),
  };
  const kinds = ['unary', 'unary', 'unary', 'binary', 'binary', 'binary', ...Object.keys(makers).slice(2)];
  const length = 3 + below(58);
  for (let each = 0; each < length; each++) {
    const kind = pick(kinds);
    const made = makers[kind]?.(random() < 0.7 ? (values.at(-1) ?? pick(values)) : pick(values));
    if (made === undefined || sizeOf(made.shape) > MOST_ELEMENTS) continue;
    if (kind !== 'unary' && kind !== 'binary') count(kind);
    values.push(made);
  }
  const last = values.slice(-3);
  const loss = last.map((value) => a.mean(a.square(a.tanh(value)))).reduce((x, y) => a.add(x, y));
  const gradients = gradient(
    loss,
    Object.fromEntries(parameters.map((value, index) => [`p${index}`, value])),
  );
  return {
    program: program({ outputs: { loss, last: values.at(-1) ?? loss, ...gradients } }),
    feeds: Object.fromEntries(Object.entries(feeds)),
    values,
  };
}
