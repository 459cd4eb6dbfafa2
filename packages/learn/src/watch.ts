import {
  add,
  all,
  astype,
  isFinite,
  logicalAnd,
  program,
  sqrt,
  square,
  sum,
  type Program,
  type Value,
} from '@adjoint/core';
import { optimizerStep, type StepParts } from './step.js';

/** A value that has to stay finite, and what a reader calls it. */
export interface Watched {
  readonly quantity: string;
  readonly value: Value;
}

/** The outputs of a watched step. */
export const LOSS = 'loss';
export const FINITE = 'finite';
export const PARAMETER_NORM = 'parameterNorm';
export const GRADIENT_NORM = 'gradientNorm';

export interface WatchedStep {
  /** The step as `trainingStep` has it, with outputs that tell how it goes. */
  readonly step: Program;
  /** The same without these outputs: what checkpoints compare. */
  readonly plain: Program;
  readonly watched: readonly Watched[];
}

const everyFinite = (value: Value): Value<'bool'> =>
  value.shape.length === 0 ? isFinite(value) : all(isFinite(value));

/** √Σx² over all elements of all values, in doubles: squares of f32 may overflow. */
function normOf(values: Iterable<Value>): Value {
  const squares = [...values].map((value) =>
    sum(square(value.dtype === 'f64' ? value : astype(value, 'f64'))),
  );
  return sqrt(squares.reduce((total, each) => add(total, each)));
}

/** A parameter by its place in the tree of parameters; one that stands alone has none. */
const parameterNamed = (place: string): string => (place === '' ? 'the parameter' : `the parameter ${place}`);

/**
 * The training step, with an output that tells whether its loss, gradients and next parameters are finite.
 * @param norms whether it has the norms of parameters and gradients as well
 */
export function watchedStep(parts: StepParts, norms: boolean): WatchedStep {
  const { loss } = parts;
  const { gradients, parameters, nexts, updates } = optimizerStep(parts);
  const watched: readonly Watched[] = [
    { quantity: 'the loss', value: loss },
    ...[...gradients].map(([place, value]) => ({
      quantity: `the gradient by ${place === '' ? 'the parameter' : place}`,
      value,
    })),
    ...[...nexts].map(([place, value]) => ({ quantity: parameterNamed(place), value })),
  ];
  const finite = watched
    .map(({ value }) => everyFinite(value))
    .reduce((both, each) => logicalAnd(both, each));
  const perStep = parts.perStep && { perStep: parts.perStep };
  const measured = norms && {
    [PARAMETER_NORM]: normOf(parameters.values()),
    [GRADIENT_NORM]: normOf(gradients.values()),
  };
  return {
    step: program({ outputs: { [LOSS]: loss, [FINITE]: finite, ...measured }, updates, ...perStep }),
    plain: program({ outputs: { [LOSS]: loss }, updates, ...perStep }),
    watched,
  };
}
