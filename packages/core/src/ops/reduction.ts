import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { callable } from '../support/callable.js';
import { axesCodec, exact, noAttributes, type NoAttributes } from '../file/codec.js';
import { isFloat, roundTo, type DType, type TypedArray } from '../value/dtype.js';
import { formatShape, type TensorType } from '../value/error.js';
import { application, product, within } from '../scalar/formula.js';
import {
  primitive,
  type Composite,
  type Primitive,
  type PrimitiveRecord,
  type Problem,
  type PullbackCall,
} from '../ir/op.js';
import { scope } from '../ir/scope.js';
import type { Reduce } from './shape-types.js';
import { build1, dual, type Value } from '../ir/value.js';
import {
  broadcastShapes,
  broadcastStrides,
  normalizeAxes,
  offsetsOf,
  sameShape,
  stridesOf,
  type Shape,
} from '../value/shape.js';
import { astype, divide, equal, multiply } from './elementwise.js';
import { broadcastLike, expandDims } from './movement.js';
import { productOfOthers } from './product.js';

export interface ReductionOptions {
  /** Counted from the end where negative; every axis unless given. */
  readonly axes?: readonly number[];
  /** Whether reduced axes stay, with size 1. */
  readonly keepDims?: boolean;
}

interface ReductionAttributes {
  readonly axes?: readonly number[];
  readonly keepDims: boolean;
}

/** What `axes` and `keepDims` are when no options are given: absent. */
type NoOptions = Readonly<Record<never, never>>;
type AxesOf<O> = O extends { readonly axes: infer A extends Shape } ? A : undefined;
type KeepOf<O> = O extends { readonly keepDims: infer K extends boolean } ? K : false;

/** `sum(x)`, `sum(x, { axes: [0] })`, `pipe(x, sum({ axes: [0] }))` */
interface ReductionBuilder<Out extends DType | undefined> {
  <D extends DType, S extends Shape, const O extends ReductionOptions = NoOptions>(
    x: Value<D, S>,
    options?: O,
  ): Value<Out extends DType ? Out : D, Reduce<S, AxesOf<O>, KeepOf<O>>>;
  <const O extends ReductionOptions>(
    options: O,
  ): <D extends DType, S extends Shape>(
    x: Value<D, S>,
  ) => Value<Out extends DType ? Out : D, Reduce<S, AxesOf<O>, KeepOf<O>>>;
}

type Reduction<Out extends DType | undefined> = Primitive<ReductionAttributes> & ReductionBuilder<Out>;

/** What one reduction differs in from the others. */
interface Rule {
  readonly name: string;
  readonly accepts: (dtype: DType) => boolean;
  /** The result for no elements; absent where there is none. */
  readonly empty?: number;
  /** The accumulated value and the next element. */
  readonly combine: (sum: number, x: number) => number;
  /** The same in 32 bits, where doubles would lose digits. */
  readonly combineInteger?: (sum: number, x: number) => number;
  readonly pullback?: (call: PullbackCall<ReductionAttributes, readonly [Value]>) => Value;
  readonly command: string;
}

const reducedAxes = (axes: readonly number[] | undefined, rank: number): number[] | undefined =>
  axes === undefined ? Array.from({ length: rank }, (_, axis) => axis) : normalizeAxes(axes, rank);

function reducedShape(shape: Shape, { axes, keepDims }: ReductionAttributes): E.Either<Problem, Shape> {
  const reduced = reducedAxes(axes, shape.length);
  if (reduced === undefined) {
    return E.left({
      problem: `the axes ${formatShape(axes ?? [])} are not different axes of rank ${shape.length}`,
    });
  }
  return E.right(
    keepDims
      ? shape.map((size, axis) => (reduced.includes(axis) ? 1 : size))
      : shape.filter((_, axis) => !reduced.includes(axis)),
  );
}

/** For each element of `shape`, the offset in the reduced result: stride 0 along reduced axes. */
function resultOffsets(shape: Shape, axes: readonly number[] | undefined): Int32Array {
  const reduced = reducedAxes(axes, shape.length) ?? [];
  const kept = stridesOf(shape.map((size, axis) => (reduced.includes(axis) ? 1 : size)));
  return offsetsOf(
    shape,
    kept.map((stride, axis) => (reduced.includes(axis) ? 0 : stride)),
  );
}

