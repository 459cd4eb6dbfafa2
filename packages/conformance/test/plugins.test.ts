import { conformance, derived, fitting, none, one, row, type Rows } from '@adjoint/conformance';
import * as a from '@adjoint/core';
import { elementwise, interpreter, scalar, type Value } from '@adjoint/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failing, inGroups, pluginOf } from './running.js';

/** What a plugin brings is tested as core's is. */

const mish = elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x))));
const doubled = a.composite('doubled', (x: Value): Value => a.add(x, x));
const rowOfDoubled: Rows = { doubled: row('opaque', one(none, doubled)) };

describe('an op of a plugin', () => {
  it('needs no row where it is elementwise', async () => {
    const groups = inGroups('mish', 'the table');
    expect(await failing(interpreter, groups, { plugins: [pluginOf(mish)] })).toEqual({});
    const names = conformance(interpreter, { plugins: [pluginOf(mish)] }).filter(
      ({ group }) => group === 'mish',
    );
    expect(names.map(({ name }) => name)).toEqual(['of f64', 'of f32']);
  });

  it('is missed by its name where it has no row', async () => {
    const wrong = await failing(interpreter, inGroups('the table'), { plugins: [pluginOf(mish, doubled)] });
    expect(wrong).toEqual({
      'the table has a row for every op there is, and no other':
        'ops without a row: give them one in the option `rows`\n  doubled',
    });
  });

  it('is tested by the row that is given', async () => {
    const options = { plugins: [pluginOf(doubled)], rows: rowOfDoubled };
    const groups = inGroups('doubled', 'the table');
    expect(await failing(interpreter, groups, options)).toEqual({
      // The row says so, wrongly: 32-bit integers are added too.
      'doubled refuses i32': 'takes i32',
    });
  });

  it('is missed where only its row is there', async () => {
    const wrong = await failing(interpreter, inGroups('the table'), { rows: rowOfDoubled });
    expect(Object.values(wrong)).toEqual(['rows without an op\n  doubled']);
  });
});

describe('a row that follows from a primitive', () => {
  const rows: Rows = {
    permuteDims: derived(a.permuteDims, (shape) => fitting.orders(shape).map((axes) => ({ axes }))),
    matmul: derived(a.matmul, () => fc.constant({})),
    sum: derived(a.sum, (shape) => fc.record({ axes: fitting.someAxes(shape), keepDims: fc.boolean() })),
  };
  const namesOf = (group: string): readonly string[] =>
    conformance(interpreter, { rows }).flatMap((each) => (each.group === group ? [each.name] : []));

  it('has the dtypes that the type rule takes', () => {
    expect(namesOf('permuteDims')).toEqual(['of f64', 'of f32', 'of i32', 'of bool']);
    expect(namesOf('matmul')).toEqual(['of f64', 'of f32', 'refuses i32', 'refuses bool']);
    expect(namesOf('sum')).toEqual(['of f64', 'of f32', 'of i32', 'refuses bool']);
  });

  it('holds', async () => {
    expect(await failing(interpreter, inGroups('permuteDims', 'matmul', 'sum'), { rows })).toEqual({});
  });

  it('is refused where the type rule takes nothing', () => {
    expect(() => derived(a.permuteDims, () => fc.constant({ axes: [7] }))).toThrow(
      'no operands were found that permuteDims takes',
    );
  });
});
