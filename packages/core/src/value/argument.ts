import { describe } from '../support/describe.js';
import { refuse } from './error.js';

/** Checks of what makers of ops and functions are given: whoever writes plain JavaScript has no types. */

/** @param maker the function that was called */
export function requireName(maker: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '') return;
  refuse('argument', [maker, 'name'], `expected a name, found ${describe(name)}`, 'The name comes first.');
}

/**
 * @param owner the name of what is made
 * @param operands the most operands that the function is called with
 */
export function requireFunction(
  owner: string,
  parameter: string,
  given: unknown,
  operands: number = Infinity,
): void {
  if (typeof given !== 'function') {
    refuse('argument', [owner, parameter], `expected a function, found ${describe(given)}`);
  }
  if (given.length > operands) {
    const problem = `expected a function of ${operands}, found one of ${given.length}`;
    refuse('argument', [owner, parameter], problem, 'Each operand of the op is one of the function.');
  }
}
