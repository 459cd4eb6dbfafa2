import { graph, scalar, type Elementwise, type Graph } from '@adjoint/core';
import { optimizerStep } from '@adjoint/learn';
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
import type { Resolved } from '../configuration.js';
import { xorModel, type XorModel } from '../model.js';
import type { Run } from '../run.js';

/** A chart of the report, and the name of its files. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  readonly spec: TopLevelSpec;
}

/** A run with its configuration looked up, and what it is called. */
export interface TitledRun {
  readonly name: string;
  readonly run: Run;
  readonly resolved: Resolved;
}

/** The model of a run, and its gradients by W1, b1, W2 and b2, as one graph. */
export function gradientGraph({ resolved }: TitledRun): { readonly model: XorModel; readonly whole: Graph } {
  const { activation, loss, optimizer, initial, configuration } = resolved;
  const model = xorModel(initial, activation, loss, configuration.dtype);
  const { gradients } = optimizerStep({ loss: model.loss, parameters: model.parameters, optimizer });
  const outputs = [...gradients].map(([path, value]) => [`d${path}`, value] as const);
  return { model, whole: graph({ loss: model.loss, ...Object.fromEntries(outputs) }) };
}

const samples = 241;

/** An activation and its derivative from -6 to 6, both from its expression. */
export function activationCurve(activation: Elementwise): ActivationCurve {
  const { parameters, body } = activation.lambda(['f64']);
  const [x] = parameters;
  const slope = x && scalar.derivative(body, x);
  const rows = Array.from({ length: samples }, (_, index) => {
    const at = -6 + (12 * index) / (samples - 1);
    const arguments_ = x === undefined ? {} : { [x.name]: at };
    return {
      x: at,
      value: scalar.evaluateScalar(body, arguments_),
      derivative: slope === undefined ? 0 : scalar.evaluateScalar(slope, arguments_),
    };
  });
  return { name: activation.name, rows };
}

/** The charts of some runs: losses together, surfaces each, and activation and graph of the first. */
export function chartsOf(runs: readonly [TitledRun, ...TitledRun[]]): readonly Chart[] {
  const losses = runs.map(({ name, run: { loss } }) => ({ name, loss }));
  const [first] = runs;
  const { model, whole } = gradientGraph(first);
  return [
    {
      name: 'loss',
      title: 'Training loss',
      spec: lossChart(losses, { scale: 'linear', title: 'Training loss' }),
    },
    {
      name: 'loss-log',
      title: 'Training loss, logarithmic',
      spec: lossChart(losses, { scale: 'log', title: 'Training loss, logarithmic' }),
    },
    ...runs.flatMap(({ name, run: { surface } }) => [
      {
        name: `surface-${name}`,
        title: `Prediction, ${name}`,
        spec: surfaceHeatmap(surface, { title: `Prediction, ${name}` }),
      },
      {
        name: `surface-3d-${name}`,
        title: `Prediction in 3D, ${name}`,
        spec: surface3d(surface, { title: `Prediction in 3D, ${name}` }),
      },
    ]),
    {
      name: 'activation',
      title: `${first.resolved.activation.name} and its derivative`,
      spec: activationChart(activationCurve(first.resolved.activation)),
    },
    {
      name: 'graph',
      title: 'The graph, forward and backward',
      spec: graphChart(graphDrawing(whole, model.loss), { title: 'The graph, forward and backward' }),
    },
  ];
}
