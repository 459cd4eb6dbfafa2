export { compare, type Comparison, type GradientRow, type QuantityRow } from './compare.js';
export {
  activationsOf,
  configurationCodec,
  presets,
  resolve,
  type Configuration,
  type Resolved,
} from './configuration.js';
export { xorData, xorInputs, xorTargets } from './data.js';
export * as manual from './manual.js';
export { xorModel, type InitialParameters, type XorModel } from './model.js';
export { loadRegistry, standardPlugins } from './plugins.js';
export { run, type Run, type RunProgress } from './run.js';
