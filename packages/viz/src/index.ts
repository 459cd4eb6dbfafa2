export { activationChart, type ActivationCurve } from './activation-chart.js';
export { contour, type SurfacePoint } from './contour.js';
export { graphChart, type GraphChartOptions } from './graph-chart.js';
export { graphDrawing } from './graph-drawing.js';
export type { DrawingPhase, GraphDrawing } from './graph-layout.js';
export { lossChart, type LossChartOptions, type LossRun } from './loss-chart.js';
export { compileSpec, toSvg, type CompiledChart } from './render.js';
export type { Surface } from './surface.js';
export {
  surfaceHeatmap,
  xorPoints,
  type SurfaceHeatmapOptions,
  type TrainingPoint,
} from './surface-heatmap.js';
export type { TopLevelSpec } from 'vega-lite';
export { surface3d, type Surface3dOptions } from './surface-3d.js';
export { categorical, colours, fontFamily, theme } from './theme.js';
