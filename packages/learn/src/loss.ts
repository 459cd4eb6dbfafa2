import {
  add,
  astype,
  broadcastLike,
  composite,
  compositeWithPullback,
  constant,
  count,
  equal,
  exp,
  expandDims,
  greaterEqual,
  indicesAlong,
  less,
  log,
  logicalAnd,
  max,
  mean,
  multiply,
  negate,
  softplus,
  square,
  subtract,
  sum,
  tensor,
  where,
  type Value,
} from '@adjoint/core';

/** A number, rank 0, from a prediction and its target. */
export interface Loss {
  readonly name: string;
  /** What the prediction is: values as they are, logits of probabilities, or logits of a distribution over the last axis. */
  readonly takes: 'values' | 'logits' | 'distributions';
  readonly build: (prediction: Value, target: Value) => Value;
}

/** A loss as an op of its name: prediction and target, of one shape, to a single number. */
export type LossOp = ReturnType<typeof composite<[prediction: Value, target: Value], Value>>;

/** mean (p − y)² */
export const meanSquaredError: LossOp = composite(
  'meanSquaredError',
  (prediction: Value, target: Value): Value => mean(square(subtract(prediction, target))),
);

/**
 * −mean (y ln p + (1 − y) ln(1 − p)) of probabilities p. Nothing is clipped: at p = 0 or 1 it is infinite or NaN, and
 * `binaryCrossEntropyWithLogits` is the form to train with.
 */
export const binaryCrossEntropy: LossOp = composite(
  'binaryCrossEntropy',
  (prediction: Value, target: Value): Value =>
    negate(
      mean(
        add(multiply(target, log(prediction)), multiply(subtract(1, target), log(subtract(1, prediction)))),
      ),
    ),
);

/** The same of p = sigmoid(x): mean (softplus(x) − y x), finite for every finite x. */
export const binaryCrossEntropyWithLogits: LossOp = composite(
  'binaryCrossEntropyWithLogits',
  (logits: Value, target: Value): Value => mean(subtract(softplus(logits), multiply(target, logits))),
);

/** x itself, with no gradient: for a shift that cancels in the result. */
const stopGradient: ReturnType<typeof compositeWithPullback> = compositeWithPullback(
  'stopGradient',
  (x) => broadcastLike(x, x),
  () => [undefined],
);

/** x − ln Σ exp x over the last axis, shifted by the maximum so that nothing overflows. */
export const logSoftmax: ReturnType<typeof composite<[x: Value], Value>> = composite(
  'logSoftmax',
  (x: Value): Value => {
    const last = { axes: [-1], keepDims: true } as const;
    const shifted = subtract(x, stopGradient(max(x, last)));
    return subtract(shifted, log(sum(exp(shifted), last)));
  },
);

/** The logarithm of the probability that each label has; NaN where there is no such class. */
function ofLabels(logarithms: Value, labels: Value): Value {
  const last = { axes: [-1] };
  const hit = equal(expandDims(labels, [-1]), indicesAlong(logarithms));
  const picked = sum(where(hit, logarithms, 0), last);
  const classes = astype(count(logarithms, [-1]), 'i32');
  const exists = logicalAnd(greaterEqual(labels, 0), less(labels, classes));
  return where(exists, picked, constant(tensor(NaN, picked.dtype)));
}

/**
 * −Σ y log softmax(x) over the last axis, averaged over the others. The targets y are probabilities, in the shape of
 * the logits; or the labels of classes, i32 without the last axis, where a label that names no class gives NaN.
 */
export const softmaxCrossEntropy: LossOp = composite(
  'softmaxCrossEntropy',
  (logits: Value, target: Value): Value => {
    const logarithms = logSoftmax(logits);
    const each =
      target.dtype === 'i32'
        ? ofLabels(logarithms, target)
        : sum(multiply(target, logarithms), { axes: [-1] });
    return negate(mean(each));
  },
);

export const losses: readonly Loss[] = [
  { name: 'meanSquaredError', takes: 'values', build: meanSquaredError },
  { name: 'binaryCrossEntropy', takes: 'values', build: binaryCrossEntropy },
  { name: 'binaryCrossEntropyWithLogits', takes: 'logits', build: binaryCrossEntropyWithLogits },
  { name: 'softmaxCrossEntropy', takes: 'distributions', build: softmaxCrossEntropy },
];

/** The composites of this package, for graphs that are read from files. */
export const lossOps: readonly (typeof stopGradient | LossOp | typeof logSoftmax)[] = [
  meanSquaredError,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  softmaxCrossEntropy,
  logSoftmax,
  stopGradient,
];
