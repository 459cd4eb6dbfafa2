import {
  constant,
  convert,
  evaluateNodes,
  fromData,
  graph,
  invalid,
  nodesUnder,
  nodeText,
  type AdjointError,
  type RandomStream,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { pullback } from '@adjoint/autograd';
import { train } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { resolve, type Configuration, type Resolved } from './configuration.js';
import { xorData, xorInputs, xorTargets } from './data.js';
import {
  backward,
  forward,
  trainByHand,
  type Matrix,
  type Parameters as HandParameters,
  type Quantities,
} from './manual.js';
import { xorModel, type InitialParameters, type XorModel } from './model.js';
import type { Registry } from './plugins.js';

/** One quantity of the hand derivation beside what the graph gives for it. */
export interface QuantityRow {
  readonly name: keyof Quantities;
  readonly shape: Shape;
  /** The node that gives it in the graph. */
  readonly node: string;
  /** The index of the element that is shown: the one of the largest difference, else the largest one. */
  readonly at: readonly number[];
  readonly byHand: number;
  readonly byGraph: number;
  /** Over all elements. */
  readonly largestDifference: number;
}

/** A parameter's gradient beside central differences. */
export interface GradientRow {
  readonly parameter: keyof InitialParameters;
  readonly at: readonly number[];
  readonly derived: number;
  readonly measured: number;
  readonly largestDifference: number;
}

export interface Comparison {
  readonly epochs: readonly { readonly epoch: number; readonly rows: readonly QuantityRow[] }[];
  /** The largest difference between the losses of the two trainings, each on its own from the same start. */
  readonly lossDifference: number;
  /** At the start, nudged until every |Z1| is above `margin`. */
  readonly nudged: readonly GradientRow[];
  /** At the start itself, where Z1 of the input [0, 0] is 0: on the kink of relu. */
  readonly onKink: readonly GradientRow[];
}

/** How far every Z1 is kept from the kink of relu. */
export const margin = 1e-3;

const quantityNames = [
  'Z1',
  'A1',
  'Z2',
  'A2',
  'dA2',
  'dZ2',
  'dW2',
  'db2',
  'dA1',
  'dZ1',
  'dW1',
  'db1',
] as const;
const parameterNames = ['W1', 'b1', 'W2', 'b2'] as const;

const toMatrix = ({ shape: [rows = 0, columns = 0], data }: Tensor): Matrix =>
  Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));

const toHand = ({ W1, b1, W2, b2 }: InitialParameters): HandParameters => ({
  W1: toMatrix(W1),
  b1: toMatrix(b1),
  W2: toMatrix(W2),
  b2: toMatrix(b2),
});

/** The twelve quantities as values of the graph. */
function quantitiesOf({
  Z1,
  A1,
  Z2,
  A2,
  loss,
  parameters: { W1, b1, W2, b2 },
}: XorModel): Readonly<Record<keyof Quantities, Value>> {
  const one = constant(1, loss.dtype);
  const cotangents = pullback([[loss, one]], [A2, Z2, W2, b2, A1, Z1, W1, b1]);
  const [dA2 = one, dZ2 = one, dW2 = one, db2 = one, dA1 = one, dZ1 = one, dW1 = one, db1 = one] = cotangents;
  return { Z1, A1, Z2, A2, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1 };
}

/** The values of nodes at some parameters. */
function evaluateAt(
  model: XorModel,
  values: readonly Value[],
  at: InitialParameters,
): ReadonlyMap<Value, Tensor> {
  const nodes = nodesUnder(values);
  const { X, Y } = xorData(at.W1.dtype === 'f32' ? 'f32' : 'f64');
  const given = new Map<Value, Tensor>(parameterNames.map((name) => [model.parameters[name], at[name]]));
  for (const input of graph(Object.fromEntries(values.map((value, index) => [`v${index}`, value]))).inputs) {
    given.set(input, input.node.name === 'X' ? X : Y);
  }
  return evaluateNodes(nodes, given);
}

/** The element of the largest difference; where all are equal, the largest one. */
function worst(
  a: readonly number[],
  b: readonly number[],
): { readonly index: number; readonly difference: number } {
  const difference = (index: number): number => Math.abs((a[index] ?? NaN) - (b[index] ?? NaN));
  const indices = a.map((_, index) => index);
  const largest = Math.max(0, ...indices.map(difference));
  const key = largest > 0 ? difference : (index: number): number => Math.abs(a[index] ?? 0);
  const index = indices.reduce((best, each) => (key(each) > key(best) ? each : best), 0);
  return { index, difference: largest };
}

const indexIn = (shape: Shape, flat: number): readonly number[] => {
  const [, columns = 1] = shape;
  return [Math.floor(flat / columns), flat % columns];
};

function quantityRows(model: XorModel, at: InitialParameters): readonly QuantityRow[] {
  const hand = toHand(at);
  const forwards = forward(hand, xorInputs);
  const byHand: Quantities = { ...forwards, ...backward(hand, xorInputs, xorTargets, forwards) };
  const quantities = quantitiesOf(model);
  const results = evaluateAt(model, Object.values(quantities), at);
  const whole = graph({ ...quantities });
  return quantityNames.map((name) => {
    const value = quantities[name];
    const ours = Array.from(results.get(value)?.data ?? []);
    const theirs = byHand[name].flat();
    const { index, difference } = worst(theirs, ours);
    return {
      name,
      shape: value.shape,
      node: nodeText(whole, value.node),
      at: indexIn(value.shape, index),
      byHand: theirs[index] ?? NaN,
      byGraph: ours[index] ?? NaN,
      largestDifference: difference,
    };
  });
}

const differenceStep = 1e-6;

