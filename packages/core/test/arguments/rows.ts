import * as a from '@adjoint/core';
import { corePlugin, createRegistry, scalar, tensor } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import type { Row, Rows } from './attempt.js';

/** How each export of core's entry for users is called rightly. */

export const x = a.input('x', [2, 3]);
export const y = a.input('y', [2, 3]);
export const vector = a.input('vector', [3]);
export const truth = a.input('truth', [2, 3], 'bool');
export const indices = a.constant(tensor([1, 0], 'i32'));
export const w = a.variable('w', a.zeros([2]));
export const s = scalar.argument('s');
const t = scalar.argument('t');
export const doubled = a.graph({ out: a.multiply(x, 2) });
export const step = a.program({
  outputs: { out: a.multiply(w, 2) },
  updates: [{ state: w, next: a.add(w, 1) }],
});
const read = createRegistry([corePlugin]);
if (E.isLeft(read)) throw new Error('core registers itself');
export const registry = read.right;

export const called = (...right: readonly unknown[]): Row => ({ right: () => right });
export const either = (...right: readonly unknown[]): Row => ({ right: () => right, gives: 'either' });
/** What takes its first operand later too, as pipes give it. */
export const piped = (...right: readonly unknown[]): Row => ({ right: () => right, then: () => [right[0]] });

const axes = { axes: [0] };
const reducing = piped(x, axes);
const allOf = piped(truth, axes);
const image = a.input('image', [1, 2, 4, 4]);
const filters = a.input('filters', [3, 2, 2, 2]);
const option = { check: a.aboveZero, standard: 1, description: 'how fast' };
const rates = a.options({ rate: option });

const values: Rows = {
  isDType: called('f64'),
  isFloat: called('f64'),
  formatShape: called([2, 3]),
  formatType: called({ dtype: 'f64', shape: [2] }),
  renderError: called({ tag: 'InvalidError', subject: 'graph', path: ['a'], problem: 'expected more' }),
  convert: called(tensor([1]), 'f32'),
  equalTensors: called(tensor([1]), tensor([2])),
  fromData: called('f64', [2], new Float64Array(2)),
  full: called([2], 1, 'f32'),
  item: called(tensor([1])),
  ones: called([2], 'f32'),
  zeros: called([2], 'f32'),
  tensor: called([1, 2], 'f32'),
  toNested: called(tensor([1])),
  formatTensor: called(tensor([1])),
};

const graphs: Rows = {
  isValue: called(x),
  named: called('name', x),
  checkGraph: either(doubled),
  graph: called({ out: a.square(x) }, [x]),
  instantiate: called(doubled, [x]),
  nameOfInput: called(x),
  subgraph: called({ out: a.square(x) }, [x]),
  rebind: either(doubled, { x: { dtype: 'f64', shape: [4, 3] } }),
  scope: called('box', () => x),
  simplify: called(doubled),
  encodeGraph: called(doubled),
  writeGraph: called(doubled),
  decodeGraph: either(a.encodeGraph(doubled), registry),
  readGraph: either(a.writeGraph(doubled), registry),
  formulasOf: called(doubled),
  print: called(doubled, { fold: true }),
};

const makers: Rows = {
  elementwise: called('twice', (each: scalar.Scalar) => scalar.multiply(each, 2)),
  parametric: called('times', { by: 2 }, (each: scalar.Scalar, { by }: { by: number }) =>
    scalar.multiply(each, by),
  ),
  composite: called('twice', (each: a.Value) => a.multiply(each, 2)),
  compositeWithPullback: called(
    'twice',
    (each: a.Value) => a.multiply(each, 2),
    () => [undefined],
  ),
};

