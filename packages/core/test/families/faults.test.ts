import { createRegistry, input, renderError, scalar, type Value } from '@adjoint/core';
import {
  build1,
  contraction,
  control,
  join,
  opaque,
  prefix,
  reduction,
  refused,
  view,
  views,
  type Letters,
  type View,
} from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';

/** What is wrong in the record of an op is an error that names it, before code runs by it. */

const x = input('x', [3]);

/** The message of what a function throws. */
function thrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && error.name === 'AdjointException') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const { walk, walks, repeated, viewFrom } = views;

describe('the view of a record', () => {
  const shown = (found: View): Value => {
    const odd = view(
      { name: 'odd' },
      { view: () => E.right(found), transpose: 'unodd', behind: 'same' },
      (operand: Value): Value => build1(odd, [operand], {}),
    );
    return odd(x);
  };

  it.each<[string, View, string]>([
    ['begins outside', { start: [100], axes: [walk(1, 0)] }, 'shows 100 to 100 of axis 0, which has 3'],
    ['ends outside', { start: [1], axes: [walk(3, 0)] }, 'shows 1 to 3 of axis 0, which has 3'],
    ['walks out at the front', { start: [0], axes: [walk(2, 0, -1)] }, 'shows -1 to 0 of axis 0'],
    ['walks out together', { start: [0], axes: [walk(2, 0), walk(3, 0)] }, 'shows 0 to 3 of axis 0'],
    ['begins between elements', { start: [0.5], axes: [] }, 'shows 0.5 to 0.5 of axis 0'],
    ['does not begin', { start: [], axes: [] }, 'begins at 0 axes, and the whole has 1'],
    ['is of another rank', viewFrom([3], [walk(1, 1)]), 'walks along axis 1, and the whole has 1'],
    ['has an odd size', viewFrom([3], [repeated(-1)]), 'has an axis of size -1'],
  ])('that %s is refused', (_what, found, problem) => {
    expect(thrown(() => shown(found))).toContain(`odd: its view ${problem}`);
  });

  it('may be anywhere where it shows nothing', () => {
    expect(shown({ start: [7], axes: [walk(0, 0)] }).shape).toEqual([0]);
  });
});

describe('the layout of a record', () => {
  const laid = (size: number, ...parts: readonly View[]): Value => {
    const odd = join(
      { name: 'odd' },
      { layout: () => E.right({ shape: [size], parts }), transpose: 'unodd', behind: 'same' },
      (...operands: readonly Value[]): Value => build1(odd, operands, {}),
    );
    return odd(x, x);
  };
  const from = (start: number, size = 3): View => ({ start: [start], axes: walks([size]) });

  it.each<[string, readonly View[], string]>([
    ['with too few parts', [from(0)], 'it lays out 1 parts of 2'],
    ['with a part of another size', [from(0, 2), from(2)], 'it lays out operand 0 as [2]'],
    ['with a part outside', [from(0), from(4)], 'operand 1: its view shows 4 to 6 of axis 0'],
  ])('%s is refused', (_what, parts, problem) => {
    expect(thrown(() => laid(6, ...parts))).toContain(`odd: ${problem}`);
  });

  it('that leaves something over is refused, unless something fills it', () => {
    expect(thrown(() => laid(7, from(0), from(3)))).toContain('the parts have 6 elements, the whole 7');
    expect(laid(6, from(0), from(3)).shape).toEqual([6]);
  });
});

describe('the letters of a record', () => {
  const multiplied = (letters: Letters): Value => {
    const odd = contraction(
      { name: 'odd', arity: 2 },
      { letters: () => E.right(letters) },
      (...operands: readonly Value[]): Value => build1(odd, operands, {}),
    );
    return odd(x, x);
  };

  it.each<[string, Letters, string]>([
    ['for other operands', { operands: [['i']], result: ['i'] }, 'letters for 1 operands, given 2'],
    ['of another rank', { operands: [['i', 'j'], ['i']], result: ['j'] }, 'operand 0 should have a letter'],
    ['that stand alone', { operands: [['i'], ['j']], result: ['i'] }, 'the letter j occurs once'],
    ['that no operand has', { operands: [['i'], ['i']], result: ['z'] }, 'the letter z occurs once'],
    ['twice in one place', { operands: [['i'], ['i']], result: ['i', 'i'] }, 'occurs twice in one place'],
  ])('%s are refused', (_what, letters, problem) => {
    expect(thrown(() => multiplied(letters))).toContain(`odd: `);
    expect(thrown(() => multiplied(letters))).toContain(problem);
  });
});

