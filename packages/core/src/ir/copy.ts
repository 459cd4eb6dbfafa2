import { coreVersion } from '../support/version.js';
import type { CoreCopy, Primitive, Problem } from './grammar.js';

/** This copy of core. A second one in the same program has ops of its own, which nothing here knows by identity. */
export const thisCopy: CoreCopy = Object.freeze({ version: coreVersion });

/** What is wrong with an op, or a value that it gives, where another copy of core made it. */
export function faultOfCopy(what: string, { copy }: Pick<Primitive, 'copy'>): Problem | undefined {
  if (copy === thisCopy) return undefined;
  // One of an earlier version has no mark.
  const { version = 'unknown' }: Partial<CoreCopy> = copy ?? {};
  return {
    problem: `${what} was made by another copy of @adjoint/core (version ${version}; this one is ${coreVersion})`,
    remedy: 'Install one copy: npm ls @adjoint/core shows where the others are.',
  };
}
