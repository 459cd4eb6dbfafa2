import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts/lib/index.js';
import { callable } from '../support/callable.js';
import type { DType } from '../value/dtype.js';
import { refuse, type AdjointError, type TensorType } from '../value/error.js';
import type { Lambda, ScalarFunction } from '../scalar/expression.js';
import type { Tensor } from '../value/tensor.js';
import type { Formula } from '../scalar/formula.js';
import type { Graph } from './graph.js';
import type { Node, Value } from './value.js';

/** `N` of `T`; any number of them where `N` is only `number`. */
export type Tuple<T, N extends number> = number extends N ? readonly T[] : TupleOf<T, N>;
type TupleOf<T, N extends number, Done extends readonly T[] = readonly []> = Done['length'] extends N
  ? Done
  : TupleOf<T, N, readonly [...Done, T]>;

/** What print shows of an application. */
export interface OperationText {
  /** What stands behind the equals sign. */
  readonly operation: string;
  /** What is said of it behind the `#`: for a formula, which function it is. */
  readonly comment?: string;
}

/** What a type rule says of operands or attributes that it refuses. */
export interface Problem {
  readonly problem: string;
  /** What to do instead. */
  readonly remedy?: string;
}

/** Where names in a file are looked up. */
export interface Names {
  readonly scalarFunction: (name: string) => ScalarFunction | undefined;
  readonly op: (name: string) => Op | undefined;
}

export interface KernelCall<A, I extends readonly Tensor[] = readonly Tensor[]> {
  readonly inputs: I;
  /** To be filled; zeros at first. */
  readonly outputs: readonly Tensor[];
  /** The first output. */
  readonly out: Tensor;
  readonly attributes: A;
  /** Runs a sub-graph on tensors for its inputs, in order; gives its outputs, in order. */
  readonly evaluate: (graph: Graph, inputs: readonly Tensor[]) => readonly Tensor[];
}

export interface PullbackCall<A, I extends readonly Value[] = readonly Value[]> {
  readonly inputs: I;
  readonly outputs: readonly Value[];
  /** The first output. */
  readonly out: Value;
  /** One for each output; absent where nothing depends on it. */
  readonly cotangents: readonly (Value | undefined)[];
  /** The first output's; zeros where it is absent. */
  readonly cotangent: Value;
  readonly attributes: A;
  /**
   * The pullback of a sub-graph as a graph: its inputs are those of `graph` and a cotangent for each differentiable
   * output, its outputs a cotangent for each differentiable input.
   */
  readonly differentiate: (graph: Graph) => Graph;
}

/** A cotangent for each input; `undefined` for one that gets none. */
export type Cotangents = readonly (Value | undefined)[];

/** What Adjoint needs of an io-ts codec. */
export interface AttributesCodec<A> {
  validate(encoded: unknown, context: t.Context): t.Validation<A>;
  encode(attributes: A): unknown;
}

/**
 * An op with a kernel of its own. Methods, not function-valued fields, so that a record with attributes of its own
 * is a record among others.
 */
export interface Primitive<A = unknown, N extends number = number> {
  readonly kind: 'primitive';
  readonly name: string;
  /** How many inputs; absent where any number will do. */
  readonly arity?: N;
  /** Describes the attributes for files; sub-graphs and expressions find their names through `names`. */
  attributes(names: Names): AttributesCodec<A>;
  /** The outputs' types from the inputs'. */
  types(inputs: Tuple<TensorType, N>, attributes: A): E.Either<Problem, readonly TensorType[]>;
  /** Attributes that fit other input types: where they hold a sub-graph it is rebound. */
  specialize?(inputs: Tuple<TensorType, N>, attributes: A): E.Either<AdjointError, A>;
  /** Fills the outputs. */
  kernel(call: KernelCall<A, Tuple<Tensor, N>>): void;
  /** Builds nodes for the inputs' cotangents, linear in the outputs'. */
  pullback?(call: PullbackCall<A, Tuple<Value, N>>): Cotangents;
  /** Declared where there is no pullback: the outputs do not depend differentiably on any input. */
  readonly differentiable?: false;
  /** The outputs' tangents from the inputs'; without it, the transpose of the pullback. */
  pushforward?(
    call: PullbackCall<A, Tuple<Value, N>> & { readonly tangents: readonly (Value | undefined)[] },
  ): Cotangents;
  /** Applies the op to inputs of which some carry a leading batch axis; without it, a loop over the batch. */
  batch?(inputs: Tuple<Value, N>, batched: Tuple<boolean, N>, attributes: A): readonly Value[];
  /** The sub-graphs that the attributes hold, by what they are to the op. */
  subgraphs?(attributes: A): Readonly<Record<string, Graph>>;
  /** The attributes with each of those sub-graphs replaced by another of the same type. */
  replaceSubgraphs?(attributes: A, replace: (graph: Graph) => Graph): A;
  /** The attributes as print shows them; without it, `key=value` for each that is set. */
  describe?(attributes: A): string;
  /** What print shows of an application instead of `title(operands, attributes)`; an operand without a name is absent. */
  text?(operands: readonly (string | undefined)[], attributes: A): OperationText;
  /** The name that print, charts and errors use where it is not the op's own. */
  title?(attributes: A): string;
  /** The input whose shape the first output always has, whatever types the inputs are rebound to. */
  shapeLike?(inputs: Tuple<Value, N>): Value | undefined;
  /** The formula, from the inputs' formulas and types. */
  latex?(inputs: Tuple<Formula, N>, attributes: A, types: readonly TensorType[]): Formula;
}

