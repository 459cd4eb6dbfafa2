import { expectArgument, sort, type Sort } from '../value/argument.js';
import { refuse } from '../value/error.js';
import { isScalar, type AppliedScalar, type Partial } from './expression.js';

const anApplication: Sort<AppliedScalar> = sort(
  'a scalar function applied to expressions',
  (u): u is AppliedScalar => isScalar(u) && u.kind === 'applied',
);

/** What is wrong with what a function's `partials` gives, if anything is. A plugin may be plain JavaScript. */
function faultOf({ fn, dtype }: AppliedScalar, partials: unknown): string | undefined {
  if (!Array.isArray(partials)) return 'it does not give a list of partial derivatives';
  const given: readonly unknown[] = partials;
  if (given.length !== fn.arity) return `it gives ${given.length} for ${fn.arity} operands`;
  for (const [index, partial] of given.entries()) {
    if (partial === undefined) continue;
    if (!isScalar(partial)) return `the partial derivative by operand ${index} is not a scalar expression`;
    if (partial.dtype !== dtype)
      return `the partial derivative by operand ${index} is ${partial.dtype}, not ${dtype}`;
  }
  return undefined;
}

/**
 * The partial derivatives of an application by its operands, by its function's record.
 * @throws AdjointException where the record does not give one for each operand, in the result's dtype
 */
export function partialsOf(out: AppliedScalar): readonly Partial[] {
  expectArgument('scalar.partialsOf', 'out', out, anApplication);
  const partials = out.fn.partials(out.operands, out);
  const fault = faultOf(out, partials);
  if (fault === undefined) return partials;
  return refuse(
    'plugin',
    [out.fn.name, 'partials'],
    fault,
    'Give for each operand an expression of the dtype of the result, such as scalar.constant(2, x.dtype), or undefined.',
  );
}
