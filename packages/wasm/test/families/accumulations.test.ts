import {
  constant,
  dtypes,
  einsum,
  fromData,
  interpreter,
  isFloat,
  negate,
  program,
  scalar,
  type DType,
  type Scalar,
  type Shape,
  type Tensor,
  type Value,
} from '@adjoint/core';
import { allocate, at, prefix, reduction, sizeOf } from '@adjoint/core/extend';
import { wasm } from '@adjoint/wasm';
import { describe, expect, it } from 'vitest';
import { right, run } from '../running.js';

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

/** The value, unless its type rule refuses the dtype. */
function legal(make: () => Value): readonly Value[] {
  try {
    return [make()];
  } catch (error) {
    expect(String(error)).toMatch(/does not take/);
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

/** Compiles values as one program: one of each would take much longer. */
function expectAgreement(values: readonly Value[]): void {
  if (values.length === 0) return;
  const outputs = Object.fromEntries(values.map((value, index) => [`out${index}`, value]));
  const programs = { p: program({ outputs }) };
  const [compiled, expected] = [wasm, interpreter].map(
    (backend) => right(right(backend.compileSync(programs)).runSync('p', {})).outputs,
  );
  expect(compiled).toEqual(expected);
}

describe('a reduction', () => {
  it.each(cases)('by %s', (_name, { combine, accumulator, element }) => {
    const op = reduction(
      { name: 'reduced' },
      { combine, ...accumulator, ...element, empty: 1, differentiable: false },
    );
    expectAgreement(
      operands.flatMap((operand) => {
        const x = constant(operand);
        return [
          ...legal(() => op(x)),
          ...(operand.shape.length > 0 ? legal(() => op(x, { axes: [-1] })) : []),
          ...(isFloat(operand.dtype) ? legal(() => negate(op(negate(x)))) : []),
        ];
      }),
    );
  });
});

describe('a prefix', () => {
  const all = cases.filter(([, { element }]) => element.element === undefined);
  it.each(all)('by %s', (_name, { combine, accumulator }) => {
    const op = prefix({ name: 'accumulated' }, { combine, ...accumulator, differentiable: false });
    const withAxes = operands.filter(({ shape }) => shape.length > 0);
    expectAgreement(
      [false, true].flatMap((reverse) =>
        withAxes.flatMap((operand) => legal(() => op(constant(operand), { axis: -1, reverse }))),
      ),
    );
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
