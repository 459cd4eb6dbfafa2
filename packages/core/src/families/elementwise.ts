import { isValue } from '../ir/node.js';
import { aValueOrNumber } from '../ir/sorts.js';
import type { Elementwise, Value } from '../ir/grammar.js';
import {
  argument,
  constant as scalarConstant,
  isScalar,
  partsOf,
  type ArgumentScalar,
  type Lambda,
  type Scalar,
} from '../scalar/expression.js';
import type { BinaryScalar, UnaryScalar } from '../scalar/define.js';
import { callable } from '../support/callable.js';
import { describe } from '../support/describe.js';
import { last } from '../support/list.js';
import type { Tuple } from '../support/tuple.js';
import {
  aDType,
  aList,
  aRecord,
  expectArgument,
  listOf,
  requireFunction,
  requireName,
} from '../value/argument.js';
import type { DType } from '../value/dtype.js';
import { AdjointException, opError, refuse } from '../value/error.js';
import type { Broadcast, Fits, OneDType } from '../value/shape-types.js';
import type { Shape } from '../value/shape.js';
import { map } from './map.js';
import { constant } from './source.js';

/** Makers of elementwise ops: scalar expressions, lifted to tensors. */

/** A function of one tensor, position by position. */
export interface UnaryOp extends Elementwise {
  <V extends Value>(x: V): V;
}

/** As `UnaryOp`, with a truth value for each position. */
export interface Predicate extends Elementwise {
  <S extends Shape>(x: Value<DType, S>): Value<'bool', S>;
}

/** A function of one tensor and a few numbers: `leakyRelu(x, { slope: 0.2 })`, `pipe(x, leakyRelu({ slope: 0.2 }))`. */
export interface ParametricOp<P> extends Elementwise {
  <V extends Value>(x: V, parameters?: Partial<P>): V;
  (parameters: Partial<P>): <V extends Value>(x: V) => V;
}

/**
 * A function of two tensors that broadcast, or of a tensor and a number.
 * Both ways round: `subtract(a, b)` is a − b, and so is `pipe(a, subtract(b))`.
 */
export interface BinaryOp<Name extends string> extends Elementwise {
  <D extends DType, E extends DType, A extends Shape, B extends Shape>(
    x: Value<D, A>,
    y: Value<E, B> & Fits<Name, A, B, Broadcast<A, B>> & OneDType<Name, D, E>,
  ): Value<D & E, Broadcast<A, B>>;
  <D extends DType, S extends Shape>(x: Value<D, S>, y: number): Value<D, S>;
  <D extends DType, S extends Shape>(x: number, y: Value<D, S>): Value<D, S>;
  <D extends DType, B extends Shape>(
    y: Value<D, B>,
  ): <A extends Shape>(x: Value<D, A> & Fits<Name, A, B, Broadcast<A, B>>) => Value<D, Broadcast<A, B>>;
  (y: number): <D extends DType, S extends Shape>(x: Value<D, S>) => Value<D, S>;
}

/** As `BinaryOp`, with a truth value for each position. */
export interface Comparison<Name extends string> extends Elementwise {
  <D extends DType, E extends DType, A extends Shape, B extends Shape>(
    x: Value<D, A>,
    y: Value<E, B> & Fits<Name, A, B, Broadcast<A, B>> & OneDType<Name, D, E>,
  ): Value<'bool', Broadcast<A, B>>;
  <S extends Shape>(x: Value<DType, S>, y: number): Value<'bool', S>;
  <S extends Shape>(x: number, y: Value<DType, S>): Value<'bool', S>;
  <D extends DType, B extends Shape>(
    y: Value<D, B>,
  ): <A extends Shape>(x: Value<D, A> & Fits<Name, A, B, Broadcast<A, B>>) => Value<'bool', Broadcast<A, B>>;
  (y: number): <S extends Shape>(x: Value<DType, S>) => Value<'bool', S>;
}

const someDTypes = listOf('a list of dtypes', aDType);

const parameterNames = ['x', 'y', 'z'];

/**
 * What the function of an elementwise op gave, as the expression of a lambda. A number stands in the last operand's
 * dtype; NaN is what JavaScript's own arithmetic makes of expressions.
 */
function bodyOf(name: string, made: unknown, parameters: readonly ArgumentScalar[]): Scalar {
  const isNumber = typeof made === 'number' && !Number.isNaN(made);
  const body = isNumber ? scalarConstant(made, last(parameters).dtype) : made;
  if (!isScalar(body)) {
    refuse(
      'graph',
      [name],
      `its function gives ${describe(made)}, not a scalar expression`,
      'Write it with scalar functions: scalar.multiply(x, x), not x * x.',
    );
  }
  const own = new Set<Scalar>(parameters);
  const foreign = partsOf(body).find((part) => part.kind === 'argument' && !own.has(part));
  if (foreign?.kind === 'argument') {
    const problem = `its expression uses "${foreign.name}: ${foreign.dtype}", which is not an operand`;
    refuse('graph', [name], problem, 'It may use what its function is given, and numbers.');
  }
  return body;
}

