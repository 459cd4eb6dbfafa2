export { backpropagate, type Algebra, type Source } from './backpropagate.js';
export { scalarGradient } from './scalar.js';
export { pullback, pullbackGraph } from './tensor.js';
export { gradient } from './gradient.js';
export {
  checkGradients,
  type CheckOptions,
  type Differentiable,
  type DirectionCheck,
  type GradientCheck,
} from './check.js';