/** Each gradient beside (L(θ + h) − L(θ − h))/2h, element by element, in f64. */
function gradientRows(model: XorModel, at: InitialParameters): readonly GradientRow[] {
  const { dW1, db1, dW2, db2 } = quantitiesOf(model);
  const derived = evaluateAt(model, [dW1, db1, dW2, db2], at);
  const gradients: Readonly<Record<keyof InitialParameters, Value>> = { W1: dW1, b1: db1, W2: dW2, b2: db2 };
  const lossAt = (name: keyof InitialParameters, index: number, by: number): number => {
    const { shape, data } = at[name];
    const moved = Float64Array.from(data);
    moved[index] = (moved[index] ?? 0) + by;
    const values = evaluateAt(model, [model.loss], { ...at, [name]: fromData('f64', shape, moved) });
    return values.get(model.loss)?.data[0] ?? NaN;
  };
  return parameterNames.map((parameter) => {
    const ours = Array.from(derived.get(gradients[parameter])?.data ?? []);
    const measured = ours.map(
      (_, index) =>
        (lossAt(parameter, index, differenceStep) - lossAt(parameter, index, -differenceStep)) /
        (2 * differenceStep),
    );
    const { index, difference } = worst(ours, measured);
    return {
      parameter,
      at: indexIn(at[parameter].shape, index),
      derived: ours[index] ?? NaN,
      measured: measured[index] ?? NaN,
      largestDifference: difference,
    };
  });
}

/** Parameters moved by seeded noise until no Z1 is near the kink. */
function nudge(at: InitialParameters, stream: RandomStream): InitialParameters {
  const noisy = (tensor: Tensor): Tensor => {
    const noise = stream.normal(tensor.shape, 0, 0.1);
    return fromData(
      'f64',
      tensor.shape,
      Float64Array.from(tensor.data, (x, index) => x + (noise.data[index] ?? 0)),
    );
  };
  for (;;) {
    const moved = { W1: noisy(at.W1), b1: noisy(at.b1), W2: noisy(at.W2), b2: noisy(at.b2) };
    const { Z1 } = forward(toHand(moved), xorInputs);
    if (Z1.flat().every((z) => Math.abs(z) > margin)) return moved;
  }
}

const inDoubles = ({ W1, b1, W2, b2 }: InitialParameters): InitialParameters => ({
  W1: convert(W1, 'f64'),
  b1: convert(b1, 'f64'),
  W2: convert(W2, 'f64'),
  b2: convert(b2, 'f64'),
});

/** The hand derivation is that of one network, trained one way. */
function checkDerived({
  configuration: { activation, loss, optimizer },
}: Resolved): E.Either<AdjointError, void> {
  const wrong = [
    ['activation', activation, 'relu'],
    ['loss', loss, 'meanSquaredError'],
    ['optimizer', optimizer, 'sgd'],
  ].find(([, given, derived]) => given !== derived);
  if (wrong === undefined) return E.right(undefined);
  const [flag = '', given = '', derived = ''] = wrong;
  return E.left(invalid('option', [flag], `the hand derivation is for ${derived}, given ${given}`));
}

/**
 * The hand derivation beside the graph, at the parameters before the first and before the last epoch, and the
 * gradients beside central differences.
 * @returns Left where the configuration is not one that was derived by hand, or training diverges
 */
export const compare =
  (configuration: Configuration, registry: Registry): TaskEither<AdjointError, Comparison> =>
  async () => {
    const resolved = resolve(configuration, registry);
    if (E.isLeft(resolved)) return resolved;
    const derivable = checkDerived(resolved.right);
    if (E.isLeft(derivable)) return derivable;
    const { activation, loss, optimizer, backend, initial } = resolved.right;
    const { dtype, epochs, learningRate, rng, seed } = configuration;
    const model = xorModel(initial, activation, loss, dtype);
    const feeds = xorData(dtype);
    const parts = { backend, loss: model.loss, parameters: model.parameters, optimizer, feeds };
    const trained = await train({ ...parts, steps: epochs })();
    if (E.isLeft(trained)) return trained;
    const byHand = trainByHand(toHand(initial), xorInputs, xorTargets, { learningRate, epochs });

    // The last epoch starts from where the others end.
    const last = epochs === 1 ? E.right(initial) : await parametersAfter(epochs - 1, parts)();
    if (E.isLeft(last)) return last;
    const doubles = inDoubles(initial);
    const reference = xorModel(doubles, activation, loss, 'f64');
    const source = registry.randomSources.get(rng);
    if (source === undefined) return E.left(invalid('option', ['rng'], `unknown name "${rng}"`));
    return E.right({
      epochs: [
        { epoch: 0, rows: quantityRows(model, initial) },
        ...(epochs === 1 ? [] : [{ epoch: epochs - 1, rows: quantityRows(model, last.right) }]),
      ],
      lossDifference: worst(byHand.loss, Array.from(trained.right.loss)).difference,
      nudged: gradientRows(reference, nudge(doubles, source.create(seed))),
      onKink: gradientRows(reference, doubles),
    });
  };

/** The parameters after some epochs. */
const parametersAfter =
  (
    steps: number,
    parts: Omit<Parameters<typeof train>[0], 'steps' | 'programs'>,
  ): TaskEither<AdjointError, InitialParameters> =>
  async () => {
    const trained = await train({ ...parts, steps })();
    if (E.isLeft(trained)) return trained;
    const state = await trained.right.executable.read()();
    if (E.isLeft(state)) return state;
    const { W1, b1, W2, b2 } = state.right;
    if (W1 === undefined || b1 === undefined || W2 === undefined || b2 === undefined) {
      return E.left(invalid('state', [], 'a parameter is missing'));
    }
    return E.right({ W1, b1, W2, b2 });
  };
