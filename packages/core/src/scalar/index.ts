export {
  apply,
  argument,
  constant,
  defineScalarFunction,
  isScalar,
  partsOf,
  substitute,
  subexpressions,
} from './expression.js';
export type {
  ArgumentScalar,
  ConstantScalar,
  Lambda,
  Notation,
  Operand,
  Scalar,
  ScalarFunction,
  ScalarFunctionRecord,
} from './expression.js';
export { erfCoefficients } from './erf.js';
export { derivative, times } from './derivative.js';
export { evaluateLambda, evaluateScalar, evaluateScalars, evaluatorOf } from './evaluate.js';
export { partialsOf } from './partials.js';
export { formatScalar, scalarToLatex } from './format.js';
export { binary, unary } from './define.js';
export type { BinaryScalar, TernaryScalar, UnaryScalar } from './define.js';
export * from './functions.js';
