export { chain, createOptimizer, optimizerMonoid } from './optimizer.js';
export type { Optimizer, OptimizerFactory, UpdateCall, UpdateResult } from './optimizer.js';
export * from './optimizers.js';
export * from './kinds.js';
export * from './loss.js';
export * from './initializer.js';
export { optimizerStep, trainingStep, type Step, type StepParts } from './step.js';
export { train, type Trained, type TrainEvent, type TrainOptions } from './train.js';
export { learnPlugin } from './plugin.js';