/** An op that applies a scalar expression at each position. */
export interface Elementwise {
  readonly kind: 'elementwise';
  readonly name: string;
  readonly arity: number;
  /** The expression for operands of these dtypes, one for each. */
  lambda(dtypes: readonly DType[]): Lambda;
}

/** An op that is a function of values; `pullback` only where its derivative is not that of its body. */
export interface Composite {
  readonly kind: 'composite';
  readonly name: string;
  readonly pullback?: (call: PullbackCall<unknown>) => Cotangents;
}

export type Op = Primitive | Elementwise | Composite;

type Rules<A, N extends number> =
  Required<Pick<Primitive<A, N>, 'pullback'>> | { readonly differentiable: false };

/** What an author writes of a primitive. */
export type PrimitiveRecord<A, N extends number> = Omit<
  Primitive<A, N>,
  'kind' | 'pullback' | 'differentiable'
> &
  Rules<A, N>;

/** Applies the op that is being defined. */
export type Build<A> = (inputs: readonly Value[], attributes: A, name?: string) => Node;

/** What a reader calls an application of `op`. */
export const titleOf = (op: Primitive, attributes: unknown): string => op.title?.(attributes) ?? op.name;

/** The types of an op's outputs, with attributes fitted to the inputs, or the error that names the op. */
export function inferTypes(
  op: Primitive,
  inputs: readonly TensorType[],
  attributes: unknown,
  node?: string,
): E.Either<AdjointError, { readonly types: readonly TensorType[]; readonly attributes: unknown }> {
  const refused = ({ problem, remedy }: Problem): AdjointError => ({
    tag: 'OpError',
    op: titleOf(op, attributes),
    operands: inputs.map(({ dtype, shape }) => ({ dtype, shape })),
    problem,
    ...(node === undefined ? {} : { node }),
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (op.arity !== undefined && inputs.length !== op.arity) {
    return E.left(refused({ problem: `takes ${op.arity} operands, given ${inputs.length}` }));
  }
  const fitted = op.specialize === undefined ? E.right(attributes) : op.specialize(inputs, attributes);
  if (E.isLeft(fitted)) return fitted;
  const types = op.types(inputs, fitted.right);
  return E.isLeft(types)
    ? E.left(refused(types.left))
    : E.right({ types: types.right, attributes: fitted.right });
}

/**
 * A primitive op: the record, callable as the function `builder` returns.
 * @param builder receives a function that gives the op, for `build`
 */
export function primitive<A, N extends number, F extends (...args: never[]) => unknown>(
  record: PrimitiveRecord<A, N>,
  builder: (op: () => Primitive<A>) => F,
): F & Primitive<A> {
  // TypeScript says so too; a gradient of 0 that nobody declared would be worse than an error.
  const { name, pullback, differentiable }: Pick<Primitive, 'name' | 'pullback' | 'differentiable'> = record;
  if (pullback === undefined && differentiable === undefined) {
    refuse('plugin', [name], 'the op has no pullback', 'Write one, or declare differentiable: false.');
  }
  // The rules of a record that declares its arity see a tuple of so many inputs: `inferTypes` counts them first.
  const erased = { kind: 'primitive' as const, ...record } as Primitive<A>;
  const op: F & Primitive<A> = callable(
    builder(() => op),
    erased,
  );
  return op;
}
