import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { dtypeCodec, exact, shapeCodec, tensorCodec } from '../file/codec.js';
import type { DType } from '../value/dtype.js';
import { formatType, refuse, type TensorType } from '../value/error.js';
import { formatTensor } from '../value/format.js';
import { atom, number, symbol } from '../scalar/formula.js';
import { primitive, type Primitive } from './op.js';
import { build1, type Node, type Value } from './value.js';
import { sizeOf, type Shape } from '../value/shape.js';
import { tensor, type Nested, type ShapeOfNested, type Tensor } from '../value/tensor.js';

/** Ops without operands: where the values of a graph come from. */

const naturals = (shape: Shape): boolean => shape.every((size) => Number.isInteger(size) && size >= 0);

type InputBuilder = {
  <const S extends Shape>(name: string, shape: S): Value<'f64', S>;
  <const S extends Shape, D extends DType>(name: string, shape: S, dtype: D): Value<D, S>;
};

/**
 * A value that is fed when the graph runs.
 * @example input('features', [4, 2], 'f32').dtype // 'f32'
 */
export const input: InputBuilder & Primitive<{ name: string } & TensorType> = primitive(
  {
    name: 'input',
    arity: 0,
    attributes: () => exact({ name: t.string, dtype: dtypeCodec, shape: shapeCodec }),
    types: (_inputs, { dtype, shape }) =>
      naturals(shape) ? E.right([{ dtype, shape }]) : E.left({ problem: 'a size is not a natural number' }),
    kernel: ({ attributes: { name } }) => refuse('feed', [name], `the input "${name}" was not fed`),
    differentiable: false,
    describe: ({ name, ...type }: { name: string } & TensorType) =>
      `${JSON.stringify(name)}, ${formatType(type)}`,
    latex: (_inputs, { name }) => symbol(name),
  },
  (op): InputBuilder =>
    (name: string, shape: Shape, dtype: DType = 'f64') =>
      // The type rule gives exactly the dtype and shape of the attributes.
      build1(op(), [], { name, dtype, shape }, name) as Value<never, never>,
);

/** What a constant's node holds. */
export interface ConstantAttributes {
  readonly value: Tensor;
}

type ConstantBuilder = {
  <D extends DType, S extends Shape>(value: Tensor<D, S>): Value<D, S>;
  <const N extends Nested>(value: N): Value<'f64', ShapeOfNested<N>>;
  <const N extends Nested, D extends DType>(value: N, dtype: D): Value<D, ShapeOfNested<N>>;
};

const isTensor = (value: Tensor | Nested): value is Tensor => typeof value === 'object' && 'data' in value;

/**
 * A tensor, or nested numbers, as a value.
 * @example constant([[0, 1], [1, 0]]).shape // [2, 2]
 */
export const constant: ConstantBuilder & Primitive<ConstantAttributes> = primitive(
  {
    name: 'constant',
    arity: 0,
    attributes: () => exact({ value: tensorCodec }),
    types: (_inputs, { value: { dtype, shape } }) => E.right([{ dtype, shape }]),
    kernel: ({ attributes: { value }, out }) => out.data.set(value.data),
    differentiable: false,
    describe: ({ value }: { value: Tensor }) => formatTensor(value),
    latex: (_inputs, { value }) =>
      sizeOf(value.shape) === 1 ? number(value.data[0] ?? NaN) : atom('\\mathrm{const}'),
  },
  (op): ConstantBuilder =>
    (value: Tensor | Nested, dtype: DType = 'f64') =>
      // The overloads of the builder say which dtype and shape this tensor has.
      build1(op(), [], { value: isTensor(value) ? value : tensor(value, dtype) }) as Value<never, never>,
);

export interface StateAttributes {
  readonly path: string;
  readonly initial: Tensor;
}

type StateBuilder = <D extends DType, S extends Shape>(path: string, initial: Tensor<D, S>) => Value<D, S>;

/**
 * A value that an executable keeps between runs, such as a parameter, and that a program's updates replace.
 * `state` makes whole trees of them.
 */
export const variable: StateBuilder & Primitive<StateAttributes> = primitive(
  {
    name: 'state',
    arity: 0,
    attributes: () => exact({ path: t.string, initial: tensorCodec }),
    types: (_inputs, { initial: { dtype, shape } }) => E.right([{ dtype, shape }]),
    kernel: ({ attributes: { initial }, out }) => out.data.set(initial.data),
    differentiable: false,
    describe: ({ path }: StateAttributes) => JSON.stringify(path),
    latex: (_inputs, { path }) => symbol(path),
  },
  (op): StateBuilder =>
    <D extends DType, S extends Shape>(path: string, initial: Tensor<D, S>) =>
      // The type rule gives exactly the dtype and shape of the tensor.
      build1(op(), [], { path, initial }, path) as Value<D, S>,
);

/** The name of an input node; `undefined` for any other. */
export const inputNameOf = ({ op, attributes }: Node): string | undefined =>
  // Attributes of a node are those of its op.
  op === (input as Primitive) ? (attributes as { name: string }).name : undefined;

/** Path and initial value of a state node; `undefined` for any other. */
export const stateOf = ({ op, attributes }: Node): StateAttributes | undefined =>
  // Attributes of a node are those of its op.
  op === (variable as Primitive) ? (attributes as StateAttributes) : undefined;

/** The tensor of a constant's node. */
export const constantOf = ({ op, attributes }: Node): Tensor | undefined =>
  op === (constant as Primitive) ? (attributes as ConstantAttributes).value : undefined;
