import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { checked } from '../file/codec.js';
import { at, last } from '../support/list.js';
import { attempt, invalid, type AdjointError } from '../value/error.js';
import { check, isObject, nameCheck, type Check } from './check.js';
import { describe } from '../support/describe.js';
import {
  aNumber,
  aRecord,
  argumentFault,
  expectArgument,
  isRecord,
  readRecord,
  sort,
  unexpected,
  type Sort,
} from '../value/argument.js';

/** Options of things that are found by name, such as a learning rate: configurations and command lines give them. */

/** One option. */
export interface Option<T = unknown> {
  readonly check: Check<T>;
  /** What it is where it is not given. */
  readonly standard: T;
  /** What it does, for help texts. */
  readonly description: string;
}

/** The io-ts check of a record of options: any of them are given, and all of them come out. */
export interface Options<O = unknown> extends Check<O> {
  readonly fields: Readonly<Record<string, Option>>;
}

/**
 * The options of these names. Each may be left out, and a misspelt one is an error.
 * @example options({ rate: { check: aboveZero, standard: 0.1, description: 'how fast' } }).decode({}).right // {"rate":0.1}
 */
export function options<O extends object>(fields: {
  readonly [Key in keyof O]: Option<O[Key]>;
}): Options<O> {
  expectArgument('options', 'fields', fields, aRecord);
  const named: readonly (readonly [string, Option])[] = Object.entries(fields);
  const made = check<O>(`{ ${Object.keys(fields).join(', ')} }`, (u, context) => {
    if (!isObject(u)) return t.failure(u, context);
    const errors: t.Errors = [];
    const decoded: Record<string, unknown> = {};
    for (const key of Object.keys(u)) {
      if (Object.hasOwn(fields, key)) continue;
      errors.push({ value: u[key], context: [...context, { key, type: all }], message: 'no such option' });
    }
    for (const [key, { check: type, standard }] of named) {
      const actual = u[key];
      const result =
        actual === undefined ? E.right(standard) : type.validate(actual, [...context, { key, type, actual }]);
      if (E.isLeft(result)) errors.push(...result.left);
      else decoded[key] = result.right;
    }
    // Each key has what its check gave, or its default, and no other is there.
    return errors.length > 0 ? t.failures(errors) : t.success(decoded as O);
  });
  const all: Options<O> = { ...made, fields: Object.fromEntries(named) };
  return all;
}

/** The check of what something by name says of its options: that `options` made it. */
export const optionsCheck: Check<Options> = check('what options(…) gives', (u, context) => {
  const made = (each: unknown): each is Options =>
    isObject(each) && typeof each.decode === 'function' && isObject(each.fields);
  return made(u) ? t.success(u) : t.failure(u, context);
});

const hasOptions: Sort = sort(
  'something with a name and options, as in { name, options: options({ … }) }',
  (u): u is unknown => isRecord(u) && nameCheck.is(u.name) && E.isRight(optionsCheck.decode(u.options)),
);

/**
 * The options of something by name, complete.
 * @returns Left that names the option, what was expected, and what it is an option of
 */
export function decodeOptions<O>(
  of: { readonly name: string; readonly options: Options<O> },
  given: Readonly<Record<string, unknown>>,
): E.Either<AdjointError, O> {
  const stranger = argumentFault(['decodeOptions', 'of'], of, hasOptions);
  if (stranger !== undefined) return E.left(stranger);
  const { name, options: expected } = of;
  const copy = readRecord(given);
  if (copy === undefined) return E.left(unexpected(['decodeOptions', 'given'], given, aRecord));
  // Their author may have written `decode` in plain JavaScript.
  return E.flatten(
    attempt(`the options of ${name}`, () => {
      const decoded: unknown = expected.decode(copy);
      if (!isDecoded(decoded)) {
        const problem = `decoding the options of ${name} gives ${describe(decoded)}, not what io-ts gives`;
        return E.left(invalid('plugin', [name, 'options'], problem, 'Make them with options({ … }).'));
      }
      // What is right is the type's author's word.
      return E.isRight(decoded) ? (decoded as E.Right<O>) : E.left(optionFault(name, expected, decoded.left));
    }),
  );
}

function optionFault(name: string, expected: Options, errors: t.Errors): AdjointError {
  const { context, value, message } = at(errors, 0);
  const { key, type } = last(context);
  const problem =
    type === expected
      ? `${name} has no such option; it has ${Object.keys(expected.fields).join(', ') || 'none'}`
      : `${message ?? `expected ${type.name}`}, given ${describe(value)} (an option of ${name})`;
  return invalid('option', [key], problem);
}

/** Whether something is what `decode` of io-ts gives. */
const isDecoded = (u: unknown): u is t.Validation<unknown> =>
  isObject(u) &&
  ((u._tag === 'Right' && 'right' in u) || (u._tag === 'Left' && Array.isArray(u.left) && u.left.length > 0));

/** A finite number above 0. */
export const aboveZero: t.Type<number, unknown> = checked(
  'a number above 0',
  (u): u is number => typeof u === 'number' && Number.isFinite(u) && u > 0,
);

/** A part of a whole that is less than the whole, such as a decay. */
export const fraction: t.Type<number, unknown> = checked(
  'a number from 0 up to, but not, 1',
  (u): u is number => typeof u === 'number' && u >= 0 && u < 1,
);

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): t.Type<number, unknown> {
  expectArgument('wholeNumber', 'least', least, aNumber);
  expectArgument('wholeNumber', 'most', most, aNumber);
  return checked(
    `a whole number from ${least} ${most === Infinity ? 'on' : `to ${most}`}`,
    (u): u is number => Number.isSafeInteger(u) && Number(u) >= least && Number(u) <= most,
  );
}
