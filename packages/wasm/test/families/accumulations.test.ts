import {
  constant,
  dtypes,
  einsum,
  fromData,
  isFloat,
  negate,
  scalar,
  type DType,
  type Scalar,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { allocate, at, prefix, reduction, sizeOf } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';
import { interpreted, run } from '../running.js';

/** Every way in which a record may accumulate: compiled code gives what the interpreter gives. */

// The first six have code; the last two run their own kernels.
const combines = {
  add: scalar.add,
  multiply: scalar.multiply,
  maximum: scalar.maximum,
  minimum: scalar.minimum,
  and: scalar.and,
  or: scalar.or,
  hypot: scalar.hypot,
  notEqual: scalar.notEqual,
};

const elements: Readonly<Record<string, (x: Scalar) => Scalar>> = {
  'its square': (x) => scalar.square(x),
  'whether it is not 0': (x) => scalar.notEqual(x, x.dtype === 'bool' ? scalar.constant(0, 'bool') : 0),
  'it as f64': (x) => scalar.convertTo.f64(x),
  'it as f32': (x) => scalar.convertTo.f32(x),
  'it as i32': (x) => scalar.convertTo.i32(x),
  'a number': () => scalar.constant(2, 'f32'),
};

const shapes: readonly Shape[] = [[], [1], [0], [3, 0], [2, 1, 5], [2, 19]];

/** Powers of two, so that the order in which they are combined makes no difference. */
const powers = [2, -1, 0.5, 1, -4, 0.25, -0];

const numbers = (dtype: DType, shape: Shape): Tensor => {
  const data = allocate(dtype, sizeOf(shape));
  data.forEach((_, index) => {
    const power = at(powers, index % powers.length);
    data[index] = dtype === 'bool' ? Number(power > 0) : power;
  });
  return fromData(dtype, shape, data);
};

/** The value, unless its type rule refuses the dtype or the shape. */
function legal(make: () => Value): readonly Value[] {
  try {
    return [make()];
  } catch (error) {
    expect(String(error)).toMatch(/does not take|has no result for no elements/);
    return [];
  }
}

interface Case {
  readonly combine: scalar.BinaryScalar;
  readonly accumulator: { readonly accumulator?: 'f64' };
  readonly element: { readonly element?: (x: Scalar) => Scalar };
}

const cases = Object.entries(combines).flatMap(([name, combine]) =>
  [{}, { accumulator: 'f64' as const }].flatMap((accumulator) =>
    [
      ['it', {}] as const,
      ...Object.entries(elements).map(([title, element]) => [title, { element }] as const),
    ].map(([title, element]): readonly [string, Case] => [
      `${name} of ${title}${'accumulator' in accumulator ? ' in f64' : ''}`,
      { combine, accumulator, element },
    ]),
  ),
);

const operands: readonly Tensor[] = dtypes.flatMap((dtype) => shapes.map((shape) => numbers(dtype, shape)));

function expectAgreement(made: readonly Value[]): void {
  for (const value of made) {
    const [compiled, expected] = [run(value), interpreted(value)];
    expect([compiled.dtype, compiled.shape]).toEqual([expected.dtype, expected.shape]);
    expect([...compiled.data]).toEqual([...expected.data]);
  }
}

describe('a reduction', () => {
  it.each(cases)('by %s', (_name, { combine, accumulator, element }) => {
    for (const empty of [{}, { empty: 1 }]) {
      const op = reduction(
        { name: 'reduced' },
        { combine, ...accumulator, ...element, ...empty, differentiable: false },
      );
      for (const operand of operands) {
        const x = constant(operand);
        expectAgreement(legal(() => op(x)));
        if (operand.shape.length > 0) expectAgreement(legal(() => op(x, { axes: [-1] })));
        if (isFloat(operand.dtype)) expectAgreement(legal(() => negate(op(negate(x)))));
      }
    }
  });
});

describe('a prefix', () => {
  const all = cases.filter(([, { element }]) => element.element === undefined);
  it.each(all)('by %s', (_name, { combine, accumulator }) => {
    const op = prefix({ name: 'accumulated' }, { combine, ...accumulator, differentiable: false });
    for (const operand of operands.filter(({ shape }) => shape.length > 0)) {
      for (const reverse of [false, true]) {
        expectAgreement(legal(() => op(constant(operand), { axis: -1, reverse })));
      }
    }
  });

  it('in f64 rounds what it stores alone', () => {
    const op = prefix({ name: 'accumulated' }, { combine: scalar.add, accumulator: 'f64' });
    expectAgreement([op(constant([2 ** 24, 1, 1, 1, -0], 'f32'))]);
  });
});

describe('products', () => {
  it('of f32 in f64 do not overflow on the way', () => {
    const op = reduction(
      { name: 'product' },
      { combine: scalar.multiply, accumulator: 'f64', empty: 1, differentiable: false },
    );
    const x = constant([1e30, 1e30, 1e-30], 'f32');
    expect(at(run(op(x)).data, 0)).toBeCloseTo(Math.fround(1e30), -26);
    expectAgreement([op(x)]);
  });

  it.each(['i,i,i->i', 'i,i,i->'])('of three factors overflow alike: %s', (equation) => {
    const [large, small] = [constant([1e30, 2], 'f32'), constant([1e-30, 3], 'f32')];
    expectAgreement([einsum(equation, large, large, small), einsum(equation, large, small, large)]);
  });
});
