import { callable } from '../support/callable.js';
import type { DType } from '../value/dtype.js';
import { AdjointException, refuse, type TensorType } from '../value/error.js';
import type { Elementwise, Tuple } from '../ir/op.js';
import type { Broadcast, Fits, OneDType } from './shape-types.js';
import { isValue, type Value } from '../ir/value.js';
import { argument, type Lambda, type Scalar } from '../scalar/expression.js';
import * as scalar from '../scalar/functions.js';
import type { BinaryScalar, UnaryScalar } from '../scalar/functions.js';
import type { Shape } from '../value/shape.js';
import { map } from './map.js';
import { constant } from '../ir/source.js';

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

const parameterNames = ['x', 'y', 'z'];

/** The record of an elementwise op; the expression for each combination of dtypes is made once. */
function elementwiseRecord<N extends number>(
  name: string,
  arity: N,
  body: (...operands: Tuple<Scalar, N>) => Scalar,
): Elementwise {
  const lambdas = new Map<string, Lambda>();
  return {
    kind: 'elementwise',
    name,
    arity,
    lambda(dtypes) {
      const key = dtypes.join(' ');
      const known = lambdas.get(key);
      if (known !== undefined) return known;
      if (dtypes.length !== arity) refuse('graph', [name], `takes ${arity} operands, given ${dtypes.length}`);
      const parameters = dtypes.map((dtype, index) => argument(parameterNames[index] ?? `x${index}`, dtype));
      // Their number was just compared with N.
      const lambda = { parameters, body: body(...(parameters as readonly Scalar[] as Tuple<Scalar, N>)) };
      lambdas.set(key, lambda);
      return lambda;
    },
  };
}