/** The record of an elementwise op; the expression for each combination of dtypes is made once. */
export function elementwiseRecord<N extends number>(
  name: string,
  arity: N,
  body: (...operands: Tuple<Scalar, N>) => Scalar,
): Elementwise;
export function elementwiseRecord(
  name: string,
  arity: number,
  body: (...operands: readonly Scalar[]) => Scalar,
): Elementwise {
  requireName('elementwise', name);
  requireFunction(name, 'body', body, arity);
  const lambdas = new Map<string, Lambda>();
  const record: Elementwise = {
    kind: 'elementwise',
    name,
    arity,
    build: (operands) => applyElementwise(record, operands),
    lambda(dtypes) {
      expectArgument(name, 'dtypes', dtypes, someDTypes);
      const key = dtypes.join(' ');
      const known = lambdas.get(key);
      if (known !== undefined) return known;
      if (dtypes.length !== arity) refuse('graph', [name], `takes ${arity} operands, given ${dtypes.length}`);
      const parameters = dtypes.map((dtype, index) => argument(parameterNames[index] ?? `x${index}`, dtype));
      const lambda = { parameters, body: bodyOf(name, body(...parameters), parameters) };
      lambdas.set(key, lambda);
      return lambda;
    },
  };
  return record;
}

/** Applies an elementwise record to values and numbers; a number takes the dtype of the last operand that is a value. */
export function applyElementwise(op: Elementwise, operands: readonly (Value | number)[]): Value {
  expectArgument(op.name, 'operands', operands, aList);
  for (const [index, operand] of operands.entries()) {
    expectArgument(op.name, parameterNames[index] ?? index, operand, aValueOrNumber);
  }
  const dtype = operands.findLast(isValue)?.dtype ?? 'f64';
  const inputs = operands.map((operand) =>
    typeof operand === 'number' ? constant(operand, dtype) : operand,
  );
  try {
    return map(op.name, op.lambda(inputs.map((input) => input.dtype)), inputs);
  } catch (error) {
    // What is wrong with the dtypes is found where the expression is made; here the operands are known.
    if (!(error instanceof AdjointException) || error.error.tag === 'OpError') throw error;
    const { error: cause } = error;
    const problem = cause.tag === 'InvalidError' ? cause.problem : error.message;
    const remedy = cause.remedy === undefined ? {} : { remedy: cause.remedy };
    throw new AdjointException(opError(op.name, inputs, { problem, ...remedy }));
  }
}

/**
 * An activation, or any function of one number, from its expression: kernel, gradient to any order, LaTeX and plot
 * follow from it.
 * @example
 * const mish = elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x))));
 * print(graph({ out: mish(x) })).includes('mish(x)') // true
 */
export function elementwise(name: string, body: (x: Scalar) => Scalar): UnaryOp {
  const apply = (x: Value): Value => applyElementwise(op, [x]);
  // Here and below: the result has the broadcast shape and the expression's dtype, which is what the op's type says.
  const op: UnaryOp = callable(apply, elementwiseRecord(name, 1, body)) as UnaryOp;
  return op;
}

/** Refuses parameters that an op has not, which would be overlooked, and such as are no numbers. */
function checkParameters(name: string, known: readonly string[], given: unknown): void {
  expectArgument(name, 'parameters', given, aRecord);
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key)) {
      refuse('argument', [name, key], `there is no such parameter; there is ${known.join(', ') || 'none'}`);
    }
    if (typeof value !== 'number') {
      refuse('argument', [name, key], `expected a number, found ${describe(value)}`);
    }
  }
}

/** As `elementwise`, with numbers that a caller may choose. */
export function parametric<P extends Readonly<Record<string, number>>>(
  name: string,
  defaults: P,
  body: (x: Scalar, parameters: P) => Scalar,
): ParametricOp<P> {
  requireName('parametric', name);
  requireFunction(name, 'body', body, 2);
  expectArgument('parametric', 'defaults', defaults, aRecord);
  const known = Object.keys(defaults);
  checkParameters(name, known, defaults);
  const withParameters = (parameters: Partial<P>): Elementwise => {
    checkParameters(name, known, parameters);
    return elementwiseRecord(name, 1, (x) => body(x, { ...defaults, ...parameters }));
  };
  const apply = (first: Value | Partial<P>, parameters: Partial<P> = {}): unknown => {
    if (isValue(first)) return applyElementwise(withParameters(parameters), [first]);
    const later = withParameters(first);
    return (x: Value): Value => applyElementwise(later, [x]);
  };
  // See `elementwise`: the shapes of results follow from broadcasting.
  return callable(apply, withParameters({})) as ParametricOp<P>;
}

/** A scalar function of one number, lifted. */
export const unary = (fn: UnaryScalar): UnaryOp => elementwise(fn.name, fn);

/** A scalar function of two numbers, lifted. */
export function binary<Name extends string>(name: Name, fn: BinaryScalar): BinaryOp<Name> & Comparison<Name> {
  const apply = (...operands: readonly (Value | number)[]): unknown => {
    // An `undefined` that is given is a mistake, not the form for pipes.
    if (operands.length > 1) return applyElementwise(op, operands.slice(0, 2));
    const [second] = operands;
    expectArgument(name, 'y', second, aValueOrNumber);
    return (x: Value): Value => applyElementwise(op, [x, second]);
  };
  // See `elementwise`: whether the result is a truth value follows from the scalar function.
  const op = callable(apply, elementwiseRecord(name, 2, fn)) as BinaryOp<Name> & Comparison<Name>;
  return op;
}

/** A scalar function with a truth value, lifted. */
export const predicate = (fn: UnaryScalar): Predicate =>
  // Its expression has dtype bool, which types of scalar functions do not say.
  elementwise(fn.name, fn) as Elementwise as Predicate;
