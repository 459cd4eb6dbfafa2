export { errorLine, exitCode, parseCommand, pluginFiles, type Help, type Request } from './command.js';
export { checkDerived, compare, type Comparison } from './compare.js';
export {
  activationsOf,
  configurationCodec,
  presets,
  resolve,
  type Configuration,
  type Resolved,
} from './configuration.js';
export { xorData, xorInputs, xorTargets } from './data.js';
export type { GradientRow } from './gradient-check.js';
export { gradientGraph, type GradientGraph } from './gradient-graph.js';
export * as manual from './manual.js';
export { xorModel, type InitialParameters, type XorModel } from './model.js';
export { loadRegistry, standardPlugins } from './plugins.js';
export type { QuantityRow } from './quantities.js';
export { run, trainNetwork, type Run, type RunProgress, type TrainedNetwork } from './run.js';
