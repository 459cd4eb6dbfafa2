import type { DType } from '../value/dtype.js';
import type { Tuple } from '../support/tuple.js';

/** An expression over numbers. Equal expressions are the same object, so an expression is a DAG. */
export type Scalar = ConstantScalar | ArgumentScalar | AppliedScalar;

interface Typed {
  /** Equal exactly for equal expressions; never stored in a file. */
  readonly id: number;
  readonly dtype: DType;
}

export interface ConstantScalar extends Typed {
  readonly kind: 'constant';
  readonly value: number;
}

export interface ArgumentScalar extends Typed {
  readonly kind: 'argument';
  readonly name: string;
}

export interface AppliedScalar extends Typed {
  readonly kind: 'applied';
  readonly fn: ScalarFunction;
  readonly operands: readonly Scalar[];
}

/** What a scalar function may be called with: a number literal takes the dtype of the other operands. */
export type Operand = Scalar | number;

/** A partial derivative; `undefined` is a zero that is known without looking at a number. */
export type Partial = Scalar | undefined;

/**
 * Which dtypes a function takes and gives. All operands share one dtype, except `select`'s condition.
 * - `float`: f64 or f32, result the same
 * - `number`: f64, f32 or i32, result the same
 * - `any`: every dtype, result the same
 * - `comparison`: every dtype, result bool
 * - `logical`: bool, result bool
 * - `select`: bool and twice any dtype, result that dtype
 * - a dtype: takes every dtype, gives this one
 */
export type Signature = (typeof signatures)[number] | DType;
export const signatures = ['float', 'number', 'any', 'comparison', 'logical', 'select'] as const;

/**
 * One line of the table of functions: all that the rest of Adjoint knows of a scalar function of `N` operands. One of a
 * given arity is a scalar function among others: `apply` counts the operands before an expression is made.
 */
export interface ScalarFunctionRecord<N extends number = number> {
  readonly name: string;
  readonly arity: N;
  readonly signature: Signature;
  /** Doubles to a double; the caller rounds the result to the dtype. */
  readonly evaluate: (...operands: Tuple<number, N>) => number;
  /** Where 32-bit arithmetic is not the double's result modulo 2³². */
  readonly evaluateInteger?: (...operands: Tuple<number, N>) => number;
  /** One partial derivative for each operand, as expressions of the operands and the result. */
  partials(operands: Tuple<Scalar, N>, out: Scalar): Tuple<Partial, N>;
  readonly notation: Notation<N>;
  /** The derivative chosen where there is none, such as `relu′(0) = 0`. */
  readonly kink?: string;
}

/** An operand as text, put in parentheses where it binds less than its place demands. */
export type WrittenOperand = (precedence: number) => string;

/** How a function of `N` operands is written. */
export interface Notation<N extends number = number> {
  /** 1 comparison, 2 sum, 3 product, 4 sign, 5 power, 6 atom */
  readonly precedence: number;
  /** A symbol between (or before) the operands in plain text; without it, `name(x, y)`. */
  readonly symbol?: string;
  /** Whether x ∘ (y ∘ z) may be written without parentheses. */
  readonly associative?: boolean;
  readonly latex: (...operands: Tuple<WrittenOperand, N>) => string;
}

/** A record that builds expressions when it is called. */
export interface ScalarFunction<N extends number = number> extends ScalarFunctionRecord<N> {
  (...operands: Tuple<Operand, N>): Scalar;
}

/** An expression with the order in which its arguments are given. */
export interface Lambda {
  readonly parameters: readonly ArgumentScalar[];
  readonly body: Scalar;
}
