import type * as E from 'fp-ts/lib/Either.js';
import type { Formula } from '../scalar/formula.js';
import type { BinaryScalar } from '../scalar/define.js';
import type { Lambda, Scalar, ScalarFunction } from '../scalar/expression.js';
import type { DType } from '../value/dtype.js';
import type { Tuple } from '../support/tuple.js';
import type { AdjointError } from '../value/error.js';
import type { Shape, TensorType } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import type { Description } from './description.js';
import type { Scope } from './scope.js';
import type { View } from './view.js';

/** The words of the graph, which need one another: values, nodes, graphs, ops, and the families that ops belong to. */

// Graphs

/** One output of a node. `Value<'f64', readonly [4, 2]>` has its dtype and shape in its type. */
export interface Value<D extends DType = DType, S extends Shape = Shape> extends TensorType {
  readonly dtype: D;
  readonly shape: S;
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly index: number;
}

/** An op applied to values. Immutable; a graph is the nodes under some values. */
export interface Node {
  readonly op: Primitive;
  readonly inputs: readonly Value[];
  /** What the op's description says. */
  readonly attributes: unknown;
  readonly outputs: readonly Value[];
  /** What a reader calls it; never part of what it computes. */
  readonly name?: string;
  /** The composites and layers in whose bodies it was built. */
  readonly scope?: Scope;
}

/** The nodes under some named values, flat, each after the nodes whose outputs it uses. Self-contained plain data. */
export interface Graph {
  /** The outputs of its `input` nodes, in the order in which they are given. */
  readonly inputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, Value>>;
}

// What rules say and get

/** What a rule says of operands or attributes that it refuses. */
export interface Problem {
  readonly problem: string;
  /** What to do instead. */
  readonly remedy?: string;
}

/** What a rule finds, or why there is none. */
export type Found<T> = E.Either<Problem, T>;

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

// Families: from an op's data in its family follow its type rule, kernel, derivatives, batching, simplification and code.
// They have methods, not function-valued fields, so that a family with attributes of its own is one among others.

/** A scalar expression at each position of the broadcast operands. */
export interface MapFamily<A = unknown> {
  readonly kind: 'map';
  lambda(attributes: A): Lambda;
}

/** Elements of the first operand, found by walking along its axes; of other operands only the shapes matter. */
export interface ViewFamily<A = unknown> {
  readonly kind: 'view';
  view(shapes: readonly Shape[], attributes: A): Found<View>;
  /** The attributes with which the op is this view of an operand of this shape, where there are any. */
  recognize?(view: View, shape: Shape): A | undefined;
  /** Whether the result has the shape of the second operand, however they are rebound. */
  readonly like?: boolean;
  /** Whether axes are aligned at the last: an operand of fewer axes is read as if it had more of size 1 in front. */
  readonly broadcasts?: boolean;
  /** The operand's cotangent: `cotangent` put where the view reads `x`, and 0 elsewhere. */
  transpose(cotangent: Value, x: Value, attributes: A): Value;
  /** The op that transposes it, where it was made of the view. */
  readonly twin?: Primitive<A>;
}

/** A view, transposed: the first operand added up where the view of the second reads. */
export interface UnviewFamily<A = unknown> {
  readonly kind: 'unview';
  /** The name of the op that it transposes. */
  readonly of: string;
  view(shapes: readonly Shape[], attributes: A): Found<View>;
  /** Whether the view broadcasts. */
  readonly broadcasts?: boolean;
  /** The view of the cotangent. */
  transpose(cotangent: Value, x: Value, attributes: A): Value;
}

/** The same elements in the same order; of other operands than the first only the shapes matter. */
export interface ReshapingFamily<A = unknown> {
  readonly kind: 'reshaping';
  shape(shapes: readonly Shape[], attributes: A): Found<Shape>;
  /** Whether the result has the shape of the second operand, however they are rebound. */
  readonly like?: boolean;
}

/** How elements become one: the first, then each combined with what there is, in row-major order. */
export interface Accumulation {
  /** Associative and commutative: backends accumulate several parts side by side. They know it by identity. */
  readonly combine: BinaryScalar;
  /** The dtype in which floats are accumulated; their own unless given. The result is rounded to theirs. */
  readonly accumulator?: 'f64';
}

