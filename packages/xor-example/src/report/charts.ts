import { scalar, type Elementwise } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import {
  activationChart,
  graphChart,
  graphDrawing,
  lossChart,
  surface3d,
  surfaceHeatmap,
  type ActivationCurve,
} from '@adjoint/viz';
import type { TopLevelSpec } from 'vega-lite';
import type { GradientGraph } from '../gradient-graph.js';
import type { TrainedNetwork } from '../run.js';

/** A part of the page that has charts. */
export type Section = 'training' | 'surface' | 'activation' | 'graph';

/** A chart of the report. */
export interface Chart {
  readonly section: Section;
  /** That of its files. */
  readonly name: string;
  readonly title: string;
  readonly spec: TopLevelSpec;
}

/** A run, and what it is called. */
export interface TitledRun extends TrainedNetwork {
  readonly name: string;
}

const samples = 241;

/** An activation and its derivative from -6 to 6, both from its expression. */
export function activationCurve(activation: Elementwise): ActivationCurve {
  const { parameters, body } = activation.lambda(['f64']);
  const x = at(parameters, 0);
  const slope = scalar.derivative(body, x);
  const rows = Array.from({ length: samples }, (_, index) => {
    const point = -6 + (12 * index) / (samples - 1);
    const given = { [x.name]: point };
    return {
      x: point,
      value: scalar.evaluateScalar(body, given),
      derivative: slope === undefined ? 0 : scalar.evaluateScalar(slope, given),
    };
  });
  return { name: activation.name, rows };
}

/** The charts of some runs: losses together, surfaces each, and activation and graph of the first. */
export function chartsOf(
  runs: readonly [TitledRun, ...TitledRun[]],
  { whole, loss }: GradientGraph,
): readonly Chart[] {
  const losses = runs.map(({ name, run }) => ({ name, loss: run.loss }));
  const [{ resolved }] = runs;
  return [
    {
      section: 'training',
      name: 'loss',
      title: 'Training loss',
      spec: lossChart(losses, { scale: 'linear', title: 'Training loss' }),
    },
    {
      section: 'training',
      name: 'loss-log',
      title: 'Training loss, logarithmic',
      spec: lossChart(losses, { scale: 'log', title: 'Training loss, logarithmic' }),
    },
    ...runs.flatMap(({ name, run: { surface } }): readonly Chart[] => [
      {
        section: 'surface',
        name: `surface-${name}`,
        title: `Prediction, ${name}`,
        spec: surfaceHeatmap(surface, { title: `Prediction, ${name}` }),
      },
      {
        section: 'surface',
        name: `surface-3d-${name}`,
        title: `Prediction in 3D, ${name}`,
        spec: surface3d(surface, { title: `Prediction in 3D, ${name}` }),
      },
    ]),
    {
      section: 'activation',
      name: 'activation',
      title: `${resolved.activation.name} and its derivative`,
      spec: activationChart(activationCurve(resolved.activation)),
    },
    {
      section: 'graph',
      name: 'graph',
      title: 'The graph, forward and backward',
      spec: graphChart(graphDrawing(whole, loss), { title: 'The graph, forward and backward' }),
    },
  ];
}