/** Applies an elementwise record to values and numbers; a number takes the dtype of the last operand that is a value. */
function applyElementwise(op: Elementwise, operands: readonly (Value | number)[]): Value {
  const dtype = operands.findLast(isValue)?.dtype ?? 'f64';
  const inputs = operands.map((operand) =>
    typeof operand === 'number' ? constant(operand, dtype) : operand,
  );
  try {
    return map(op.name, op.lambda(inputs.map((input) => input.dtype)), inputs);
  } catch (error) {
    // What is wrong with the dtypes is found where the expression is made; here the operands are known.
    if (!(error instanceof AdjointException) || error.error.tag === 'OpError') throw error;
    const types: readonly TensorType[] = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
    throw new AdjointException({
      tag: 'OpError',
      op: op.name,
      operands: types,
      problem: error.error.tag === 'InvalidError' ? error.error.problem : error.message,
    });
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

/** As `elementwise`, with numbers that a caller may choose. */
export function parametric<P extends Readonly<Record<string, number>>>(
  name: string,
  defaults: P,
  body: (x: Scalar, parameters: P) => Scalar,
): ParametricOp<P> {
  const withParameters = (parameters: Partial<P>): Elementwise =>
    elementwiseRecord(name, 1, (x) => body(x, { ...defaults, ...parameters }));
  const apply = (first: Value | Partial<P>, parameters: Partial<P> = {}): unknown =>
    isValue(first)
      ? applyElementwise(withParameters(parameters), [first])
      : (x: Value): Value => applyElementwise(withParameters(first), [x]);
  return callable(apply, withParameters({})) as ParametricOp<P>;
}

const unary = (fn: UnaryScalar): UnaryOp => elementwise(fn.name, fn);

function binary<Name extends string>(name: Name, fn: BinaryScalar): BinaryOp<Name> & Comparison<Name> {
  const apply = (first: Value | number, second?: Value | number): unknown =>
    second === undefined
      ? (x: Value): Value => applyElementwise(op, [x, first])
      : applyElementwise(op, [first, second]);
  const op = callable(apply, elementwiseRecord(name, 2, fn)) as BinaryOp<Name> & Comparison<Name>;
  return op;
}

const predicate = (fn: UnaryScalar): Predicate => elementwise(fn.name, fn) as Elementwise as Predicate;

// The table of scalar functions, lifted

export const add: BinaryOp<'add'> = binary('add', scalar.add);
export const subtract: BinaryOp<'subtract'> = binary('subtract', scalar.subtract);
export const multiply: BinaryOp<'multiply'> = binary('multiply', scalar.multiply);
export const divide: BinaryOp<'divide'> = binary('divide', scalar.divide);
export const remainder: BinaryOp<'remainder'> = binary('remainder', scalar.remainder);
export const power: BinaryOp<'power'> = binary('power', scalar.power);
export const hypot: BinaryOp<'hypot'> = binary('hypot', scalar.hypot);
export const atan2: BinaryOp<'atan2'> = binary('atan2', scalar.atan2);
export const logAddExp: BinaryOp<'logAddExp'> = binary('logAddExp', scalar.logAddExp);
export const maximum: BinaryOp<'maximum'> = binary('maximum', scalar.maximum);
export const minimum: BinaryOp<'minimum'> = binary('minimum', scalar.minimum);
export const equal: Comparison<'equal'> = binary('equal', scalar.equal);
export const notEqual: Comparison<'notEqual'> = binary('notEqual', scalar.notEqual);
export const less: Comparison<'less'> = binary('less', scalar.less);
export const lessEqual: Comparison<'lessEqual'> = binary('lessEqual', scalar.lessEqual);
export const greater: Comparison<'greater'> = binary('greater', scalar.greater);
export const greaterEqual: Comparison<'greaterEqual'> = binary('greaterEqual', scalar.greaterEqual);
export const logicalAnd: Comparison<'logicalAnd'> = binary('logicalAnd', scalar.and);
export const logicalOr: Comparison<'logicalOr'> = binary('logicalOr', scalar.or);

export const negate: UnaryOp = unary(scalar.negate);
export const reciprocal: UnaryOp = unary(scalar.reciprocal);
export const square: UnaryOp = unary(scalar.square);
export const sqrt: UnaryOp = unary(scalar.sqrt);
export const exp: UnaryOp = unary(scalar.exp);
export const expm1: UnaryOp = unary(scalar.expm1);
export const log: UnaryOp = unary(scalar.log);
export const log1p: UnaryOp = unary(scalar.log1p);
export const log2: UnaryOp = unary(scalar.log2);
export const sin: UnaryOp = unary(scalar.sin);
export const cos: UnaryOp = unary(scalar.cos);
export const tan: UnaryOp = unary(scalar.tan);
export const asin: UnaryOp = unary(scalar.asin);
export const acos: UnaryOp = unary(scalar.acos);
export const atan: UnaryOp = unary(scalar.atan);
export const sinh: UnaryOp = unary(scalar.sinh);
export const cosh: UnaryOp = unary(scalar.cosh);
export const tanh: UnaryOp = unary(scalar.tanh);
export const asinh: UnaryOp = unary(scalar.asinh);
export const acosh: UnaryOp = unary(scalar.acosh);
export const atanh: UnaryOp = unary(scalar.atanh);
export const erf: UnaryOp = unary(scalar.erf);
export const erfc: UnaryOp = unary(scalar.erfc);
export const sigmoid: UnaryOp = unary(scalar.sigmoid);
export const softplus: UnaryOp = unary(scalar.softplus);
export const logSigmoid: UnaryOp = unary(scalar.logSigmoid);
export const abs: UnaryOp = unary(scalar.abs);
export const sign: UnaryOp = unary(scalar.sign);
export const floor: UnaryOp = unary(scalar.floor);
export const ceil: UnaryOp = unary(scalar.ceil);
export const round: UnaryOp = unary(scalar.round);
export const isFinite: Predicate = predicate(scalar.isFinite);
export const logicalNot: Predicate = elementwise('logicalNot', scalar.not) as Elementwise as Predicate;

/** `where(condition, x, y)` */
export interface Where extends Elementwise {
  <D extends DType, E extends DType, C extends Shape, A extends Shape, B extends Shape>(
    condition: Value<'bool', C>,
    x: Value<D, A>,
    y: Value<E, B> &
      OneDType<'where', D, E> &
      Fits<'where', A, B, Broadcast<A, B>> &
      Fits<'where', C, B, Broadcast<C, Broadcast<A, B>>>,
  ): Value<D & E, Broadcast<C, Broadcast<A, B>>>;
  <D extends DType, C extends Shape, A extends Shape>(
    condition: Value<'bool', C>,
    x: Value<D, A> & Fits<'where', C, A, Broadcast<C, A>>,
    y: number,
  ): Value<D, Broadcast<C, A>>;
  <D extends DType, C extends Shape, B extends Shape>(
    condition: Value<'bool', C>,
    x: number,
    y: Value<D, B> & Fits<'where', C, B, Broadcast<C, B>>,
  ): Value<D, Broadcast<C, B>>;
}

/** `x` where `condition` holds, else `y`; the three broadcast. What is not chosen has no influence. */
export const where: Where = callable(
  (...operands: readonly (Value | number)[]): Value => applyElementwise(where, operands),
  elementwiseRecord('where', 3, scalar.select),
);

type Astype = {
  <D extends DType, S extends Shape>(x: Value<DType, S>, dtype: D): Value<D, S>;
  <D extends DType>(dtype: D): <S extends Shape>(x: Value<DType, S>) => Value<D, S>;
};

const conversions: Readonly<Record<DType, Elementwise>> = {
  f64: elementwiseRecord('f64', 1, scalar.convertTo.f64),
  f32: elementwiseRecord('f32', 1, scalar.convertTo.f32),
  i32: elementwiseRecord('i32', 1, scalar.convertTo.i32),
  bool: elementwiseRecord('bool', 1, scalar.convertTo.bool),
};

/** The values in another dtype: floats towards zero into i32, anything but 0 into true. */
export const astype: Astype = ((first: Value | DType, dtype?: DType): unknown =>
  isValue(first)
    ? applyElementwise(conversions[dtype ?? first.dtype], [first])
    : (x: Value) => astype(x, first)) as Astype;

// Activations

/** max(x, 0), keeping NaN; relu′(0) = 0. */
export const relu: UnaryOp = elementwise('relu', (x) => scalar.select(scalar.lessEqual(x, 0), 0, x));

/** x where positive, else slope · x; the derivative at 0 is the slope. */
export const leakyRelu: ParametricOp<{ readonly slope: number }> = parametric(
  'leakyRelu',
  { slope: 0.01 },
  (x, { slope }) => scalar.select(scalar.lessEqual(x, 0), scalar.multiply(x, slope), x),
);

/** x where positive, else alpha · (exp(x) − 1). Clevert et al., 2015. */
export const elu: ParametricOp<{ readonly alpha: number }> = parametric('elu', { alpha: 1 }, (x, { alpha }) =>
  scalar.select(
    scalar.lessEqual(x, 0),
    alpha === 1 ? scalar.expm1(x) : scalar.multiply(alpha, scalar.expm1(x)),
    x,
  ),
);

/** x · Φ(x), with the normal distribution's Φ(x) = erfc(−x/√2)/2. Hendrycks and Gimpel, 2016. */
export const gelu: UnaryOp = elementwise('gelu', (x) =>
  scalar.multiply(x, scalar.multiply(0.5, scalar.erfc(scalar.multiply(-Math.SQRT1_2, x)))),
);

/** x · sigmoid(x). Elfwing et al., 2017. */
export const silu: UnaryOp = elementwise('silu', (x) => scalar.multiply(x, scalar.sigmoid(x)));

/** 1/√x */
export const rsqrt: UnaryOp = elementwise('rsqrt', (x) => scalar.reciprocal(scalar.sqrt(x)));

export const elementwiseOps: readonly Elementwise[] = [
  ...[add, subtract, multiply, divide, remainder, power, hypot, atan2, logAddExp, maximum, minimum],
  ...[
    equal,
    notEqual,
    less,
    lessEqual,
    greater,
    greaterEqual,
    logicalAnd,
    logicalOr,
    logicalNot,
    isFinite,
    where,
  ],
  ...[negate, reciprocal, square, sqrt, rsqrt, exp, expm1, log, log1p, log2],
  ...[sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh],
  ...[erf, erfc, abs, sign, floor, ceil, round],
  ...[relu, leakyRelu, elu, sigmoid, logSigmoid, softplus, gelu, silu],
];
