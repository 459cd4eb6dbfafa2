import * as E from 'fp-ts/lib/Either.js';
import { dtypes, isDType, type DType } from './dtype.js';
import { describe } from '../support/describe.js';
import { AdjointException, invalid, refuse, type AdjointError } from './error.js';
import { limits } from './limits.js';
import { faultOfShape, type Shape } from './shape.js';

/**
 * What functions take. TypeScript knows it too; plain JavaScript passes anything, and a sentence at the entrance says
 * more than a TypeError from within.
 */

/** A sort of arguments: how to tell one, and what to say where something else is given. */
export interface Sort<T = unknown> {
  /** With its article, behind "expected". */
  readonly name: string;
  /** Whether something is one. It may throw what a getter of that throws. */
  is(given: unknown): given is T;
  /** What to do instead, from what was given. */
  remedy?(given: unknown): string | undefined;
}

/** Whether something is of a sort; what cannot be read is of none. */
export function isOf<T>(sort: Sort<T>, given: unknown): given is T {
  try {
    return sort.is(given);
  } catch {
    return false;
  }
}

/** Where an argument stands: the function's name, the parameter's, and keys that lead into it. */
export type ArgumentPath = readonly [fn: string, parameter: string | number, ...keys: (string | number)[]];

/** What is wrong with something that should be of a sort; `undefined` where it is. */
export function argumentFault(path: ArgumentPath, given: unknown, sort: Sort): AdjointError | undefined {
  return isOf(sort, given) ? undefined : unexpected(path, given, sort);
}

/** The error of something that is not of a sort. */
export const unexpected = (path: ArgumentPath, given: unknown, of: Sort): AdjointError =>
  invalid('argument', path, `expected ${of.name}, found ${describe(given)}`, remedyFor(of, given));

/** What to do instead of giving something that is not of a sort; nothing where it cannot be read. */
export function remedyFor(of: Sort, given: unknown): string | undefined {
  try {
    return of.remedy?.(given);
  } catch {
    return undefined;
  }
}

/**
 * Checks an argument of a function that throws.
 * @throws AdjointException where it is not of this sort
 */
export function expectArgument<T>(
  fn: string,
  parameter: string | number,
  given: unknown,
  of: Sort<T>,
): asserts given is T {
  if (!isOf(of, given)) throw new AdjointException(unexpected([fn, parameter], given, of));
}

// Sorts

/** A sort from its name and how to tell one. */
export const sort = <T>(
  name: string,
  is: (given: unknown) => given is T,
  remedy?: string | ((given: unknown) => string | undefined),
): Sort<T> => ({
  name,
  is,
  ...(remedy === undefined ? {} : { remedy: typeof remedy === 'string' ? () => remedy : remedy }),
});