/** The elements along some axes as one. A sum's derivatives follow; others have a slope, or a pullback of their own. */
export interface ReductionFamily<A = unknown> extends Accumulation {
  readonly kind: 'reduction';
  /** What is accumulated of an element; the element itself unless given. */
  element?(x: Scalar): Scalar;
  /** The result of an empty reduction; where it has none, there is an error. */
  readonly empty?: number;
  /** ∂out/∂x, from an element and the result. */
  slope?(x: Scalar, out: Scalar): Scalar;
  /** The reduced axes, ascending. */
  axes(attributes: A, rank: number): readonly number[];
  /** Whether reduced axes stay, with size 1. */
  keepDims(attributes: A): boolean;
}

/** For each element the combination of all up to it along an axis. A sum's derivatives follow. */
export interface PrefixFamily<A = unknown> extends Accumulation {
  readonly kind: 'prefix';
  axis(attributes: A): number;
  /** Whether from the last element to the first. */
  reverse(attributes: A): boolean;
  /** The attributes for the other direction. */
  reversed(attributes: A): A;
}

/** A letter for each axis. Letters that the result has not are summed over; an axis of size 1 stretches. */
export interface Letters {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/** Sums of products. Every pullback is a contraction again. */
export interface ContractionFamily<A = unknown> {
  readonly kind: 'contraction';
  /** Every letter occurs in two places or more, and in each at most once. */
  letters(shapes: readonly Shape[], attributes: A): Found<Letters>;
}

/** A view that is moved along one axis of the whole by indices that are data. */
export interface IndexedView extends View {
  readonly axis: number;
  /** Where each element's index stands among the indices. */
  readonly by: View;
}

/**
 * Elements of the first operand at the indices of the second, i32. Negative indices count from the end; for one that is
 * outside there is NaN, or 0 where the dtype has no NaN.
 */
export interface IndexedFamily<A = unknown> {
  readonly kind: 'indexed';
  view(shapes: readonly Shape[], attributes: A): Found<IndexedView>;
  /** The first operand's cotangent. */
  transpose(cotangent: Value, indices: Value, x: Value, attributes: A): Value;
  readonly twin?: Primitive<A>;
}

/** Indexing, transposed: the first operand added up, in order, where the indices of the second read the third. */
export interface UnindexedFamily<A = unknown> {
  readonly kind: 'unindexed';
  readonly of: string;
  view(shapes: readonly Shape[], attributes: A): Found<IndexedView>;
  transpose(cotangent: Value, indices: Value, attributes: A): Value;
}

/** Where the parts of a whole lie. */
export interface Layout {
  readonly shape: Shape;
  /** A view of the whole for each operand; no two meet. */
  readonly parts: readonly View[];
  /** What stands where no part does; absent where the parts fill the whole. */
  readonly fill?: number;
}

/** Operands put where views of the result say. */
export interface JoinFamily<A = unknown> {
  readonly kind: 'join';
  layout(parts: readonly TensorType[], attributes: A): Found<Layout>;
  /** The operands' cotangents. */
  transpose(cotangent: Value, parts: readonly Value[], attributes: A): readonly Value[];
  readonly twin?: Primitive<A>;
}

/** A join, transposed: the first operand cut into the parts that the others would be joined to. */
export interface SplitFamily<A = unknown> {
  readonly kind: 'split';
  layout(parts: readonly TensorType[], attributes: A): Found<Layout>;
  transpose(cotangents: readonly Value[], attributes: A): Value;
}

/** What an op computes where its family does not tell it. */
interface Written<A> {
  types(inputs: readonly TensorType[], attributes: A): Found<readonly TensorType[]>;
  /** Fills the outputs. */
  kernel(call: KernelCall<A>): void;
}

/** Ops whose attributes hold sub-graphs, into which transforms go. */
export interface ControlFamily<A = unknown> extends Written<A> {
  readonly kind: 'control';
  /** Of which op it has the attributes and the meaning, for backends that have code for loops, branches and calls. */
  readonly form?: 'scan' | 'cond' | 'call';
  /** The attributes with their sub-graphs rebound to other input types. */
  specialize(inputs: readonly TensorType[], attributes: A): E.Either<AdjointError, A>;
}

/** A state of a program: what names it, and what it starts from. */
export interface State {
  readonly path: string;
  readonly initial: Tensor;
}

/** Where values come from: what an op gives follows from attributes and the operands' types alone, or is fed. */
export interface SourceFamily<A = unknown> {
  readonly kind: 'source';
  types(inputs: readonly TensorType[], attributes: A): Found<readonly TensorType[]>;
  /** Fills the output, which has zeros at first. */
  fill(out: Tensor, inputs: readonly TensorType[], attributes: A): void;
  /** Of what is fed: its name, and the attributes for another type. */
  readonly input?: {
    name(attributes: A): string;
    retyped(attributes: A, type: TensorType): A;
  };
  /** Of what an executable keeps between runs. */
  state?(attributes: A): State;
  /** Of what is written in the graph. */
  constant?(attributes: A): Tensor;
}

/** Everything else: compiled code calls its kernel. */
export interface OpaqueFamily<A = unknown> extends Written<A> {
  readonly kind: 'opaque';
}

export type Family<A = unknown> =
  | MapFamily<A>
  | ViewFamily<A>
  | UnviewFamily<A>
  | ReshapingFamily<A>
  | ReductionFamily<A>
  | PrefixFamily<A>
  | ContractionFamily<A>
  | IndexedFamily<A>
  | UnindexedFamily<A>
  | JoinFamily<A>
  | SplitFamily<A>
  | ControlFamily<A>
  | SourceFamily<A>
  | OpaqueFamily<A>;

// Ops

/** How an application reads. */
export interface Reading<A, N extends number = number> {
  /** The attributes as print shows them; without it, `key=value` for each that is set. */
  describe?(attributes: A): string;
  /** What print shows instead of `title(operands, attributes)`; an operand without a name is absent. */
  text?(operands: readonly (string | undefined)[], attributes: A): OperationText;
  /** The name that print, charts and errors use where it is not the op's own. */
  title?(attributes: A): string;
  /** The formula, from the inputs' formulas and types; without it, the name applied to them. */
  latex?(inputs: Tuple<Formula, N>, attributes: A, types: readonly TensorType[]): Formula;
}

/** What computes a node, as print writes it, and what it says beside: of a derivative, whose it is. */
export interface OperationText {
  readonly operation: string;
  readonly comment?: string;
}

/** A copy of core. Two that are installed beside each other do not know each other's ops. */
export interface CoreCopy {
  readonly version: string;
}

/** An op with attributes of its own is an op among others. */
export interface Primitive<A = unknown> extends Reading<A> {
  readonly kind: 'primitive';
  readonly name: string;
  /** The copy of core by which it was made; absent where that copy is earlier than this field. */
  readonly copy?: CoreCopy;
  /** How many inputs; absent where any number will do. */
  readonly arity?: number;
  readonly attributes: Description;
  readonly family: Family<A>;
  /** Builds nodes for the inputs' cotangents, linear in the outputs'; where it is absent the family tells. */
  pullback?(call: PullbackCall<A>): Cotangents;
  /** Declared where the outputs do not depend differentiably on any input. */
  readonly differentiable?: false;
  /** The attributes that mean the same where the first operand has this shape, with one axis more in front. */
  behind?(attributes: A, batched: Shape): A;
}

/** An op of one family. */
export type OpOf<Y extends Family<A>, A> = Primitive<A> & { readonly family: Y };
export type ViewOp<A = unknown> = OpOf<ViewFamily<A>, A>;
export type IndexedOp<A = unknown> = OpOf<IndexedFamily<A>, A>;
export type JoinOp<A = unknown> = OpOf<JoinFamily<A>, A>;

/** An op that applies a scalar expression at each position. */
export interface Elementwise {
  readonly kind: 'elementwise';
  readonly name: string;
  readonly arity: number;
  /** The expression for operands of these dtypes, one for each. */
  lambda(dtypes: readonly DType[]): Lambda;
  /** The op applied, for one that was found by its name. */
  build(operands: readonly (Value | number)[]): Value;
}

/** An op that is a function of values; `pullback` only where its derivative is not that of its body. */
export interface Composite {
  readonly kind: 'composite';
  readonly name: string;
  readonly pullback?: (call: PullbackCall<unknown>) => Cotangents;
}

export type Op = Primitive | Elementwise | Composite;

/** Where names in a file are looked up. */
export interface Names {
  readonly scalarFunction: (name: string) => ScalarFunction | undefined;
  readonly op: (name: string) => Op | undefined;
}
