import { convert, tensor, type Shape, type Tensor, type Value } from '@adjoint/core';
import { at, lookup, nodeText } from '@adjoint/core/extend';
import { xorInputs, xorTargets } from './data.js';
import { indexIn, largestDifference } from './difference.js';
import { evaluateAt } from './evaluate.js';
import type { GradientGraph } from './gradient-graph.js';
import {
  backward,
  forward,
  type Matrix,
  type Parameters as HandParameters,
  type Quantities,
} from './manual.js';
import type { InitialParameters, XorModel } from './model.js';

export type QuantityName = keyof Quantities;

/** What a quantity by hand is, beside the graph's. */
export type Verdict =
  | { readonly kind: 'agrees' }
  /** Its own line is wrong: from what it reads follows something else. */
  | { readonly kind: 'differs' }
  /** Its own line is right; what it reads is not. */
  | { readonly kind: 'follows'; readonly from: readonly QuantityName[] }
  | { readonly kind: 'misshapen'; readonly shape: string };

/** One quantity of the hand derivation beside what the graph gives for it. */
export interface QuantityRow {
  readonly name: QuantityName;
  readonly shape: Shape;
  readonly verdict: Verdict;
  /** The node that gives it in the graph. */
  readonly node: string;
  /** Undefined where the shape by hand is another. */
  readonly compared: Compared | undefined;
}

export interface Compared {
  /** The index of the element that is shown: the one of the largest difference, else the largest one. */
  readonly at: readonly number[];
  readonly byHand: number;
  readonly byGraph: number;
  /** Over all elements. */
  readonly largestDifference: number;
}

/** The derivation by hand that is compared: the one of `manual.ts` unless another is given. */
export interface HandDerivation {
  readonly forward: typeof forward;
  readonly backward: typeof backward;
}

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
] as const satisfies readonly QuantityName[];

/** Of f64 and f32: how far apart two results may lie for the order of their roundings, in parts of the largest element. */
const tolerances = { f64: { relative: 1e-9, absolute: 1e-12 }, f32: { relative: 1e-3, absolute: 1e-6 } };

function toMatrix({ shape, data }: Tensor): Matrix {
  const [rows, columns] = [at(shape, 0), at(shape, 1)];
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );
}

/** Parameters as the hand derivation takes them. */
export const toHand = ({ W1, b1, W2, b2 }: InitialParameters): HandParameters => ({
  W1: toMatrix(W1),
  b1: toMatrix(b1),
  W2: toMatrix(W2),
  b2: toMatrix(b2),
});

const hasShape = (matrix: Matrix, shape: Shape): boolean =>
  matrix.length === shape[0] && matrix.every((row) => row.length === shape[1]);

/** `[1, 10]`; rows of unlike lengths are said to be so. */
function shapeText(matrix: Matrix): string {
  const lengths = [...new Set(matrix.map((row) => row.length))];
  return lengths.length <= 1
    ? `[${matrix.length}, ${lengths[0] ?? 0}]`
    : `${matrix.length} rows of unlike lengths`;
}

function isClose(hand: Matrix, { dtype, data }: Tensor): boolean {
  const { relative, absolute } = tolerances[dtype === 'f32' ? 'f32' : 'f64'];
  const largest = Array.from(data).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return largestDifference(hand.flat(), data).difference <= relative * largest + absolute;
}

/** The values among some that another one is computed from directly: no other of them lies between. */
function readsAmong(value: Value, cuts: ReadonlyMap<Value, QuantityName>): readonly QuantityName[] {
  const found = new Set<QuantityName>();
  const seen = new Set<Value>();
  const waiting = [...value.node.inputs];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    const name = cuts.get(each);
    if (name === undefined) waiting.push(...each.node.inputs);
    else found.add(name);
  }
  return quantityNames.filter((name) => found.has(name));
}

/** The twelve quantities by hand and by the graph, at the same parameters, each judged by its own line. */
export function quantityRows(
  model: XorModel,
  { quantities, whole }: GradientGraph,
  parameters: InitialParameters,
  derivation: HandDerivation = { forward, backward },
): readonly QuantityRow[] {
  const hand = toHand(parameters);
  const forwards = derivation.forward(hand, xorInputs);
  const byHand: Quantities = {
    ...forwards,
    ...derivation.backward(hand, xorInputs, xorTargets, forwards),
  };
  const byGraph = evaluateAt(model, Object.values(quantities), parameters);
  const fits = (name: QuantityName): boolean => hasShape(byHand[name], quantities[name].shape);
  const cuts = new Map<Value, QuantityName>(quantityNames.map((name) => [quantities[name], name]));

  /** Whether a quantity follows from what the hand derivation has for the others. */
  const follows = (name: QuantityName): boolean => {
    const value = quantities[name];
    // A line may read an activation itself, or compute it anew from what it is an activation of.
    return [[], ['A1', 'A2']].some((computed) => {
      const given = quantityNames
        .filter((other) => other !== name && fits(other) && !computed.includes(other))
        .map((other) => [quantities[other], convert(tensor(byHand[other]), value.dtype)] as const);
      return isClose(byHand[name], evaluateAt(model, [value], parameters, new Map(given))(value));
    });
  };

  const verdicts = new Map<QuantityName, Verdict>();
  const verdictOf = (name: QuantityName): Verdict => {
    if (!fits(name)) return { kind: 'misshapen', shape: shapeText(byHand[name]) };
    if (isClose(byHand[name], byGraph(quantities[name]))) return { kind: 'agrees' };
    const from = readsAmong(quantities[name], cuts).filter(
      (read) => lookup(verdicts, read).kind !== 'agrees',
    );
    const cannotBeJudged = from.some((read) => !fits(read));
    return from.length > 0 && (cannotBeJudged || follows(name))
      ? { kind: 'follows', from }
      : { kind: 'differs' };
  };
  // Each after what it reads.
  for (const name of quantityNames) verdicts.set(name, verdictOf(name));

  const comparedOf = (name: QuantityName): Compared => {
    const [theirs, ours] = [byHand[name].flat(), byGraph(quantities[name]).data];
    const { index, difference } = largestDifference(theirs, ours);
    return {
      at: indexIn(quantities[name].shape, index),
      byHand: at(theirs, index),
      byGraph: at(ours, index),
      largestDifference: difference,
    };
  };
  return quantityNames.map((name) => ({
    name,
    shape: quantities[name].shape,
    verdict: lookup(verdicts, name),
    node: nodeText(whole, quantities[name].node),
    compared: fits(name) ? comparedOf(name) : undefined,
  }));
}

/** What is said of a quantity beside its numbers. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'agrees':
      return 'agrees';
    case 'differs':
      return 'wrong';
    case 'follows':
      return `follows ${verdict.from.join(', ')}`;
    case 'misshapen':
      return `wrong: its shape is ${verdict.shape}`;
  }
}