const ops: Rows = {
  constant: called([1, 2], 'f32'),
  input: called('x', [2], 'f32'),
  variable: called('v', tensor([1])),
  where: called(truth, x, y),
  astype: piped(x, 'f32'),
  leakyRelu: piped(x, { slope: 0.2 }),
  elu: piped(x, { alpha: 0.2 }),
  logicalAnd: piped(truth, truth),
  logicalOr: piped(truth, truth),
  logicalNot: called(truth),
  sum: reducing,
  mean: reducing,
  max: reducing,
  min: reducing,
  prod: reducing,
  all: allOf,
  any: allOf,
  einsum: called('ij,ij->', x, y),
  matmul: piped(x, a.input('m', [3, 2])),
  broadcastLike: called(vector, x),
  broadcastTo: piped(vector, [2, 3]),
  sumLike: called(x, vector),
  zerosLike: called(x),
  flatten: called(x, 0, 1),
  reshape: piped(x, [3, 2]),
  reshapeLike: called(x, y),
  unflatten: called(x, 1, [3, 1]),
  expandDims: piped(x, [0]),
  squeeze: piped(a.expandDims(x, [0]), [0]),
  matrixTranspose: called(x),
  permuteDims: piped(x, [1, 0]),
  slice: piped(x, [{ start: 1 }]),
  unslice: called(a.slice(x, [{ start: 1 }]), x, { ranges: [{ start: 1 }] }),
  concat: called([x, y], 0),
  pad: piped(x, [[0, 1], [1, 0]], 1), // prettier-ignore
  splitLike: called(x, [x], { axis: 0 }),
  take: called(x, indices, 0),
  addTaken: called(a.take(x, indices, 0), indices, x, { axis: 0 }),
  count: called(x, [0]),
  indicesAlong: called(x, 0),
  windows: piped(x, { size: [2, 2] }),
  addWindows: called(a.windows(x, { size: [2, 2] }), x, { size: [2, 2], stride: [1, 1], dilation: [1, 1] }),
  conv2d: called(image, filters, { padding: 1 }),
  maxPool2d: called(image, { size: 2 }),
  averagePool2d: called(image, { size: 2 }),
  cond: called(
    a.all(truth),
    ([each]: readonly a.Value[]) => [each],
    ([each]: readonly a.Value[]) => [each],
    [x],
  ),
  scan: called(
    ([carry]: readonly a.Value[], [each]: readonly a.Value[]) => ({ carries: [carry], stacked: [each] }),
    {
      init: [vector],
      sequences: [x],
    },
  ),
};

const programs: Rows = {
  state: called({ hidden: { weight: tensor([1]) } }, 'layer'),
  leaves: called({ hidden: { weight: w } }),
  mapTree: called({ hidden: { weight: w } }, (leaf: a.Value) => leaf),
  treeOf: called([['hidden.weight', w]]),
  zipTrees: called({ a: w }, { a: w }, a.add),
  program: called({ outputs: { out: x }, updates: [{ state: w, next: w }], perStep: ['x'] }),
  rebindProgram: either(a.program({ outputs: { out: x } }), { x: { dtype: 'f64', shape: [4, 3] } }),
};

const plugins: Rows = {
  check: called('a thing', () => E.right(1)),
  oneOf: called('a', 'b'),
  thing: called('a thing', { create: a.functionCheck }),
  options: called({ rate: option }),
  decodeOptions: either({ name: 'sgd', options: rates }, { rate: 2 }),
  wholeNumber: called(1, 2),
  checkPlugin: either({ name: 'mine', version: '1.0.0', core: '^0.1.0' }, []),
  createRegistry: either([corePlugin], []),
};

const methods: Rows = {
  'interpreter.compile': { right: () => [{ step }], gives: 'task' },
  'interpreter.compileSync': either({ step }),
  'relu.build': called([x]),
  'relu.lambda': called(['f64']),
  'add.build': called([x, 1]),
};

const scalars: Rows = {
  apply: called(scalar.add, [s, t]),
  argument: called('x', 'f32'),
  constant: called(1, 'f32'),
  defineScalarFunction: called({ ...scalar.tanh, name: 'mine' }),
  partsOf: called(s),
  isScalar: called(s),
  partialsOf: called(scalar.square(s)),
  isStandard: called(scalar.add),
  substitute: called(scalar.add(s, t), new Map([[s, t]])),
  subexpressions: called([s, t]),
  derivative: called(scalar.square(s), s),
  times: called(s, t),
  evaluateLambda: called(
    { parameters: [s], body: scalar.square(s) },
    [new Float64Array(2)],
    new Float64Array(2),
  ),
  evaluateScalar: called(scalar.square(s), { s: 2 }),
  evaluateScalars: called([scalar.square(s)], { s: 2 }),
  evaluatorOf: called(scalar.add, 'f64'),
  formatScalar: called(scalar.add(s, t), new Map([['s', 'S']])),
  scalarToLatex: called(scalar.add(s, t)),
  unary: called('mine', { evaluate: Math.sin, partial: scalar.cos }),
  binary: called('mine', { evaluate: Math.hypot, partials: (p: unknown, q: unknown) => [p, q] }),
  and: called(scalar.less(s, t), scalar.less(s, t)),
  or: called(scalar.less(s, t), scalar.less(s, t)),
  not: called(scalar.less(s, t)),
  select: called(scalar.less(s, t), s, t),
};

export const rows: Rows = {
  ...values,
  ...graphs,
  ...makers,
  ...ops,
  ...programs,
  ...plugins,
  ...methods,
  ...Object.fromEntries(Object.entries(scalars).map(([name, row]) => [`scalar.${name}`, row])),
};

/** The row of an op or a scalar function whose operands are alike. */
export function rowOf(name: string, fn: object): Row | undefined {
  const own = rows[name];
  if (own !== undefined) return own;
  if (!('arity' in fn)) return undefined;
  const operands = name.startsWith('scalar.') ? [s, t] : [x, y];
  return name.startsWith('scalar.') || fn.arity === 1
    ? called(...operands.slice(0, Number(fn.arity)))
    : piped(...operands.slice(0, Number(fn.arity)));
}
