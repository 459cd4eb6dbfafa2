export { backpropagate, type Algebra, type Source } from './backpropagate.js';
export { scalarGradient } from './scalar.js';
export { pullback, pullbackGraph } from './tensor.js';
export { batchOf, type Batched } from './rules/batch.js';
export { pushforwardOf, type Tangents } from './pushforward.js';
export { gradient, type GradientOptions } from './gradient.js';
export {
  checkGradients,
  renderCheck,
  type CheckOptions,
  type Differentiable,
  type DirectionCheck,
  type ElementCheck,
  type GradientCheck,
} from './check.js';
