import { dtypes, input, isFloat, program, scalar, type DType, type ScalarFunction } from '@adjoint/core';
import { at, formatNumber, lookup, map, roundTo } from '@adjoint/core/extend';
import type { Check } from './check.js';
import { differences, expectNone } from '../compare/differences.js';
import { evaluate, interpreted } from '../compare/evaluate.js';
import { tensorOf } from '../generate/numbers.js';
import type { Suite } from './suite.js';

/** Every scalar function at numbers where formulas break: zeros, ones, infinities, NaN, the ends of the range. */

const specials: readonly number[] = [
  ...[0, -0, 1, -1, 0.5, 2, 3, Infinity, -Infinity, NaN],
  ...[5e-324, -5e-324, 1e-310, 1e308, -1e308, 1e40],
];

async function expectSameAtSpecials(suite: Suite, fn: ScalarFunction, dtype: DType): Promise<void> {
  const points = specials.map((x) => roundTo(dtype, x));
  // Each operand at every point, for every point of the operands before it.
  const columns = Array.from({ length: fn.arity }, (_, operand) =>
    Array.from({ length: points.length ** fn.arity }, (_each, index) =>
      at(points, Math.floor(index / points.length ** (fn.arity - 1 - operand)) % points.length),
    ),
  );
  const length = points.length ** fn.arity;
  const parameters = columns.map((_, operand) => scalar.argument(`x${operand}`, dtype));
  const inputs = columns.map((_, operand) => input(`x${operand}`, [length], dtype));
  const applied = program({ outputs: { y: map(fn.name, { parameters, body: fn(...parameters) }, inputs) } });
  const feeds = Object.fromEntries(
    columns.map((column, operand) => [`x${operand}`, tensorOf(dtype, [length], column)] as const),
  );
  const expected = lookup(new Map(Object.entries(interpreted(applied, feeds))), 'y');
  const { y: found } = await evaluate(suite.backend, applied, feeds);
  const operandsAt = (index: number): readonly number[] => columns.map((column) => at(column, index));
  const bound = (index: number): number =>
    suite.accuracies[fn.name]?.(at(expected.data, index), expected.dtype, operandsAt(index)) ?? 0;
  const label = (index: number): string => `${fn.name}(${operandsAt(index).map(formatNumber).join(', ')})`;
  expectNone("differs from the interpreter's", differences(found, expected, bound, label));
}

export const functionChecks = (suite: Suite): readonly Check[] =>
  dtypes.filter(isFloat).flatMap((dtype) =>
    suite.plugins
      .flatMap(({ scalarFunctions = [] }) => scalarFunctions)
      .filter(({ arity, signature }) => arity < 3 && ['float', 'number', 'comparison'].includes(signature))
      .map((fn) => ({
        group: 'functions',
        name: `${fn.name} of ${dtype} is what the interpreter gives at special values`,
        check: () => expectSameAtSpecials(suite, fn, dtype),
      })),
  );
