import { aRecord, isRecord, expectArgument, listOf, sort, type Sort } from '../value/argument.js';
import { dtypes, elementAt, isStorage, roundTo, type DType, type TypedArray } from '../value/dtype.js';
import { refuse } from '../value/error.js';
import { allocate } from '../value/memory.js';
import { at, lookup } from '../support/list.js';
import type { Tuple } from '../support/tuple.js';
import {
  aLambda,
  partsOf,
  subexpressions,
  type AppliedScalar,
  type Lambda,
  type Scalar,
  type ScalarFunctionRecord,
} from './expression.js';
import { quoted } from '../support/describe.js';

const evaluated: Sort<object> = sort(
  'a scalar function, such as scalar.tanh',
  (u): u is object => (typeof u === 'function' || isRecord(u)) && 'evaluate' in u,
);

/** The function that computes in a dtype: doubles do for every one but i32 in some functions. */
export const evaluatorOf = <N extends number>(
  fn: Pick<ScalarFunctionRecord<N>, 'evaluate' | 'evaluateInteger'>,
  dtype: DType,
): ((...operands: Tuple<number, N>) => number) => {
  expectArgument('scalar.evaluatorOf', 'fn', fn, evaluated);
  return dtype === 'i32' ? (fn.evaluateInteger ?? fn.evaluate) : fn.evaluate;
};

/**
 * The value of an expression, every function rounded to its dtype.
 * @param values the arguments by name
 * @throws AdjointException where an argument has no value
 * @example evaluateScalar(multiply(x, x), { x: 3 }) // 9
 */
export const evaluateScalar = (expression: Scalar, values: Readonly<Record<string, number>>): number =>
  at(evaluateScalars([expression], values), 0);

/** The values of several expressions, what they share computed once. */
export function evaluateScalars(
  expressions: readonly Scalar[],
  values: Readonly<Record<string, number>>,
): number[] {
  expectArgument('scalar.evaluateScalars', 'values', values, aRecord);
  const results = new Map<Scalar, number>();
  for (const part of subexpressions(expressions)) {
    if (part.kind === 'constant') results.set(part, part.value);
    else if (part.kind === 'argument') {
      // A name from a file may be one that every object has.
      const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
      if (typeof value !== 'number')
        refuse('feed', [part.name], `the argument ${quoted(part.name)} has no value`);
      results.set(part, roundTo(part.dtype, value));
    } else {
      const operands = part.operands.map((operand) => lookup(results, operand));
      results.set(part, roundTo(part.dtype, evaluatorOf(part.fn, part.dtype)(...operands)));
    }
  }
  return expressions.map((expression) => lookup(results, expression));
}

const aTypedArray: Sort<TypedArray> = sort('a typed array', (u): u is TypedArray =>
  dtypes.some((dtype) => isStorage(dtype, u)),
);
const typedArrays: Sort<readonly TypedArray[]> = listOf('a list of typed arrays', aTypedArray);

/**
 * Applies a lambda to each position of arrays that are all as long as `out`, one function at a time.
 * The typed array that holds an intermediate result is what rounds it to its dtype.
 */
export function evaluateLambda(lambda: Lambda, inputs: readonly TypedArray[], out: TypedArray): void {
  expectArgument('scalar.evaluateLambda', 'lambda', lambda, aLambda);
  expectArgument('scalar.evaluateLambda', 'inputs', inputs, typedArrays);
  expectArgument('scalar.evaluateLambda', 'out', out, aTypedArray);
  if (inputs.length !== lambda.parameters.length || inputs.some(({ length }) => length !== out.length)) {
    refuse(
      'argument',
      ['scalar.evaluateLambda', 'inputs'],
      `expected ${lambda.parameters.length} arrays of ${out.length} elements, one for each parameter`,
    );
  }
  const arrays = new Map<Scalar, TypedArray>();
  lambda.parameters.forEach((parameter, index) => arrays.set(parameter, at(inputs, index)));
  for (const part of partsOf(lambda.body)) {
    if (part.kind === 'argument') continue;
    const target = part === lambda.body ? out : allocate(part.dtype, out.length);
    arrays.set(part, target);
    if (part.kind === 'constant') target.fill(part.value);
    else applyEach(part, arrays, target);
  }
  const result = lookup(arrays, lambda.body);
  if (result !== out) out.set(result);
}

function applyEach(part: AppliedScalar, arrays: ReadonlyMap<Scalar, TypedArray>, out: TypedArray): void {
  const evaluate = evaluatorOf(part.fn, part.dtype);
  const operands = part.operands.map((operand) => lookup(arrays, operand));
  // One loop for each arity: a list of operands for each element would take several times as long.
  switch (operands.length) {
    case 1: {
      const x = at(operands, 0);
      for (let i = 0; i < out.length; i++) out[i] = evaluate(elementAt(x, i));
      return;
    }
    case 2: {
      const [x, y] = [at(operands, 0), at(operands, 1)];
      for (let i = 0; i < out.length; i++) out[i] = evaluate(elementAt(x, i), elementAt(y, i));
      return;
    }
    default: {
      for (let i = 0; i < out.length; i++)
        out[i] = evaluate(...operands.map((operand) => elementAt(operand, i)));
    }
  }
}
