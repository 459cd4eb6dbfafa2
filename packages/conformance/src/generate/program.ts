import { gradient } from '@adjoint/autograd';
import * as a from '@adjoint/core';
import { program, type FloatDType, type Program, type Tensors, type Value } from '@adjoint/core';
import { last, sizeOf } from '@adjoint/core/extend';
import { Draw } from './draw.js';
import { binary, makers, unary, type Maker } from './makers.js';

export interface RandomProgram {
  readonly program: Program;
  readonly feeds: Tensors;
}

/** Larger values are left out. */
const MOST_ELEMENTS = 160;

interface Kind {
  readonly make: Maker;
  /** The name to count it under; absent where it counts itself. */
  readonly counted?: string;
}

/** What a step may be; functions of numbers are likelier than anything else. */
const kinds: readonly Kind[] = [
  ...Array.from({ length: 3 }, () => ({ make: unary })),
  ...Array.from({ length: 3 }, () => ({ make: binary })),
  ...Object.entries(makers).map(([counted, make]) => ({ make, counted })),
];

/** Applies so many random ops to what is there. */
export function grow(draw: Draw, length: number, mostElements: number = MOST_ELEMENTS): void {
  for (let step = 0; step < length; step++) {
    const { make, counted } = draw.pick(kinds);
    const made = make(draw.random() < 0.7 ? last(draw.values) : draw.pick(draw.values), draw);
    if (made === undefined || sizeOf(made.shape) > mostElements) continue;
    if (counted !== undefined) draw.count(counted);
    draw.values.push(made);
  }
}

/** A number that depends on the last values. */
export const lossOf = ({ values }: Draw): Value =>
  values
    .slice(-3)
    .map((value) => a.mean(a.square(a.tanh(value))))
    .reduce((x, y) => a.add(x, y));

/**
 * A random program of smooth ops over small tensors: a loss, the value before it, and the loss's gradient by every
 * input.
 * @param counts how often each op occurred, added to
 */
export function randomProgram(seed: number, dtype: FloatDType, counts: Map<string, number>): RandomProgram {
  const draw = new Draw(seed, dtype, counts);
  const inputs = 1 + draw.below(3);
  for (let each = 0; each < inputs; each++) draw.parameter(draw.shape());
  grow(draw, 3 + draw.below(58));
  const loss = lossOf(draw);
  const gradients = gradient(
    loss,
    Object.fromEntries(draw.parameters.map((value, index) => [`p${index}`, value])),
    { unconnected: 'zeros' },
  );
  return {
    program: program({ outputs: { loss, last: last(draw.values), ...gradients } }),
    feeds: draw.feeds,
  };
}
