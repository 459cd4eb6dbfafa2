import {
  applyElementwise,
  binary,
  elementwise,
  elementwiseRecord,
  predicate,
  unary,
  type BinaryOp,
  type Comparison,
  type Predicate,
  type UnaryOp,
} from '../families/elementwise.js';
import type { Elementwise, Value } from '../ir/grammar.js';
import { bothWays, type Piped } from '../ir/piped.js';
import { aDType } from '../value/argument.js';
import * as scalar from '../scalar/functions.js';
import { callable } from '../support/callable.js';
import type { DType } from '../value/dtype.js';
import type { Broadcast, Fits, OneDType } from '../value/shape-types.js';
import type { Shape } from '../value/shape.js';

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
// A function of one truth value that gives one has the signature of predicates.
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
export const astype: Astype = ((...given: Piped<DType>): unknown =>
  // A conversion gives its dtype and keeps the shape, as the signatures say.
  bothWays('astype', ['dtype', aDType], given, (x, dtype) =>
    applyElementwise(conversions[dtype], [x]),
  )) as Astype;

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
  ...[negate, reciprocal, square, sqrt, exp, expm1, log, log1p, log2],
  ...[sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh],
  ...[erf, erfc, abs, sign, floor, ceil, round],
  ...[sigmoid, logSigmoid, softplus],
];