/** An object with keys of its own, as literals make them: no list, and of no class. */
export function isRecord(u: unknown): u is Readonly<Record<string, unknown>> {
  if (typeof u !== 'object' || u === null || Array.isArray(u)) return false;
  const prototype: unknown = Object.getPrototypeOf(u);
  // Realms have an `Object` each: what has no prototype in turn is one of them.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether it is a list of these. Not `every`, which runs over holes, however many there are. */
export const everyOf = <T>(u: unknown, is: (element: unknown) => element is T): u is readonly T[] => {
  if (!Array.isArray(u)) return false;
  const elements: readonly unknown[] = u;
  for (const element of elements) if (!is(element)) return false;
  return true;
};

export const aNumber: Sort<number> = sort('a number', (u): u is number => typeof u === 'number');
export const anInteger: Sort<number> = sort('an integer', (u): u is number => Number.isSafeInteger(u));
export const aNatural: Sort<number> = sort(
  'a natural number',
  (u): u is number => Number.isSafeInteger(u) && Number(u) >= 0,
);
export const aCount: Sort<number> = sort(
  'a whole number from 1 on',
  (u): u is number => Number.isSafeInteger(u) && Number(u) >= 1,
);
export const aBoolean: Sort<boolean> = sort('true or false', (u): u is boolean => typeof u === 'boolean');
export const aString: Sort<string> = sort('a text', (u): u is string => typeof u === 'string');
export const aName: Sort<string> = sort(
  'a name, which is a text that is not empty',
  (u): u is string => typeof u === 'string' && u !== '',
);
export const aFunction: Sort<(...given: never[]) => unknown> = sort(
  'a function',
  (u): u is (...given: never[]) => unknown => typeof u === 'function',
);
export const aRecord: Sort<Readonly<Record<string, unknown>>> = sort('a record, as in { key: … }', isRecord);

/** A list of elements of one sort. */
export const listOf = <T>(name: string, of: Sort<T>): Sort<readonly T[]> =>
  sort(name, (u): u is readonly T[] => everyOf(u, (element): element is T => of.is(element)), bracketed);

/** What is no list at all was probably meant as one. */
const bracketed = (given: unknown): string | undefined =>
  Array.isArray(given) ? undefined : 'Write a list in brackets, even of one.';

export const aList: Sort<readonly unknown[]> = sort(
  'a list',
  (u): u is readonly unknown[] => Array.isArray(u),
  bracketed,
);
export const integers: Sort<readonly number[]> = listOf('a list of integers', anInteger);
export const naturals: Sort<readonly number[]> = listOf('a list of natural numbers', aNatural);
export const strings: Sort<readonly string[]> = listOf('a list of texts', aString);
export const aShape: Sort<Shape> = sort(
  'a shape, as in [2, 3]',
  // How many elements there may be is seen where they are: a graph may speak of more.
  (u): u is Shape => naturals.is(u) && u.length <= limits.rank,
  (u) =>
    Array.isArray(u)
      ? faultOfShape(u)
      : 'A shape is a list of sizes, one for each axis; [] is that of a single number.',
);
export const aDType: Sort<DType> = sort(`a dtype (${dtypes.join(', ')})`, isDType);

/** A record of things of one sort. */
export const recordOf = <T>(name: string, of: Sort<T>): Sort<Readonly<Record<string, T>>> =>
  sort(
    name,
    (u): u is Readonly<Record<string, T>> => isRecord(u) && Object.values(u).every((each) => of.is(each)),
  );

export const aMap: Sort<ReadonlyMap<unknown, unknown>> = sort(
  'a Map',
  (u): u is ReadonlyMap<unknown, unknown> => u instanceof Map,
);

/** What may be left out. */
export const optional = <T>(of: Sort<T>): Sort<T | undefined> => ({
  ...of,
  is: (u): u is T | undefined => u === undefined || of.is(u),
});

export const aType: Sort<{ readonly dtype: DType; readonly shape: Shape }> = sort(
  'a type, as in { dtype: "f64", shape: [2, 3] }',
  (u): u is { readonly dtype: DType; readonly shape: Shape } =>
    typeof u === 'object' &&
    u !== null &&
    'dtype' in u &&
    isDType(u.dtype) &&
    'shape' in u &&
    aShape.is(u.shape),
);

// Records of options

/** The sort of a record of options, which `expectOptions` looks into. */
export const optionsOf = <O extends object>(name: string): Sort<O> =>
  // What stands in it is seen by \`expectOptions\`.
  sort(name, (u): u is O => isRecord(u));

/** The sorts of options by their keys. Each may be left out, or be undefined. */
export type OptionSorts = Readonly<Record<string, Sort>>;

const optionsSort = (options: OptionSorts): Sort =>
  sort(`options, as in { ${Object.keys(options).join(', ')} }`, isRecord);

/** What is wrong with the options of a record. A misspelt key is an error, not a default. */
function optionsFault(
  fn: string,
  given: Readonly<Record<string, unknown>>,
  options: OptionSorts,
): AdjointError | undefined {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(options, key));
  if (unknown !== undefined) {
    const expected = Object.keys(options).join(', ');
    return invalid('argument', [fn, unknown], `no such option; expected ${expected}`);
  }
  for (const [key, of] of Object.entries(options)) {
    const value = given[key];
    const fault = value === undefined ? undefined : argumentFault([fn, key], value, of);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * Checks a record of options of a function that throws.
 * @throws AdjointException where it is none, a key is none of these, or an option is not of its sort
 */
export function expectOptions(fn: string, given: unknown, options: OptionSorts): void {
  if (!isOf(aRecord, given)) {
    throw new AdjointException(unexpected([fn, 'options'], given, optionsSort(options)));
  }
  const fault = optionsFault(fn, given, options);
  if (fault !== undefined) throw new AdjointException(fault);
}

/** The options of a function that gives an Either: a copy, so that no getter is asked again. */
export function readOptions<O extends object>(
  fn: string,
  given: O,
  options: OptionSorts,
): E.Either<AdjointError, O> {
  const copy = readRecord(given);
  if (copy === undefined) return E.left(unexpected([fn, 'options'], given, optionsSort(options)));
  const fault = optionsFault(fn, copy, options);
  // The copy has the options that were given, and each is of its sort.
  return fault === undefined ? E.right(copy as O) : E.left(fault);
}

/** What stands in a record, each getter asked once; `undefined` where it is none, or cannot be read. */
export function readRecord(given: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    return isRecord(given) ? { ...given } : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses what stands in place of a number, as in `x * 2`, or of a text. */
export function refuseAsNumber(what: string, module: string, hint: string): never {
  if (hint === 'string') {
    refuse('argument', [], `${what} has no text of its own`, 'Its print has: print, or scalar.formatScalar.');
  }
  const [product, sum] = [`${module}multiply(x, 2)`, `${module}add(x, y)`];
  refuse('argument', [], `${what} is not a number`, `Write ${product} for x * 2, and ${sum} for x + y.`);
}

// What makers of ops take

/** @param maker the function that was called */
export function requireName(maker: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '') return;
  refuse('argument', [maker, 'name'], `expected a name, found ${describe(name)}`, 'The name comes first.');
}

/**
 * @param owner the name of what is made
 * @param operands the most operands that the function is called with, where there is a most
 */
export function requireFunction(owner: string, parameter: string, given: unknown, operands?: number): void {
  if (typeof given !== 'function') {
    refuse('argument', [owner, parameter], `expected a function, found ${describe(given)}`);
  }
  if (operands !== undefined && given.length > operands) {
    const problem = `expected a function of ${operands}, found one of ${given.length}`;
    refuse('argument', [owner, parameter], problem, 'Each operand of the op is one of the function.');
  }
}
