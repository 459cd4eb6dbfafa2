import { aboveZero, decodeOptions, fraction, oneOf, options, renderError, wholeNumber } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, expectTypeOf, it } from 'vitest';

const taken = options({
  rate: { check: aboveZero, standard: 0.1, description: 'how fast' },
  decay: { check: fraction, standard: 0.5, description: 'how much stays' },
  mode: { check: oneOf('plain', 'centred'), standard: 'plain', description: 'which form' },
});
const rule = { name: 'rule', options: taken };
const decode = (given: Readonly<Record<string, unknown>>) => {
  const decoded = decodeOptions(rule, given);
  return E.isLeft(decoded) ? renderError(decoded.left) : decoded.right;
};

describe('options', () => {
  it('have defaults where they are not given', () => {
    expect(decode({})).toEqual({ rate: 0.1, decay: 0.5, mode: 'plain' });
    expect(decode({ decay: 0, mode: 'centred', rate: undefined })).toEqual({
      rate: 0.1,
      decay: 0,
      mode: 'centred',
    });
    const decoded = decodeOptions(rule, {});
    if (E.isRight(decoded))
      expectTypeOf(decoded.right).toEqualTypeOf<{ rate: number; decay: number; mode: string }>();
  });

  it.each([
    [{ decay: 1 }, '$.decay: expected a number from 0 up to, but not, 1, given 1 (an option of rule)'],
    [{ rate: 'fast' }, '$.rate: expected a number above 0, given "fast" (an option of rule)'],
    [{ mode: 'odd' }, '$.mode: expected plain or centred, given "odd" (an option of rule)'],
    [{ speed: 1 }, '$.speed: rule has no such option; it has rate, decay, mode'],
  ])('that are wrong are named with what was expected, and whose they are: %j', (given, message) => {
    expect(decode(given)).toBe(`invalid option at ${message}`);
  });

  it.each([
    [Promise.resolve(), 'an object of the class Promise'],
    [undefined, 'nothing'],
    [{ _tag: 'Left', left: [] }, 'an object with the keys _tag, left'],
  ])('whose check gives something that is no Either are a Left: %o', (given, found) => {
    // As plain JavaScript may write it.
    const broken = { ...rule.options, decode: () => given as never };
    const decoded = decodeOptions({ name: 'rule', options: broken }, {});
    expect(E.isLeft(decoded) && renderError(decoded.left)).toBe(
      `invalid plugin at $.rule.options: decoding the options of rule gives ${found}, not what io-ts gives\n` +
        '  Make them with options({ … }).',
    );
  });

  it('can be whole numbers within bounds', () => {
    expect([0, 1, 5, 6, 2.5].map((n) => wholeNumber(1, 5).is(n))).toEqual([false, true, true, false, false]);
    expect(wholeNumber(0, Infinity).name).toBe('a whole number from 0 on');
  });
});