const never = (): never => {
  throw new Error('it is not applied');
};

describe('a record in plain JavaScript', () => {
  it.each<[string, () => unknown, string]>([
    [
      'without a transpose',
      // @ts-expect-error TypeScript refuses it too
      () => view({ name: 'odd' }, { view: () => refused(''), behind: 'same' }, never),
      '$.odd.transpose: this rule is missing',
    ],
    [
      'that does not say what a batch is',
      // @ts-expect-error TypeScript refuses it too
      () => join({ name: 'odd' }, { layout: () => refused(''), transpose: 'unodd' }, never),
      '$.odd.behind: this rule is missing',
    ],
    [
      'with a rule that its family has not',
      () =>
        view(
          { name: 'odd' },
          // @ts-expect-error TypeScript refuses it too
          { view: () => refused(''), transpose: 'unodd', behind: 'same', recognise: never },
          never,
        ),
      '$.odd.recognise: an op of the family view has no such rule',
    ],
    [
      'of control, without a pullback',
      () =>
        control(
          { name: 'odd', attributes: { body: 'graph' } },
          // @ts-expect-error TypeScript refuses it too
          { types: () => refused(''), kernel: never, specialize: (_inputs, own) => E.right(own) },
          never,
        ),
      '$.odd: the op has no pullback',
    ],
    [
      'that says it is differentiable, and not how',
      // @ts-expect-error TypeScript refuses it too
      () => opaque({ name: 'odd' }, { types: () => refused(''), kernel: never, differentiable: true }, never),
      '$.odd: the op has no pullback',
    ],
    [
      'of a reduction that says it is differentiable, and not how',
      // @ts-expect-error TypeScript refuses it too
      () => reduction({ name: 'odd' }, { combine: scalar.maximum, differentiable: true }),
      '$.odd: the reduction has no derivative',
    ],
    [
      'of a prefix that combines by a function that is in no table',
      // @ts-expect-error TypeScript refuses it too
      () => prefix({ name: 'odd' }, { combine: (a, b) => scalar.add(a, b), differentiable: false }),
      '$.odd.combine: it should be a scalar function itself, such as scalar.add',
    ],
  ])('%s is refused', (_what, make, problem) => {
    expect(thrown(make)).toContain(problem);
  });
});

describe('a registry', () => {
  const faults = (...plugins: readonly unknown[]): readonly string[] => {
    // @ts-expect-error TypeScript refuses it too
    const registry = createRegistry(plugins);
    return E.isLeft(registry) ? registry.left.map(renderError) : [];
  };
  const withAttributes = (attributes: unknown): readonly string[] => {
    const { kind, name, family } = opaque(
      { name: 'odd' },
      { types: () => refused(''), kernel: never, differentiable: false },
      () => never(),
    );
    const op = { kind, name, family, attributes };
    return faults({ name: 'mine', version: '1.0.0', core: '^0.1.0', ops: [op] });
  };

  it('refuses what is no plugin', () => {
    expect(faults(null)).toEqual([expect.stringContaining('expected a plugin')]);
  });

  it('refuses words for attributes that there are not', () => {
    expect(withAttributes({ axes: 'axees' })).toEqual([
      expect.stringContaining('$.mine.ops.odd.attributes: "axees" describes no attribute; the words are'),
    ]);
    expect(withAttributes({ parts: { list: { from: 'integer?', to: 7 } } })).toEqual([
      expect.stringContaining('7 describes no attribute'),
    ]);
    expect(withAttributes({ parts: { list: { from: 'integer?', to: ['integer', 'axes'] } } })).toEqual([]);
  });
});
