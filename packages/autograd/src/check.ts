import {
  add,
  astype,
  constant,
  convert,
  formatType,
  fromData,
  input,
  isFloat,
  leaves,
  multiply,
  sum,
  zeros,
  type RandomStream,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { at, evaluateNodes, lookup, nodesUnder, sizeOf } from '@adjoint/core/extend';
import { numpyLegacy } from '@adjoint/random';
import { gradient } from './gradient.js';

/** A function of values, of any shapes, to one value. */
export type Differentiable = (...inputs: readonly Value[]) => Value;

export interface CheckOptions {
  /** Whose derivative is compared: the function's (1), or that of its derivative along a random direction (2), …. */
  readonly order?: number;
  /** How many random directions. */
  readonly directions?: number;
  /** The length of a step along a direction whose elements are of size 1: 1e-5; where a point is f32, 2⁻⁸. */
  readonly step?: number;
  /** The largest relative difference that passes: 1e-6; where a point is f32, 1e-2. */
  readonly tolerance?: number;
  readonly stream?: RandomStream;
}

/** A derivative, derived and measured. */
interface Comparison {
  readonly derived: number;
  readonly measured: number;
  /** |derived − measured| relative to the larger, or to 1 where both are small. */
  readonly error: number;
  /** Whether the function has a kink within the step, so that there is no one slope to compare with. */
  readonly kink: boolean;
}

/** The derivative along one direction, derived and measured. */
export type DirectionCheck = Comparison;

/** The partial derivative by one element. */
export interface ElementCheck extends Comparison {
  /** Which of the inputs. */
  readonly input: number;
  /** The type of that input, such as `f64[2, 3]`. */
  readonly type: string;
  /** Where in the input, an index for each axis. */
  readonly element: readonly number[];
  /** derived / measured: 2 for a factor that was forgotten, −1 for a sign. */
  readonly ratio: number;
}

export interface GradientCheck {
  readonly directions: readonly DirectionCheck[];
  /** The largest error away from kinks. */
  readonly largestError: number;
  /** Whether every direction away from kinks is within the tolerance, and there is one. */
  readonly passed: boolean;
  /** Of a check that failed the element with the largest error away from kinks, of the first thousand or so. */
  readonly worst?: ElementCheck;
}

/** How many elements are looked at one by one, at most, where a check failed. */
const MOST_ELEMENTS = 1024;

/** The sum of products with a fixed tensor, in f64: a function to one number whose slope shows in every element. */
const project = (value: Value, weights: Tensor): Value =>
  sum(multiply(value.dtype === 'f64' ? value : astype(value, 'f64'), constant(weights)));

const normal = (stream: RandomStream, shape: Shape): Tensor => convert(stream.normal(shape), 'f64');

/** A function to one number of the given order: the derivative along a direction, of the one before. */
function scalarized(
  f: Differentiable,
  points: readonly Tensor[],
  order: number,
  stream: RandomStream,
): Differentiable {
  if (order <= 1) {
    const { shape } = f(...points.map((point) => constant(point)));
    const weights = normal(stream, shape);
    return (...inputs) => project(f(...inputs), weights);
  }
  const lower = scalarized(f, points, order - 1, stream);
  const direction = points.map(({ shape }) => normal(stream, shape));
  return (...inputs) => {
    const gradients = gradientsBy(inputs, lower(...inputs));
    const terms = [...gradients].map(([index, g]) => project(g, at(direction, index)));
    return terms.reduce((total, term) => add(total, term), constant(0));
  };
}

/** The gradients of a value by those of several others that have some, by their indices. */
function gradientsBy(values: readonly Value[], of: Value): ReadonlyMap<number, Value> {
  const floats = values.flatMap((value, index) =>
    isFloat(value.dtype) ? [[String(index), value] as const] : [],
  );
  // What the function does not depend on has a slope of 0, which is compared as any other.
  const gradients = gradient(of, Object.fromEntries(floats), { unconnected: 'zeros' });
  return new Map(leaves(gradients).map(([index, each]) => [Number(index), each]));
}

/** The points a step along a direction; those of other dtypes than floats stay where they are. */
const shifted = (points: readonly Tensor[], direction: readonly Tensor[], by: number): readonly Tensor[] =>
  points.map((point, index) => {
    if (!isFloat(point.dtype)) return point;
    const slopes = at(direction, index).data;
    const moved = Float64Array.from(point.data, (x, i) => x + by * at(slopes, i));
    return convert(fromData('f64', point.shape, moved), point.dtype);
  });

/** The index of an element for each axis, from its place in row-major order. */
function indexOf(shape: Shape, place: number): readonly number[] {
  let rest = place;
  const reversed = shape.toReversed().map((size) => {
    const index = rest % size;
    rest = (rest - index) / size;
    return index;
  });
  return reversed.reverse();
}

/** Errors are compared so that NaN is the worst. */
const badness = ({ error }: Comparison): number => (Number.isNaN(error) ? Infinity : error);

/**
 * Compares gradients with central differences along random directions. A direction along which the function has a kink
 * within the step is told apart by the function's values alone: its slopes on the two sides stay different when the
 * step shrinks. A wrong gradient is no kink. Where a point is f32, the function runs in f32 as it is used, and its
 * rounding is divided by the step: steps are longer then and the tolerance is wider. To check a formula closely, give
 * it f64.
 * @param points a tensor for each input of `f`; those that are neither f64 nor f32 are held fixed
 * @example checkGradients((x) => tanh(x), [tensor([-1, 0, 2])]).passed // true
 */
export function checkGradients(
  f: Differentiable,
  points: readonly Tensor[],
  options: CheckOptions = {},
): GradientCheck {
  const single = points.some(({ dtype }) => dtype === 'f32');
  const { order = 1, directions = 3, stream = numpyLegacy(0) } = options;
  const { step = single ? 2 ** -8 : 1e-5, tolerance = single ? 1e-2 : 1e-6 } = options;
  const inputs = points.map(({ shape, dtype }, index) => input(`x${index}`, shape, dtype));
  const value = scalarized(f, points, order, stream)(...inputs);
  const gradients = gradientsBy(inputs, value);
  const nodes = nodesUnder([value, ...gradients.values()]);
  const run = (place: readonly Tensor[]): ReadonlyMap<Value, Tensor> =>
    evaluateNodes(nodes, new Map(inputs.map((each, index) => [each, at(place, index)])));
  const here = run(points);
  const valueNodes = nodesUnder([value]);
  const valueAt = (place: readonly Tensor[]): number => {
    const given = new Map(inputs.map((each, index) => [each, at(place, index)]));
    return at(lookup(evaluateNodes(valueNodes, given), value).data, 0);
  };
  const f0 = at(lookup(here, value).data, 0);

  const compare = (direction: readonly Tensor[]): Comparison => {
    const slopes = (h: number): readonly [left: number, right: number] => [
      (f0 - valueAt(shifted(points, direction, -h))) / h,
      (valueAt(shifted(points, direction, h)) - f0) / h,
    ];
    const [left, right] = slopes(step);
    const [innerLeft, innerRight] = slopes(step / 4);
    const measured = (left + right) / 2;
    const derived = [...gradients].reduce(
      (total, [index, each]) => total + dot(lookup(here, each), at(direction, index)),
      0,
    );
    const size = Math.max(Math.abs(derived), Math.abs(measured), 1);
    const jump = Math.abs(right - left);
    // Between smooth sides the jump shrinks with the step; at a kink it stays. In f32 both are blurred by rounding.
    const kink = jump > (single ? 0.1 : 1e-3) * size && Math.abs(innerRight - innerLeft) > jump / 2;
    return { derived, measured, error: Math.abs(derived - measured) / size, kink };
  };

  /** The partial derivatives one by one, as many as there are or a thousand. */
  const elements = function* (): Generator<ElementCheck> {
    let left = MOST_ELEMENTS;
    const still = points.map(({ shape }) => zeros(shape));
    for (const index of gradients.keys()) {
      const { shape, dtype } = at(points, index);
      const count = Math.min(left, sizeOf(shape));
      left -= count;
      for (let place = 0; place < count; place++) {
        const unit = Float64Array.from({ length: sizeOf(shape) }, (_, i) => (i === place ? 1 : 0));
        const compared = compare(still.with(index, fromData('f64', shape, unit)));
        const ratio = compared.derived / compared.measured;
        const type = formatType({ dtype, shape });
        yield { ...compared, input: index, type, element: indexOf(shape, place), ratio };
      }
    }
  };

  const checks = Array.from({ length: directions }, () =>
    compare(points.map(({ shape }) => normal(stream, shape))),
  );
  const smooth = checks.filter(({ kink }) => !kink);
  const largestError = Math.max(0, ...smooth.map(({ error }) => error));
  const passed = smooth.length > 0 && smooth.every(({ error }) => error <= tolerance);
  if (passed || smooth.length === 0) return { directions: checks, largestError, passed };
  let worst: ElementCheck | undefined;
  for (const each of elements()) {
    if (!each.kink && (worst === undefined || badness(each) > badness(worst))) worst = each;
  }
  return { directions: checks, largestError, passed, ...(worst && { worst }) };
}

/**
 * A check in one line: that it passed and how closely, or where it failed worst.
 * @example renderCheck(checkGradients((x) => tanh(x), [tensor([2])])).startsWith('passed: the largest relative error is ') // true
 */
export function renderCheck({ directions, largestError, passed, worst }: GradientCheck): string {
  const short = (x: number): string => String(Number(x.toPrecision(6)));
  if (passed) return `passed: the largest relative error is ${largestError.toExponential(1)}`;
  if (directions.every(({ kink }) => kink)) {
    return 'failed: there is a kink within the step in every direction, so that there is no slope to compare with; move the points away from it';
  }
  if (worst === undefined) return `failed: the largest relative error is ${largestError.toExponential(1)}`;
  const { input: index, type, element, derived, measured, ratio } = worst;
  const place = `element [${element.join(', ')}] of input ${index}, ${type}`;
  return `failed: worst by ${place}: derived ${short(derived)}, measured ${short(measured)}, ratio ${short(ratio)}`;
}

function dot({ data: x }: Tensor, { data: y }: Tensor): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += at(x, i) * at(y, i);
  return total;
}
