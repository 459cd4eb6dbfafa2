import { type Shape } from '@adjoint/core';
import { sizeOf } from '@adjoint/core/extend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Buffer, View } from '../../src/loop/kernel.js';
import { broadcastView, isContiguous, reshapeView, restride, wholeView } from '../../src/loop/view.js';

const buffer: Buffer = { name: 'x', dtype: 'f64', size: 1000, kind: 'kept' };
const indices: Buffer = { name: 'at', dtype: 'i32', size: 1000, kind: 'kept' };

/** Every index of a shape, in row-major order. */
const positionsOf = (shape: Shape): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (before, size) => before.flatMap((index) => Array.from({ length: size }, (_, at) => [...index, at])),
    [[]],
  );

/** Where an element lies, and where the indices lie that its address is computed from. */
const addressOf = ({ offset, strides, index }: View, position: readonly number[]): readonly number[] => [
  position.reduce((address, at, axis) => address + at * (strides[axis] ?? NaN), offset),
  ...(index === undefined ? [] : addressOf(index.by, position)),
];

const shapes = fc.array(fc.constantFrom(0, 1, 1, 2, 3, 4), { maxLength: 4 });

/** Strides as they come up: even ones, with gaps, stretched, backwards. */
const stridesFor = (shape: Shape): fc.Arbitrary<readonly number[]> =>
  fc
    .array(fc.constantFrom('even', 'even', 'even', 'gap', 'stretched', 'backwards'), {
      minLength: shape.length,
      maxLength: shape.length,
    })
    .map((kinds) => {
      const strides: number[] = [];
      let stride = 1;
      for (const [axis, size] of [...shape.entries()].toReversed()) {
        const kind = kinds[axis];
        if (kind === 'gap') stride = 2 * stride + 1;
        strides.unshift(kind === 'stretched' ? 0 : kind === 'backwards' ? -stride : stride);
        stride *= Math.max(size, 1);
      }
      return strides;
    });

const viewsOf = (shape: Shape): fc.Arbitrary<View> =>
  fc
    .record({ offset: fc.nat({ max: 9 }), strides: stridesFor(shape) })
    .map((place) => ({ buffer, ...place }));

/** The same, with indices that are data. */
const indexedViewsOf = (shape: Shape): fc.Arbitrary<View> =>
  fc
    .tuple(viewsOf(shape), viewsOf(shape))
    .map(([view, by]) => ({ ...view, index: { by: { ...by, buffer: indices }, stride: 7, size: 9 } }));

describe('restride', () => {
  it('changes a view and its indices alike: axes in another order are the same elements', () => {
    const sample = shapes.chain((shape) => {
      const axes = [...shape.keys()];
      return fc.record({
        shape: fc.constant(shape),
        order: fc.shuffledSubarray(axes, { minLength: axes.length }),
        view: indexedViewsOf(shape),
      });
    });
    fc.assert(
      fc.property(sample, ({ shape, order, view }) => {
        const turn = (list: readonly number[]): number[] => order.map((axis) => list[axis] ?? NaN);
        const turned = restride(view, turn);
        for (const position of positionsOf(shape))
          expect(addressOf(turned, turn(position))).toEqual(addressOf(view, position));
      }),
    );
  });
});

describe('broadcastView', () => {
  it('finds each element of the target at its element of the value', () => {
    const sample = shapes.chain((target) =>
      fc
        .record({
          dropped: fc.nat({ max: target.length }),
          ones: fc.array(fc.boolean(), { minLength: target.length, maxLength: target.length }),
        })
        .map(({ dropped, ones }) =>
          target.map((size, axis) => (ones[axis] === true ? 1 : size)).slice(dropped),
        )
        .chain((shape) =>
          fc.record({ shape: fc.constant(shape), target: fc.constant(target), view: indexedViewsOf(shape) }),
        ),
    );
    fc.assert(
      fc.property(sample, ({ shape, target, view }) => {
        const broadcast = broadcastView(view, shape, target);
        expect(broadcast.strides).toHaveLength(target.length);
        for (const position of positionsOf(target)) {
          const own = position
            .slice(target.length - shape.length)
            .map((at, axis) => (shape[axis] === 1 ? 0 : at));
          expect(addressOf(broadcast, position)).toEqual(addressOf(view, own));
        }
      }),
    );
  });
});

describe('isContiguous', () => {
  it('says whether the elements follow each other in memory', () => {
    const sample = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        view: fc.oneof(viewsOf(shape), fc.constant(wholeView(buffer, shape))),
      }),
    );
    fc.assert(
      fc.property(sample, ({ shape, view }) => {
        const found = positionsOf(shape).map((position) => addressOf(view, position)[0]);
        const followed = found.every((address, index) => address === view.offset + index);
        expect(isContiguous(view, shape)).toBe(followed);
      }),
    );
  });
});

describe('reshapeView', () => {
  /** Two shapes with the same number of elements, and a view of the first. */
  const sample = fc
    .array(fc.constantFrom(1, 2, 2, 3), { maxLength: 6 })
    .chain((factors) => {
      // Factors with a cut between them are axes of their own, the others multiply.
      const cut = fc
        .array(fc.boolean(), { minLength: factors.length, maxLength: factors.length })
        .map((cuts) =>
          factors.reduce<readonly number[]>(
            (shape, factor, index) =>
              cuts[index] === true || shape.length === 0
                ? [...shape, factor]
                : shape.with(-1, (shape.at(-1) ?? 1) * factor),
            [],
          ),
        );
      return fc.record({ from: cut, to: cut });
    })
    .chain(({ from, to }) => viewsOf(from).map((view) => ({ from, to, view })));

  it('finds the same elements in the same order, wherever strides can say so', () => {
    fc.assert(
      fc.property(sample, ({ from, to, view }) => {
        const wanted = positionsOf(from).map((position) => addressOf(view, position)[0] ?? NaN);
        const found = reshapeView(view, from, to);
        if (found !== undefined) {
          expect(positionsOf(to).map((position) => addressOf(found, position)[0])).toEqual(wanted);
          return;
        }
        // The first step along each axis says what its stride would have to be.
        const strides = to.map((size, axis) => {
          const step = sizeOf(to.slice(axis + 1));
          return size === 1 ? 0 : (wanted[step] ?? NaN) - (wanted[0] ?? NaN);
        });
        const only: View = { ...view, strides };
        expect(positionsOf(to).map((position) => addressOf(only, position)[0])).not.toEqual(wanted);
      }),
      { numRuns: 1000 },
    );
  });

  it('of nothing is nothing', () => {
    expect(reshapeView(wholeView(buffer, [2, 0]), [2, 0], [0, 3, 5])?.strides).toHaveLength(3);
  });
});
