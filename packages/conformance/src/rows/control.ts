import * as a from '@adjoint/core';
import { type Value } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { filled } from '../generate/numbers.js';
import { broadcasting, type Sampler } from '../generate/samples.js';
import { shapesOf } from '../generate/shapes.js';

/** Samples of ops that hold sub-graphs. */

const smaller = a.compositeWithPullback(
  'smaller',
  (...operands) => {
    const [x, y] = [at(operands, 0), at(operands, 1)];
    return a.where(a.less(x, y), x, y);
  },
  () => [],
);

export const calls: Sampler = (dtype) =>
  broadcasting([dtype, dtype], (x, y) => smaller(smaller(x, y), smaller(y, x)));

/** Two carries, one of which moves to the other's place; a sequence or a length; a constant. */
export const loops: Sampler = (dtype) =>
  fc
    .record({ shape: shapesOf(0, 2), length: fc.nat(5), reverse: fc.boolean(), sliced: fc.boolean() })
    .chain(({ shape, length, reverse, sliced }) => {
      const step = (x: Value, y: Value, z: Value): Value =>
        dtype === 'bool' ? a.notEqual(x, z) : a.subtract(a.multiply(x, y), z);
      const build = (start: Value, sequence: Value, weight: Value): readonly Value[] =>
        a.scan(
          (carries, slices, constants) => {
            const [x, y, w] = [at(carries, 0), at(carries, 1), at(constants, 0)];
            const next = step(y, w, sliced ? at(slices, 0) : x);
            return { carries: [next, x], stacked: [a.where(a.less(x, next), x, w), y] };
          },
          {
            init: [start, weight],
            constants: [weight],
            reverse,
            ...(sliced ? { sequences: [sequence] } : { length }),
          },
        );
      return fc
        .tuple(filled(dtype, shape), filled(dtype, [length, ...shape]), filled(dtype, shape))
        .map((operands) => ({ operands, build }));
    });

/** Bodies that give results of two types, one of them an operand as it is. */
export const branches: Sampler = (dtype) =>
  fc
    .record({ shape: shapesOf(0, 2), from: shapesOf(0, 2) })
    .chain(({ shape, from }) => fc.tuple(filled(dtype, shape), filled(dtype, shape), filled('bool', from)))
    .map((operands) => ({
      operands,
      build: (first, second, flags) => {
        const whereTrue = (inner: readonly Value[]): readonly Value[] => {
          const [x, y, z] = [at(inner, 0), at(inner, 1), at(inner, 2)];
          return [a.where(a.less(x, y), x, y), z];
        };
        const whereFalse = (inner: readonly Value[]): readonly Value[] => [
          at(inner, 0),
          a.logicalNot(at(inner, 2)),
        ];
        return a.cond(a.any(flags), whereTrue, whereFalse, [first, second, flags]);
      },
    }));
