export { conformance } from './conformance.js';
export type { ConformanceOptions } from './checks/suite.js';
export { register, type Check, type Runner } from './checks/check.js';
// What a backend claims
export {
  approximately,
  roundingErrors,
  ulp,
  ulps,
  type Accuracies,
  type Accuracy,
} from './compare/accuracy.js';
// Rows: how each op is sampled
export { rows as standardRows } from './rows/table.js';
export { row, type Family, type Row, type Rows } from './rows/row.js';
export { derived } from './rows/derived.js';
export { exactly, means, roundings, sums, type Bounded, type BoundOf } from './compare/bounds.js';
export { carried } from './compare/carried.js';
export type { Bound } from './compare/differences.js';
export * from './generate/numbers.js';
export * from './generate/samples.js';
export * as fitting from './generate/shapes.js';
// Random programs
export { randomNumbers } from './generate/random.js';
export { randomProgram, type RandomProgram } from './generate/program.js';
export { randomRun, type RandomRun, type RandomRunOptions } from './generate/run.js';
// Comparing results
export { differences } from './compare/differences.js';
