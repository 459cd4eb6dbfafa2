export { backpropagate, type Algebra, type Source } from './backpropagate.js';
export { scalarGradient } from './scalar.js';
export { pullback, pullbackGraph } from './tensor.js';
export { batchOf, type Batched } from './rules/batch.js';
export { pushforwardOf, type Tangents } from './pushforward.js';
export { gradient } from './gradient.js';
export {
  checkGradients,
  type CheckOptions,
  type Differentiable,
  type DirectionCheck,
  type GradientCheck,
} from './check.js';
export * from './learn/optimizer.js';
export * from './learn/loss.js';
export * from './learn/initializer.js';
export { optimizerStep, trainingStep, type Step, type StepParts } from './learn/step.js';
export { train, type Trained, type TrainEvent, type TrainOptions } from './learn/train.js';
export { autogradPlugin } from './plugin.js';
