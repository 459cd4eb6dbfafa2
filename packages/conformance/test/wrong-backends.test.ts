import { approximately, tensorOf, ulp } from '@adjoint/conformance';
import { fromData, interpreter, isFloat, type Tensor } from '@adjoint/core';
import { describe, expect, it } from 'vitest';
import { altered, failing, inGroups } from './running.js';

/** What is wrong with a backend is found, by the checks that it concerns. */

const each = (change: (x: number, of: Tensor) => number) =>
  altered((x) =>
    tensorOf(
      x.dtype,
      x.shape,
      Array.from(x.data, (element) => change(element, x)),
    ),
  );

/** The next float away from 0. */
const moved = each((x, { dtype }) =>
  isFloat(dtype) && Number.isFinite(x) && x !== 0 ? x + Math.sign(x) * ulp(x, dtype) : x,
);

describe('a wrong backend', () => {
  it('is found where it is off by one unit in the last place, and only in floats', async () => {
    const wrong = await failing(moved, inGroups('add', 'slice'));
    expect(Object.keys(wrong)).toEqual(['add of f64,f64', 'add of f32,f32', 'slice of f64', 'slice of f32']);
    expect(wrong['slice of f64']).toMatch(
      /output 0 differs from the interpreter's\n {2}\[\d+\]: .+, not .+ ± 0/,
    );
  });

  it('may be off where it says so', async () => {
    const accuracies = approximately(1);
    expect(await failing(moved, inGroups('exp', 'atan2', 'sigmoid'), { accuracies })).toEqual({});
    expect(Object.keys(await failing(moved, inGroups('exp')))).toEqual(['exp of f64', 'exp of f32']);
  });

  it.each([
    ['subnormal numbers are flushed', each((x) => (Math.abs(x) < 2 ** -1022 ? 0 * x : x))],
    ['zeros lose their sign', each((x) => (x === 0 ? 0 : x))],
    ['infinities are clamped', each((x) => Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE))],
    ['NaN becomes a number', each((x) => (Number.isNaN(x) ? 0 : x))],
  ])('is found where %s', async (_, backend) => {
    const wrong = await failing(backend, inGroups('negate', 'permuteDims', 'functions'), { runs: 30 });
    expect(Object.keys(wrong)).toEqual(
      expect.arrayContaining([
        'negate of f64',
        'permuteDims of f64',
        'functions negate of f64 is what the interpreter gives at special values',
      ]),
    );
  });

  it('is found where an output has another type', async () => {
    const flat = altered((x) => ({ ...x, shape: [x.data.length] }));
    expect(Object.values(await failing(flat, inGroups('matmul')))[0]).toMatch(
      /gives f\d\d\[\d+\], not f\d\d\[/,
    );
  });

  it('is found where an op lacks code', async () => {
    const wrong = await failing(interpreter, inGroups('random programs', 'take'), {
      uncovered: ({ graph }) =>
        graph.nodes.flatMap(({ op }) => (op.name === 'take' ? [op.name] : [])).slice(0, 1),
    });
    expect(Object.keys(wrong)).toEqual([
      'take of f64',
      'take of f32',
      'take of i32',
      'take of bool',
      'random programs of f64, 0 to 19',
      'random programs of f32, 0 to 19',
    ]);
    expect(wrong['take of i32']).toContain('interpreter has no code of its own for\n  take');
  });

  it('is found by random programs', async () => {
    const off = each((x) => x * (1 + 1e-3));
    const wrong = await failing(off, inGroups('random programs'));
    expect(wrong['random programs of f64, 0 to 19']).toMatch(/seed \d+: .+\[\d+\]: .+, not .+/);
  });

  it('is found where its results are not its own', async () => {
    const storage = new Float64Array(1);
    // Every single number is handed out in the same place.
    const sharing = altered((x) => {
      if (x.dtype !== 'f64' || x.shape.length > 0) return x;
      storage.set(x.data);
      return fromData('f64', [], storage);
    });
    expect(Object.keys(await failing(sharing, inGroups('an executable')))).toEqual([
      'an executable shares one state between programs, and takes another',
      'an executable hands out results that later runs leave alone',
    ]);
  });
});

describe('a backend that only waits', () => {
  it('has one kind of executable, and passes', async () => {
    const right = altered((x) => x);
    expect(await failing(right, inGroups('an executable', 'an executable that never waits', 'sum'))).toEqual(
      {},
    );
  });
});
