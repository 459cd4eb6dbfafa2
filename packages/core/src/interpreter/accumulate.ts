import type { Accumulation, PrefixFamily, ReductionFamily } from '../ir/grammar.js';
import { rightOrThrow } from '../ir/problem.js';
import { accumulationSteps, type AccumulationSteps } from '../ir/types.js';
import { evaluateLambda, evaluatorOf } from '../scalar/evaluate.js';
import { at } from '../support/list.js';
import { roundTo, type TypedArray } from '../value/dtype.js';
import { allocate } from '../value/memory.js';
import { offsetsOf } from '../value/offsets.js';
import { sizeOf, stridesOf } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';

/** Elements combined one after the other, in row-major order. */

/** What is accumulated of each element. */
function lifted({ lift, accumulator }: AccumulationSteps, { data }: Tensor): TypedArray {
  if (lift.body === lift.parameters[0]) return data;
  const elements = allocate(accumulator, data.length);
  evaluateLambda(lift, [data], elements);
  return elements;
}

/** The function that combines two numbers of the accumulator's dtype. */
const combination = (
  { combine }: Accumulation,
  { accumulator }: AccumulationSteps,
): ((sum: number, each: number) => number) => evaluatorOf(combine, accumulator);

/** Each element of `x` combined into the result at its place: stride 0 along reduced axes. */
export function reduce(family: ReductionFamily, x: Tensor, out: Tensor, axes: readonly number[]): void {
  if (x.data.length === 0) {
    // The type rule refuses where there is no such result.
    if (family.empty !== undefined) out.data.fill(family.empty);
    return;
  }
  const steps = rightOrThrow(accumulationSteps(family, x.dtype));
  const kept = stridesOf(x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));
  const places = offsetsOf(
    x.shape,
    kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride)),
  );
  const elements = lifted(steps, x);
  const combine = combination(family, steps);
  const sums = allocate(steps.accumulator, out.data.length);
  const isStarted = allocate('bool', sums.length);
  for (let i = 0; i < places.length; i++) {
    const place = at(places, i);
    // The typed array rounds to its dtype.
    sums[place] = isStarted[place] === 1 ? combine(at(sums, place), at(elements, i)) : at(elements, i);
    isStarted[place] = 1;
  }
  out.data.set(sums);
}

/** For each element the combination of all up to it along an axis. */
export function accumulate(
  family: PrefixFamily,
  x: Tensor,
  out: Tensor,
  { axis, reverse }: { readonly axis: number; readonly reverse: boolean },
): void {
  const steps = rightOrThrow(accumulationSteps(family, x.dtype));
  const elements = lifted(steps, x);
  const combine = combination(family, steps);
  const length = at(x.shape, axis);
  const inner = sizeOf(x.shape.slice(axis + 1));
  for (let outer = 0; outer < sizeOf(x.shape.slice(0, axis)); outer++) {
    for (let position = 0; position < inner; position++) {
      let sum = 0;
      for (let step = 0; step < length; step++) {
        const along = reverse ? length - 1 - step : step;
        const place = (outer * length + along) * inner + position;
        const element = at(elements, place);
        sum = step === 0 ? element : roundTo(steps.accumulator, combine(sum, element));
        out.data[place] = sum;
      }
    }
  }
}
