import { allocate, roundTo, type TypedArray } from '../value/dtype.js';
import { refuse } from '../value/error.js';
import { partsOf, subexpressions, type AppliedScalar, type Lambda, type Scalar } from './expression.js';

const evaluatorOf = ({ fn, dtype }: AppliedScalar): ((...operands: readonly number[]) => number) =>
  dtype === 'i32' ? (fn.evaluateInteger ?? fn.evaluate) : fn.evaluate;

/**
 * The value of an expression, every function rounded to its dtype.
 * @param values the arguments by name
 * @throws AdjointException where an argument has no value
 * @example evaluateScalar(multiply(x, x), { x: 3 }) // 9
 */
export const evaluateScalar = (expression: Scalar, values: Readonly<Record<string, number>>): number =>
  evaluateScalars([expression], values)[0] ?? NaN;

/** The values of several expressions, what they share computed once. */
export function evaluateScalars(
  expressions: readonly Scalar[],
  values: Readonly<Record<string, number>>,
): number[] {
  const results = new Map<Scalar, number>();
  for (const part of subexpressions(expressions)) {
    if (part.kind === 'constant') results.set(part, part.value);
    else if (part.kind === 'argument') {
      const value = values[part.name];
      if (value === undefined) refuse('feed', [part.name], `the argument "${part.name}" has no value`);
      results.set(part, roundTo(part.dtype, value));
    } else {
      const operands = part.operands.map((operand) => results.get(operand) ?? NaN);
      results.set(part, roundTo(part.dtype, evaluatorOf(part)(...operands)));
    }
  }
  return expressions.map((expression) => results.get(expression) ?? NaN);
}

/**
 * Applies a lambda to each position of arrays that are all as long as `out`, one function at a time.
 * The typed array that holds an intermediate result is what rounds it to its dtype.
 */
export function evaluateLambda(lambda: Lambda, inputs: readonly TypedArray[], out: TypedArray): void {
  const arrays = new Map<Scalar, TypedArray>();
  lambda.parameters.forEach((parameter, index) => {
    const input = inputs[index];
    if (input !== undefined) arrays.set(parameter, input);
  });
  for (const part of partsOf(lambda.body)) {
    if (part.kind === 'argument') continue;
    const target = part === lambda.body ? out : allocate(part.dtype, out.length);
    arrays.set(part, target);
    if (part.kind === 'constant') target.fill(part.value);
    else applyEach(part, arrays, target);
  }
  const result = arrays.get(lambda.body);
  if (result !== undefined && result !== out) out.set(result);
}

function applyEach(part: AppliedScalar, arrays: ReadonlyMap<Scalar, TypedArray>, out: TypedArray): void {
  const evaluate = evaluatorOf(part);
  const [x, y, z] = part.operands.map((operand) => arrays.get(operand));
  if (x === undefined) return;
  if (y === undefined) for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i] ?? 0);
  else if (z === undefined) for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i] ?? 0, y[i] ?? 0);
  else for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i] ?? 0, y[i] ?? 0, z[i] ?? 0);
}