/** Adds up each element of `x` at its offset in `out`: in doubles, rounded once at the end. */
function sumAt(x: TypedArray, offsets: Int32Array, out: TypedArray): void {
  // −0 is what adding leaves alone: the sum of −0 alone is −0. The sum of nothing is 0.
  const sums = new Float64Array(out.length).fill(x.length > 0 ? -0 : 0);
  for (let i = 0; i < x.length; i++) {
    const offset = offsets[i] ?? 0;
    sums[offset] = (sums[offset] ?? 0) + (x[i] ?? 0);
  }
  for (let i = 0; i < sums.length; i++) out[i] = sums[i] ?? 0;
}

/** A cotangent of the reduced shape, stretched to the operand's again. */
function stretched(
  value: Value,
  { inputs: [x], attributes: { axes, keepDims } }: PullbackCall<ReductionAttributes, readonly [Value]>,
): Value {
  const reduced = reducedAxes(axes, x.shape.length) ?? [];
  // Without axes everything was reduced to rank 0, which stretches to any shape.
  return broadcastLike(keepDims || axes === undefined ? value : expandDims(value, reduced), x);
}

function reduction<Out extends DType | undefined = undefined>(rule: Rule): Reduction<Out> {
  const { name, accepts, empty, pullback, command } = rule;
  const record: PrimitiveRecord<ReductionAttributes, 1> = {
    name,
    arity: 1,
    attributes: () => exact({ keepDims: t.boolean }, { axes: axesCodec }),
    types([{ dtype, shape }], attributes: ReductionAttributes) {
      if (!accepts(dtype)) return E.left({ problem: `does not take ${dtype}` });
      const reduced = reducedShape(shape, attributes);
      if (E.isLeft(reduced)) return reduced;
      if (empty === undefined && shape.includes(0) && !reduced.right.includes(0)) {
        return E.left({ problem: 'has no result for no elements' });
      }
      return E.right([{ dtype, shape: reduced.right }]);
    },
    kernel({ inputs: [x], out, attributes }) {
      const offsets = resultOffsets(x.shape, attributes.axes);
      if (name === 'sum') {
        sumAt(x.data, offsets, out.data);
        return;
      }
      const combine = x.dtype === 'i32' ? (rule.combineInteger ?? rule.combine) : rule.combine;
      const started = new Uint8Array(out.data.length);
      if (empty !== undefined) out.data.fill(empty);
      for (let i = 0; i < offsets.length; i++) {
        const offset = offsets[i] ?? 0;
        const element = x.data[i] ?? 0;
        const first = empty === undefined && started[offset] === 0;
        out.data[offset] = first ? element : roundTo(x.dtype, combine(out.data[offset] ?? 0, element));
        started[offset] = 1;
      }
    },
    ...(pullback === undefined
      ? { differentiable: false as const }
      : { pullback: (call) => [pullback(call)] }),
    latex: ([x], { axes }) =>
      product(`${command}${axes === undefined ? '' : `_{${axes.join(', ')}}`} ${within(x, 3)}`),
  };
  const op = primitive(record, (self) =>
    dual((x, { axes, keepDims = false }: ReductionOptions) =>
      build1(self(), [x], { keepDims, ...(axes === undefined ? {} : { axes }) }),
    ),
  );
  // The type rule computes the shape that the type says.
  return op as Reduction<Out>;
}

/** Each largest (smallest) element gets an equal share of the cotangent. */
const extremePullback = (call: PullbackCall<ReductionAttributes, readonly [Value]>): Value => {
  const {
    inputs: [x],
    out,
    cotangent,
    attributes,
  } = call;
  const chosen = astype(equal(x, stretched(out, call)), x.dtype);
  const ties = sum(chosen, attributes);
  return multiply(stretched(divide(cotangent, ties), call), chosen);
};

const isNumber = (dtype: DType): boolean => dtype !== 'bool';

/** The sum over `axes`; of i32 modulo 2³². Accumulated in doubles. */
export const sum: Reduction<undefined> = reduction({
  name: 'sum',
  accepts: isNumber,
  empty: 0,
  combine: (total, x) => total + x,
  pullback: (call) => stretched(call.cotangent, call),
  command: '\\sum',
});

/** The product over `axes`. */
export const prod: Reduction<undefined> = reduction({
  name: 'prod',
  accepts: isNumber,
  empty: 1,
  combine: (product, x) => product * x,
  combineInteger: Math.imul,
  // ∂(x₁ … xₙ)/∂xᵢ is the product of the others; out / xᵢ would fail at 0.
  pullback: (call) => {
    const {
      inputs: [x],
      cotangent,
      attributes,
    } = call;
    return multiply(
      stretched(cotangent, call),
      productOfOthers(x, reducedAxes(attributes.axes, x.shape.length) ?? []),
    );
  },
  command: '\\prod',
});

