import { scalar, type Program, type ScalarFunction } from '@adjoint/core';
import { explain, type Target } from '@adjoint/compiler';

const standard = new Set<ScalarFunction>(scalar.scalarFunctions);

/** A target for tests: it has code for the standard functions, vectors of 16 bytes, and one thread. */
export const target: Target = {
  title: 'the test',
  hasCode: (fn) => standard.has(fn),
  vectorBytes: 16,
  tile: { rows: 4, vectors: 2 },
  alignment: 16,
  addressBytes: 4,
  memory: { most: 2 ** 32, page: 2 ** 16 },
  controlBytes: 0,
};

export const explainPlan = (program: Program): string => explain(program, target);
