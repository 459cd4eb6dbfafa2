import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import { aName, aRecord, expectArgument, strings } from '../value/argument.js';
import { checked } from '../file/codec.js';

/** io-ts checks of what plugins bring. They give the thing itself, not a copy: things are told apart by identity. */

/** What is looked up by its name. */
export interface Named {
  readonly name: string;
}

/** A check of anything. */
export type Check<T = unknown> = t.Decoder<unknown, T>;

/** A check from its name and what it does. */
export function check<T>(name: string, validate: t.Validate<unknown, T>): Check<T> {
  const made: Check<T> = {
    name,
    validate,
    decode: (u) => validate(u, [{ key: '', type: made, actual: u }]),
  };
  return made;
}

/** An object, or a function, whose properties can be read. */
export const isObject = (u: unknown): u is Readonly<Record<string, unknown>> =>
  (typeof u === 'object' && u !== null) || typeof u === 'function';

/** A text that is not empty. */
export const nameCheck: t.Type<string, unknown> = checked(
  'a name',
  (u): u is string => typeof u === 'string' && u !== '',
);

/** A function. What it takes and gives cannot be checked: that is its author's word. */
export const functionCheck: t.Type<(...given: never[]) => unknown, unknown> = checked(
  'a function',
  (u): u is (...given: never[]) => unknown => typeof u === 'function',
);

/** One of some texts. */
export function oneOf<const L extends readonly string[]>(...texts: L): t.Type<L[number], unknown> {
  expectArgument('oneOf', 'texts', texts, strings);
  return checked(texts.join(' or '), (u): u is L[number] => texts.some((text) => text === u));
}

/** What may be left out. */
export const optional = <T>(inner: Check<T>): Check<T | undefined> =>
  check(inner.name, (u, context) => (u === undefined ? t.success(u) : inner.validate(u, context)));

/** All errors of the parts of something. */
const errorsWithin = (
  context: t.Context,
  parts: readonly (readonly [key: string, part: unknown, check: Check])[],
): t.Errors =>
  parts.flatMap(([key, actual, type]) => {
    const result = type.validate(actual, [...context, { key, type, actual }]);
    return E.isLeft(result) ? result.left : [];
  });

/** A list of what passes `inner`. */
export const listOf = (inner: Check): Check<readonly unknown[]> =>
  check(`a list, of ${inner.name} each`, (u, context) => {
    if (!Array.isArray(u)) return t.failure(u, context);
    const entries: readonly unknown[] = u;
    const errors = errorsWithin(
      context,
      entries.map((entry, index) => [String(index), entry, inner] as const),
    );
    return errors.length > 0 ? t.failures(errors) : t.success(entries);
  });

/**
 * An object, or a function with properties, that has a name and these fields, and whatever else it likes.
 * @param name what it is, such as `an optimizer`
 * @param fields the checks of the fields; what `T` has beyond them is its author's word
 */
export function thing<T extends Named>(name: string, fields: Readonly<Record<string, Check>>): Check<T> {
  expectArgument('thing', 'name', name, aName);
  expectArgument('thing', 'fields', fields, aRecord);
  return fieldsCheck<T>(name, { name: nameCheck, ...fields });
}

/** An object, or a function with properties, that has these fields, and whatever else it likes. */
export function fieldsCheck<T>(name: string, fields: Readonly<Record<string, Check>>): Check<T> {
  const checks = Object.entries(fields);
  return check(name, (u, context) => {
    if (!isObject(u)) return t.failure(u, context);
    const errors = errorsWithin(
      context,
      checks.map(([key, field]) => [key, u[key], field] as const),
    );
    const passed = (whole: unknown): whole is T => whole === u && errors.length === 0;
    return passed(u) ? t.success(u) : t.failures(errors);
  });
}
