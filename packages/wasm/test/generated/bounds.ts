import * as a from '@adjoint/core';
import {
  constant,
  interpreter,
  isFloat,
  program,
  scalar,
  type DType,
  type FloatDType,
  type Scalar,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { evaluate } from './evaluate.js';
import { tensorOf } from './numbers.js';
import type { Sample } from './samples.js';

/** How far each element of a result may be from what the interpreter gives. */
export type Bound = (index: number) => number;
/** The operands of the sample are those that the op saw. */
export type BoundOf = (sample: Sample, expected: Tensor, node: a.Node) => Bound;

/** The largest relative error of one rounding, and the least number above 0. */
const unit = (dtype: DType): number => (dtype === 'f64' ? 2 ** -53 : dtype === 'f32' ? 2 ** -24 : 0);
const least = (dtype: DType): number => (dtype === 'f64' ? 2 ** -1074 : dtype === 'f32' ? 2 ** -149 : 0);

/** The same bits, −0 and NaN included. */
export const exactly: BoundOf = () => () => 0;

/**
 * n · (2 unit · Σ |terms| + least) for sums of n terms: each is rounded n times on either side, by no more than a unit
 * of Σ |terms|, which is what the op itself gives of absolute values. A product may lose the least number there is.
 */
export const sums =
  (terms: (operands: readonly Shape[], out: Shape) => number): BoundOf =>
  ({ operands, build }, { dtype, shape }) => {
    const n = terms(
      operands.map((operand) => operand.shape),
      shape,
    );
    const absolute = (x: Tensor): Value => constant(tensorOf(x.dtype, x.shape, Array.from(x.data, Math.abs)));
    const ofAbsolute = (): ArrayLike<number> => {
      const [out = constant(0)] = [build(...operands.map(absolute))].flat();
      return evaluate(interpreter, program({ outputs: { out } })).out?.data ?? [];
    };
    let data: ArrayLike<number> | undefined;
    return (index) => {
      data ??= ofAbsolute();
      return n * (2 * unit(dtype) * (data[index] ?? NaN) + least(dtype));
    };
  };

/** So many roundings of what is not larger than the result and `more` together. */
export const roundings =
  (count: (sample: Sample) => number, more: (sample: Sample) => number = () => 0): BoundOf =>
  (sample, { dtype, data }) =>
  (index) =>
    count(sample) * (unit(dtype) * (Math.abs(data[index] ?? NaN) + more(sample)) + least(dtype));

/** The distance between a float and the one above it; NaN where there is none. */
export function ulp(x: number, dtype: FloatDType): number {
  if (!Number.isFinite(x)) return NaN;
  const [digits, lowest] = dtype === 'f64' ? [52, -1074] : [23, -149];
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - digits, lowest);
}

/**
 * The functions that are not rounded exactly, and by how many units in the last place the two sides may differ: either
 * may be off itself, by 1 or 2.
 */
const approximate: Readonly<Partial<Record<string, number>>> = {
  ...{ power: 2, hypot: 2, exp: 2, expm1: 2, log: 2, log1p: 2, log2: 2, erf: 2, erfc: 2 },
  ...{ asin: 2, acos: 2, atan: 2, atan2: 2, asinh: 2, acosh: 2, atanh: 2 },
  ...{ sigmoid: 2, softplus: 2, logSigmoid: 2, logAddExp: 2 },
  ...{ sin: 2, cos: 2, tan: 2, sinh: 2, cosh: 2, tanh: 2 },
};

interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** The error of one application: what those of its operands make of it at most, and that of the function itself. */
function estimate(
  { fn, dtype }: Extract<Scalar, { kind: 'applied' }>,
  operands: readonly Estimate[],
): Estimate {
  const evaluator = dtype === 'i32' ? (fn.evaluateInteger ?? fn.evaluate) : fn.evaluate;
  const at = (values: readonly number[]): number => a.roundTo(dtype, evaluator(...values));
  const value = at(operands.map((operand) => operand.value));
  const corners = operands.reduce<readonly (readonly number[])[]>(
    (known, { value: x, error }) =>
      known.flatMap((corner) =>
        (error === 0 ? [x] : [x - error, x + error]).map((each) => [...corner, each]),
      ),
    [[]],
  );
  const moved = corners.map(at).map((each) => (Object.is(each, value) ? 0 : Math.abs(each - value)));
  const ulps = approximate[fn.name] ?? 0;
  // log(eˣ + eʸ) is the larger operand and what is added to it, which may cancel.
  const parts = fn.name === 'logAddExp' ? operands.map((operand) => Math.abs(operand.value)) : [];
  const rounds = ulps > 0 && isFloat(dtype) && Number.isFinite(value);
  const own = rounds ? ulps * ulp(Math.max(Math.abs(value), ...parts), dtype) : 0;
  return { value, error: Math.max(...moved) + own };
}

/** Of a map: what each function of its expression may be off, carried through those that follow. */
export const carried: BoundOf = ({ operands }, { shape }, { attributes }) => {
  const { parameters, body } = (attributes as a.MapAttributes).lambda; // the node is a map's
  const offsets = operands.map((x) => a.offsetsOf(shape, a.broadcastStrides(x.shape, shape)));
  return (index) => {
    const known = new Map<Scalar, Estimate>();
    parameters.forEach((parameter, at) => {
      known.set(parameter, { value: operands[at]?.data[offsets[at]?.[index] ?? 0] ?? NaN, error: 0 });
    });
    for (const part of scalar.partsOf(body)) {
      if (part.kind === 'constant') known.set(part, { value: part.value, error: 0 });
      if (part.kind !== 'applied') continue;
      const estimates = part.operands.flatMap((operand) => known.get(operand) ?? []);
      known.set(part, estimate(part, estimates));
    }
    return known.get(body)?.error ?? NaN;
  };
};
