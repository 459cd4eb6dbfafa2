import type { Backend } from '@adjoint/core';
import type { Check } from './checks/check.js';
import { conversionChecks } from './checks/conversions.js';
import { executableChecks } from './checks/executable.js';
import { functionChecks } from './checks/functions.js';
import { opChecks } from './checks/ops.js';
import { programChecks } from './checks/programs.js';
import { suiteOf, type ConformanceOptions } from './checks/suite.js';

/**
 * What a backend must do to be one: compute what the interpreter computes. Every op of core, learn and the given
 * plugins on generated shapes, dtypes and numbers; every scalar function at special values; every conversion; what
 * an executable does with steps, state and mistakes; random programs with their gradients. Results are compared by
 * their bits but where an op's row, or the backend's accuracy, gives a bound.
 * @returns the checks as data, for any test runner; see `register`
 */
export function conformance(backend: Backend, options: ConformanceOptions = {}): readonly Check[] {
  const suite = suiteOf(backend, options);
  return [
    ...opChecks(suite),
    ...functionChecks(suite),
    ...conversionChecks(suite),
    ...executableChecks(suite),
    ...programChecks(suite),
  ];
}
