export { conformance } from './conformance.js';
export type { ConformanceOptions } from './options.js';
export { register, type Check, type Runner } from './check.js';
// What a backend claims
export { approximately, roundingErrors, ulp, ulps, type Accuracies, type Accuracy } from './accuracy.js';
// Rows for the ops of a plugin
export { row, type Family, type Row, type Rows } from './rows/row.js';
export { derived } from './rows/derived.js';
export { exactly, means, roundings, sums, type Bounded, type BoundOf } from './bounds.js';
export { carried } from './carried.js';
export type { Bound } from './compare.js';
export * from './generate/numbers.js';
export * from './generate/samples.js';
export * as fitting from './generate/shapes.js';
// Random programs
export { randomNumbers } from './generate/random.js';
export { randomProgram, type RandomProgram } from './generate/program.js';