/** The largest element over `axes`; NaN if there is one. Equal largest elements share the cotangent equally. */
export const max: Reduction<undefined> = reduction({
  name: 'max',
  accepts: isNumber,
  combine: Math.max,
  pullback: extremePullback,
  command: '\\max',
});

/** The smallest element over `axes`; NaN if there is one. Equal smallest elements share the cotangent equally. */
export const min: Reduction<undefined> = reduction({
  name: 'min',
  accepts: isNumber,
  combine: Math.min,
  pullback: extremePullback,
  command: '\\min',
});

/** Whether every element over `axes` is true. */
export const all: Reduction<'bool'> = reduction<'bool'>({
  name: 'all',
  accepts: (dtype) => dtype === 'bool',
  empty: 1,
  combine: (every, x) => every & x,
  command: '\\bigwedge',
});

/** Whether any element over `axes` is true. */
export const any: Reduction<'bool'> = reduction<'bool'>({
  name: 'any',
  accepts: (dtype) => dtype === 'bool',
  empty: 0,
  combine: (some, x) => some | x,
  command: '\\bigvee',
});

type CountBuilder = <D extends DType>(x: Value<D>, axes?: readonly number[]) => Value<D, readonly []>;

/** How many elements of `x` lie along `axes` (all unless given), as a number of its dtype. */
export const count: CountBuilder & Primitive<{ readonly axes?: readonly number[] }> = primitive(
  {
    name: 'count',
    arity: 1,
    attributes: () => exact({}, { axes: axesCodec }),
    types([{ dtype, shape }], { axes }: { readonly axes?: readonly number[] }) {
      const valid = reducedAxes(axes, shape.length) !== undefined && isNumber(dtype);
      return valid
        ? E.right<Problem, readonly TensorType[]>([{ dtype, shape: [] }])
        : E.left({ problem: `takes numbers, and axes of rank ${shape.length}` });
    },
    kernel({ inputs: [{ shape }], out, attributes: { axes } }) {
      out.data[0] = (reducedAxes(axes, shape.length) ?? []).reduce(
        (product, axis) => product * (shape[axis] ?? 1),
        1,
      );
    },
    differentiable: false,
    latex: ([x]) => application('count', [x]),
  },
  (op): CountBuilder =>
    <D extends DType>(x: Value<D>, axes?: readonly number[]) =>
      // The type rule keeps the dtype and gives rank 0.
      build1(op(), [x], axes === undefined ? {} : { axes }) as Value<D, readonly []>,
);

/** The mean over `axes`: the sum divided by the count, so that it holds for every size. */
export const mean: Composite & ReductionBuilder<undefined> = callable(
  dual((x, { axes, keepDims = false }: ReductionOptions) =>
    scope('mean', () =>
      divide(sum(x, { ...(axes === undefined ? {} : { axes }), keepDims }), count(x, axes)),
    ),
  ),
  { kind: 'composite' as const, name: 'mean' },
) as Composite & ReductionBuilder<undefined>;

type LikeBuilder = <D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>) => Value<D, S>;

/** `x` summed over the axes along which `like` was stretched to its shape: broadcasting, transposed. */
export const sumLike: LikeBuilder & Primitive<NoAttributes> = primitive(
  {
    name: 'sumLike',
    arity: 2,
    attributes: () => noAttributes,
    types([x, like]) {
      const broadcast = broadcastShapes(x.shape, like.shape);
      return isFloat(x.dtype) && broadcast !== undefined && sameShape(broadcast, x.shape)
        ? E.right<Problem, readonly TensorType[]>([{ dtype: x.dtype, shape: like.shape }])
        : E.left({ problem: 'the second shape does not broadcast to the first' });
    },
    kernel({ inputs: [x, like], out }) {
      sumAt(x.data, offsetsOf(x.shape, broadcastStrides(like.shape, x.shape)), out.data);
    },
    pullback: ({ inputs: [x], cotangent }) => [broadcastLike(cotangent, x), undefined],
    shapeLike: ([, like]) => like,
    latex([x], _attributes, [from, to]) {
      const axes = (from?.shape ?? []).flatMap((size, axis) =>
        size === (to?.shape[axis - (from?.shape.length ?? 0) + to.shape.length] ?? 1) ? [] : [axis],
      );
      return axes.length === 0 ? x : product(`\\sum_{\\text{axis } ${axes.join(', ')}} ${within(x, 3)}`);
    },
  },
  (op): LikeBuilder =>
    <D extends DType, S extends Shape>(x: Value<D>, like: Value<DType, S>) =>
      // The type rule keeps the dtype and takes the second shape.
      build1(op(), [x, like], {}) as Value<D, S>,
);
