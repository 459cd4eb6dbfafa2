import type { Attributes } from '../ir/attributes.js';
import type { Description } from '../ir/description.js';
import type { Found, OpOf, Reading, SourceFamily, State, Value } from '../ir/grammar.js';
import { build1 } from '../ir/node.js';
import { define, requireRules, type AnyFunction, type Batched, type Head, type None } from '../ir/op.js';
import { one, refused } from '../ir/problem.js';
import { atom, number, symbol } from '../scalar/formula.js';
import { at } from '../support/list.js';
import type { Tuple } from '../support/tuple.js';
import type { DType } from '../value/dtype.js';
import { formatType, refuse } from '../value/error.js';
import { faultOfName, limits } from '../value/limits.js';
import { formatTensor } from '../value/format.js';
import { sizeOf, type Shape, type TensorType } from '../value/shape.js';
import {
  aTensor,
  faultOfData,
  isTensor,
  tensor,
  type Nested,
  type ShapeOfNested,
  type Tensor,
} from '../value/tensor.js';
import { quoted } from '../support/describe.js';
import { aDType, aShape, aString, expectArgument, isOf, sort, type Sort } from '../value/argument.js';

/** Where the values of a graph come from: the maker of sources, and the three that every graph has. */

export type SourceOp<A> = OpOf<SourceFamily<A>, A>;

export interface SourceRules<A, N extends number>
  extends Reading<A, N>, Partial<Batched<A>>, Pick<SourceFamily<A>, 'input' | 'state' | 'constant'> {
  types(inputs: Tuple<TensorType, N>, attributes: A): Found<readonly TensorType[]>;
  /** Fills the output, which has zeros at first, from attributes and the operands' types. */
  fill(out: Tensor, inputs: Tuple<TensorType, N>, attributes: A): void;
}

/** An op whose result follows from its attributes and the types of its operands alone. */
export function source<
  const D extends Description = None,
  const N extends number = 0,
  F extends AnyFunction = AnyFunction,
>(head: Head<D, N>, rules: NoInfer<SourceRules<Attributes<D>, N>>, apply: F): F & SourceOp<Attributes<D>>;
export function source<A, F extends AnyFunction>(
  { arity = 0, ...head }: Head<Description, number>,
  { types, fill, input, state, constant, ...rules }: SourceRules<A, number>,
  apply: F,
): F & SourceOp<A> {
  requireRules(head.name, { types, fill }, ['types', 'fill']);
  const fed = { ...(input && { input }), ...(state && { state }), ...(constant && { constant }) };
  const family: SourceFamily<A> = { kind: 'source', types, fill, ...fed };
  return define({ ...head, arity }, family, { ...rules, differentiable: false }, apply);
}

/** The type of a source whose name and tensor are in order. */
const unlessFault = (fault: string | undefined, dtype: DType, shape: Shape): Found<readonly TensorType[]> =>
  fault === undefined ? one(dtype, shape) : refused(fault);

export interface InputAttributes extends TensorType {
  readonly name: string;
}

function applyInput<const S extends Shape>(name: string, shape: S): Value<'f64', S>;
function applyInput<const S extends Shape, D extends DType>(name: string, shape: S, dtype: D): Value<D, S>;
function applyInput(name: string, shape: Shape, dtype: DType = 'f64'): Value {
  expectArgument('input', 'name', name, aString);
  expectArgument('input', 'shape', shape, aShape);
  expectArgument('input', 'dtype', dtype, aDType);
  return build1(input, [], { name, dtype, shape }, name);
}

/**
 * A value that is fed when the graph runs.
 * @example input('features', [4, 2], 'f32').dtype // 'f32'
 */
export const input: typeof applyInput & SourceOp<InputAttributes> = source(
  { name: 'input', attributes: { name: 'string', dtype: 'dtype', shape: 'shape' } },
  {
    types: (_inputs, { name, dtype, shape }) => unlessFault(faultOfName(name), dtype, shape),
    fill: (_out, _inputs, { name }) => refuse('feed', [name], `the input ${quoted(name)} was not fed`),
    input: { name: ({ name }) => name, retyped: ({ name }, { dtype, shape }) => ({ name, dtype, shape }) },
    describe: ({ name, ...type }) => `${JSON.stringify(name)}, ${formatType(type)}`,
    latex: (_inputs, { name }) => symbol(name),
  },
  applyInput,
);

export interface ConstantAttributes {
  readonly value: Tensor;
}

const likeTensor: Sort<Tensor> = sort('what looks like a tensor', isTensor);

function applyConstant<D extends DType, S extends Shape>(value: Tensor<D, S>): Value<D, S>;
function applyConstant<const N extends Nested>(value: N): Value<'f64', ShapeOfNested<N>>;
function applyConstant<const N extends Nested, D extends DType>(
  value: N,
  dtype: D,
): Value<D, ShapeOfNested<N>>;
function applyConstant(value: Tensor | Nested, dtype: DType = 'f64'): Value {
  // A revoked proxy is no tensor either.
  return build1(constant, [], { value: isOf(likeTensor, value) ? value : tensor(value, dtype) });
}

/**
 * A tensor, or nested numbers, as a value.
 * @example constant([[0, 1], [1, 0]]).shape // [2, 2]
 */
export const constant: typeof applyConstant & SourceOp<ConstantAttributes> = source(
  { name: 'constant', attributes: { value: 'tensor' } },
  {
    types: (_inputs, { value }) => unlessFault(faultOfData(value), value.dtype, value.shape),
    fill: ({ data }, _inputs, { value }) => data.set(value.data),
    constant: ({ value }) => value,
    describe: ({ value }) => formatTensor(value),
    latex: (_inputs, { value: { shape, data } }) =>
      sizeOf(shape) === 1 ? number(at(data, 0)) : atom('\\mathrm{const}'),
  },
  applyConstant,
);

function applyVariable<D extends DType, S extends Shape>(path: string, initial: Tensor<D, S>): Value<D, S>;
function applyVariable(path: string, initial: Tensor): Value {
  expectArgument('variable', 'path', path, aString);
  expectArgument('variable', 'initial', initial, aTensor);
  return build1(variable, [], { path, initial }, path);
}

/**
 * A value that an executable keeps between runs, such as a parameter, and that a program's updates replace.
 * `state` makes whole trees of them.
 */
export const variable: typeof applyVariable & SourceOp<State> = source(
  { name: 'state', attributes: { path: 'string', initial: 'tensor' } },
  {
    types: (_inputs, { path, initial }) =>
      unlessFault(faultOfName(path, limits.path) ?? faultOfData(initial), initial.dtype, initial.shape),
    fill: ({ data }, _inputs, { initial }) => data.set(initial.data),
    state: (attributes) => attributes,
    describe: ({ path }) => JSON.stringify(path),
    latex: (_inputs, { path }) => symbol(path),
  },
  applyVariable,
);
