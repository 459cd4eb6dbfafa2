import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts/lib/index.js';
import { describe, quoted } from '../support/describe.js';
import { last } from '../support/list.js';
import { argumentFault, everyOf, isRecord, sort, type Sort } from '../value/argument.js';
import { attempt, invalid, type AdjointError } from '../value/error.js';
import { check, isObject, listOf, nameCheck, optional, thing, type Check } from './check.js';
import { coreKinds, type CoreKind, type Kind, type ThingOf } from './kind.js';

export { coreVersion } from '../support/version.js';

interface Head {
  readonly name: string;
  readonly version: string;
  /** The versions of core that it works with, as a semver range. */
  readonly core: string;
  /** Other plugins that must be there, as semver ranges by name. */
  readonly requires?: Readonly<Record<string, string>>;
}

/** Lists of things by the keys of their kinds. */
type Lists<K extends Kind> = { readonly [Each in K as Each['key']]?: readonly ThingOf<Each>[] };

/**
 * What a package adds to Adjoint. A plain object: importing one has no side effect. It brings things of core's kinds,
 * and of the kinds `K` of other packages, such as learn's optimizers.
 */
export type Plugin<K extends Kind = never> = Head & Lists<CoreKind> & Lists<K>;

const ranges: Check = t.record(t.string, t.string, 'semver ranges by name');

/** What kinds are, for plain JavaScript that calls with something else. */
export const someKinds: Sort<readonly Kind[]> = sort(
  'a list of kinds, such as learnKinds',
  (u): u is readonly Kind[] =>
    everyOf(
      u,
      (each): each is Kind =>
        isRecord(each) &&
        typeof each.key === 'string' &&
        isRecord(each.check) &&
        typeof each.check.decode === 'function',
    ),
);

/** The check of a plugin of core's kinds and some others. A misspelt key is an error. */
export function pluginCheck<K extends Kind>(kinds: readonly K[]): Check<Plugin<K>> {
  const lists = [...coreKinds, ...kinds].map(({ key, check: one }) => [key, optional(listOf(one))] as const);
  const fields: Readonly<Record<string, Check>> = {
    version: nameCheck,
    core: nameCheck,
    requires: optional(ranges),
    ...Object.fromEntries(lists),
  };
  const keys = ['name', ...Object.keys(fields)];
  const known = thing<Plugin<K>>('a plugin: { name, version, core, … }', fields);
  return check(known.name, (u, context) => {
    const unknown = isObject(u) ? Object.keys(u).filter((key) => !keys.includes(key)) : [];
    const misspelt = unknown.map((key): t.ValidationError => {
      return { value: u, context, message: `unknown key ${quoted(key)}; expected ${keys.join(', ')}` };
    });
    const result = known.validate(u, context);
    const errors = [...misspelt, ...(E.isLeft(result) ? result.left : [])];
    return errors.length > 0 ? t.failures(errors) : result;
  });
}

/** The name of what is at fault, where it has one. */
const nameOf = (u: unknown): string | undefined =>
  isObject(u) && typeof u.name === 'string' && u.name !== '' ? u.name : undefined;

/** A fault by its path from the plugin's name; an entry of a list goes by its own name. */
function toError({ context, message, value }: t.ValidationError): AdjointError {
  const path = context.map(({ key, actual }) => nameOf(actual) ?? (/^\d+$/.test(key) ? Number(key) : key));
  const expected = `expected ${last(context).type.name}`;
  // A check that says only what it expects is helped by what there is.
  const problem =
    message === undefined || message === expected ? `${expected}, found ${describe(value)}` : message;
  return invalid(
    'plugin',
    path.filter((part) => part !== ''),
    problem,
  );
}

/**
 * What a file exports, or what plain JavaScript gives, as a plugin.
 * @param kinds the kinds that it may bring beside core's
 * @returns Left with all that is not in a plugin's form: each error's path names plugin, list, entry and field
 */
export const checkPlugin = <K extends Kind = never>(
  candidate: unknown,
  kinds: readonly K[] = [],
): E.Either<readonly AdjointError[], Plugin<K>> => {
  const fault = argumentFault(['checkPlugin', 'kinds'], kinds, someKinds);
  if (fault !== undefined) return E.left([fault]);
  // Its getters are its own code.
  const read = attempt(`reading ${titleOfPlugin(candidate)}`, () =>
    pipe(
      pluginCheck(kinds).decode(candidate),
      E.mapLeft((errors) => errors.map(toError)),
    ),
  );
  return E.isLeft(read) ? E.left([read.left]) : read.right;
};

/** What an error calls a plugin, of which not even the name need be readable. */
function titleOfPlugin(candidate: unknown): string {
  try {
    const name = nameOf(candidate);
    return name === undefined ? 'a plugin' : `the plugin ${quoted(name)}`;
  } catch {
    return 'a plugin';
  }
}
