import {
  AdjointException,
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
  type Composite,
  type DType,
  type Shape,
  type Value,
} from '@adjoint/core';
import { opError, sameShape, type Fits, type OneDType, type Same } from '@adjoint/core/extend';

/** A number, rank 0, from a prediction and its target. */
export interface Loss {
  readonly name: string;
  /** What the prediction is: values as they are, logits of probabilities, or logits of a distribution over the last axis. */
  readonly takes: 'values' | 'logits' | 'distributions';
  readonly build: (prediction: Value, target: Value) => Value;
}

/** A loss as an op of its name: prediction and target, of one shape and dtype, to a single number. */
export interface LossOp<Name extends string> extends Composite {
  <D extends DType, E extends DType, A extends Shape, B extends Shape>(
    prediction: Value<D, A>,
    target: Value<E, B> & Fits<Name, A, B, Same<A, B>> & OneDType<Name, D, E>,
  ): Value<D, readonly []>;
}

type WithoutLast<S extends Shape> = S extends readonly [...infer Rest extends Shape, number] ? Rest : Shape;

/** A loss of logits and probabilities of their shape, or labels, i32, that lack the last axis. */
export interface LabelLossOp<Name extends string> extends Composite {
  <D extends DType, E extends DType, A extends Shape, B extends Shape>(
    logits: Value<D, A>,
    target: Value<E, B> &
      (E extends 'i32'
        ? Fits<Name, A, B, Same<WithoutLast<A>, B>>
        : Fits<Name, A, B, Same<A, B>> & OneDType<Name, D, E>),
  ): Value<D, readonly []>;
}

/** What is wrong with the operands of a loss: they would broadcast, to the mean of something else. */
function refuseOperands(name: string, operands: readonly Value[], problem: string, remedy: string): never {
  throw new AdjointException(opError(name, operands, { problem, remedy }));
}

function checkPair(name: string, prediction: Value, target: Value): void {
  if (!sameShape(prediction.shape, target.shape)) {
    const remedy = "Bring the target to the prediction's shape, as with reshapeLike(target, prediction).";
    refuseOperands(name, [prediction, target], 'prediction and target are of two shapes', remedy);
  }
  if (prediction.dtype !== target.dtype) {
    const remedy = `Convert the target: astype(target, '${prediction.dtype}').`;
    refuseOperands(name, [prediction, target], 'prediction and target are of two dtypes', remedy);
  }
}

/** A loss from its formula, for operands of one shape. */
function loss<const Name extends string>(
  name: Name,
  formula: (prediction: Value, target: Value) => Value,
): LossOp<Name> {
  const op = composite(name, (prediction: Value, target: Value): Value => {
    checkPair(name, prediction, target);
    return formula(prediction, target);
  });
  // What it takes and gives is said more closely than `composite` can: a mean has rank 0 and the prediction's dtype.
  return op as LossOp<Name>;
}

/** mean (p − y)² */
export const meanSquaredError: LossOp<'meanSquaredError'> = loss('meanSquaredError', (prediction, target) =>
  mean(square(subtract(prediction, target))),
);

/**
 * −mean (y ln p + (1 − y) ln(1 − p)) of probabilities p. Nothing is clipped: at p = 0 or 1 it is infinite or NaN, and
 * `binaryCrossEntropyWithLogits` is the form to train with.
 */
export const binaryCrossEntropy: LossOp<'binaryCrossEntropy'> = loss(
  'binaryCrossEntropy',
  (prediction, target) =>
    negate(
      mean(
        add(multiply(target, log(prediction)), multiply(subtract(1, target), log(subtract(1, prediction)))),
      ),
    ),
);

/** The same of p = sigmoid(x): mean (softplus(x) − y x), finite for every finite x. */
export const binaryCrossEntropyWithLogits: LossOp<'binaryCrossEntropyWithLogits'> = loss(
  'binaryCrossEntropyWithLogits',
  (logits, target) => mean(subtract(softplus(logits), multiply(target, logits))),
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

function checkClasses(name: string, logits: Value, target: Value): void {
  const operands = [logits, target];
  if (logits.shape.length === 0) {
    refuseOperands(name, operands, 'logits have an axis of classes, the last one', 'Give one logit a class.');
  }
  if (target.dtype !== 'i32') checkPair(name, logits, target);
  else if (!sameShape(target.shape, logits.shape.slice(0, -1))) {
    const remedy =
      target.shape.length === logits.shape.length && target.shape.at(-1) === 1
        ? 'Leave the axis out: squeeze(labels, [-1]).'
        : 'Give one label for each row of logits, or probabilities, as floats, in the shape of the logits.';
    refuseOperands(name, operands, 'labels have the shape of the logits without the last axis', remedy);
  }
}

/** By the name of `softmaxCrossEntropy`, for its composite. */
const crossEntropy = composite('softmaxCrossEntropy', (logits: Value, target: Value): Value => {
  checkClasses('softmaxCrossEntropy', logits, target);
  const logarithms = logSoftmax(logits);
  const each =
    target.dtype === 'i32' ? ofLabels(logarithms, target) : sum(multiply(target, logarithms), { axes: [-1] });
  return negate(mean(each));
});

/**
 * −Σ y log softmax(x) over the last axis, averaged over the others. The targets y are probabilities, in the shape of
 * the logits; or the labels of classes, i32 without the last axis, where a label that names no class gives NaN.
 */
// What it takes and gives is said more closely than `composite` can.
export const softmaxCrossEntropy: LabelLossOp<'softmaxCrossEntropy'> =
  crossEntropy as LabelLossOp<'softmaxCrossEntropy'>;

export const losses: readonly Loss[] = [
  { name: 'meanSquaredError', takes: 'values', build: meanSquaredError },
  { name: 'binaryCrossEntropy', takes: 'values', build: binaryCrossEntropy },
  { name: 'binaryCrossEntropyWithLogits', takes: 'logits', build: binaryCrossEntropyWithLogits },
  { name: 'softmaxCrossEntropy', takes: 'distributions', build: softmaxCrossEntropy },
];

/** The composites of this package, for graphs that are read from files. */
export const lossOps: readonly (Composite & ((...operands: readonly [Value, Value]) => Value))[] = [
  meanSquaredError,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  softmaxCrossEntropy,
  logSoftmax,
  stopGradient,
];
