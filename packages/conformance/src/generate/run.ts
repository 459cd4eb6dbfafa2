import { gradient } from '@adjoint/autograd';
import * as a from '@adjoint/core';
import { program, type FloatDType, type Shape, type Tensor, type Tensors } from '@adjoint/core';
import { last } from '@adjoint/core/extend';
import { Draw } from './draw.js';
import { tensorOf } from './numbers.js';
import { grow, lossOf, type RandomProgram } from './program.js';

/** A random program that is run for several steps. */
export interface RandomRun extends RandomProgram {
  readonly steps: number;
  /** The outputs to keep of every step. */
  readonly record: readonly string[];
}

export interface RandomRunOptions {
  /** Which part of the numbers that are fed are special: NaN, infinities, −0, subnormals. */
  readonly special?: number;
  /** Whether values are large enough for several threads. */
  readonly large?: boolean;
}

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 5e-324, -1e-310, 1e-40, 1e15];
const MOST_ELEMENTS = { small: 160, large: 200_000 };

/**
 * A random program with states that follow gradients, and with inputs of each step.
 * @param counts how often each op occurred, added to
 */
export function randomRun(
  seed: number,
  dtype: FloatDType,
  counts: Map<string, number>,
  { special: share = 0, large = false }: RandomRunOptions = {},
): RandomRun {
  const draw = new Draw(seed, dtype, counts);
  const shape = (): Shape => (large ? [draw.pick([300, 700, 1000]), draw.pick([33, 64, 100])] : draw.shape());
  const inputs = 1 + draw.below(2);
  for (let each = 0; each < inputs; each++) draw.parameter(shape());
  const states = Array.from({ length: 1 + draw.below(2) }, (_, index) => {
    const initial = shape();
    const data = Array.from({ length: initial.reduce((x, y) => x * y, 1) }, () => 2 * draw.random() - 1);
    return a.variable(`w${index}`, tensorOf(dtype, initial, data));
  });
  draw.values.push(...states);
  grow(
    draw,
    large ? 2 + draw.below(6) : 3 + draw.below(30),
    large ? MOST_ELEMENTS.large : MOST_ELEMENTS.small,
  );
  // States that no value was made of are among them.
  const loss = a.add(
    lossOf(draw),
    states.map((each) => a.mean(a.square(each))).reduce((x, y) => a.add(x, y)),
  );
  const updates = states.map((each) => {
    const slope = a.tanh(gradient(loss, each));
    return { state: each, next: a.subtract(a.multiply(0.9, each), a.multiply(0.1, slope)) };
  });
  const steps = 1 + draw.below(4);
  const outputs = { loss, last: last(draw.values) };
  const used = program({ outputs, updates }).graph.inputs.map(a.nameOfInput);
  const perStep = used.filter(() => draw.flip());
  const fed = ({ dtype: of, shape: inner, data }: Tensor, isPerStep: boolean): Tensor => {
    const length = data.length * (isPerStep ? steps : 1);
    const numbers = Array.from({ length }, () =>
      draw.random() < share ? draw.pick(special) : 2 * draw.random() - 1,
    );
    return tensorOf(of, isPerStep ? [steps, ...inner] : inner, numbers);
  };
  const feeds: Tensors = Object.fromEntries(
    Object.entries(draw.feeds).flatMap(([name, feed]) =>
      used.includes(name) ? [[name, fed(feed, perStep.includes(name))] as const] : [],
    ),
  );
  return { program: program({ outputs, updates, perStep }), feeds, steps, record: ['loss'] };
}
