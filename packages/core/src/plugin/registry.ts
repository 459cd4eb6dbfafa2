import * as E from 'fp-ts/lib/Either.js';
import satisfies from 'semver/functions/satisfies.js';
import validVersion from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import type { Names } from '../ir/grammar.js';
import { cut, quoted } from '../support/describe.js';
import { argumentFault, everyOf, sort, type Sort } from '../value/argument.js';
import { attempt, invalid, type AdjointError } from '../value/error.js';
import { isObject, type Named } from './check.js';
import { coreKinds, type CoreKind, type Kind, type ThingOf } from './kind.js';
import { coreVersion } from '../support/version.js';
import { checkPlugin, someKinds, type Plugin } from './plugin.js';

/** A list, without holes, of which each plugin is checked by itself. */
const somePlugins: Sort<readonly unknown[]> = sort(
  'a list of plugins, as in [corePlugin]',
  (u): u is readonly unknown[] => everyOf(u, (each): each is unknown => each !== undefined),
);

type Maps<K extends Kind> = { readonly [Each in K as Each['key']]: ReadonlyMap<string, ThingOf<Each>> };

/**
 * The things of a set of plugins by name, for names that come from files, command lines and configurations:
 * `registry.ops.get('matmul')`. It has core's kinds, and the kinds `K` that it was created with.
 */
export type Registry<K extends Kind = never> = Names &
  Maps<CoreKind> &
  Maps<K> & { readonly plugins: readonly Plugin<K>[] };

/** What no kind can have as its key, since a plugin or the registry has something else there. */
const reserved = ['name', 'version', 'core', 'requires', 'plugins', 'op', 'scalarFunction'];

function kindFaults(kinds: readonly Kind[]): readonly AdjointError[] {
  return kinds.flatMap(({ key }, index) => {
    const fault = (problem: string): AdjointError => invalid('plugin', ['kinds', key], problem);
    if (reserved.includes(key)) return [fault('this cannot be the key of a kind')];
    return kinds.findIndex((other) => other.key === key) === index ? [] : [fault('two kinds have this key')];
  });
}

function versionFaults<K extends Kind>(
  { name, version, core, requires = {} }: Plugin<K>,
  plugins: readonly Plugin<K>[],
): readonly AdjointError[] {
  const fault = (problem: string): AdjointError => invalid('plugin', [name], problem);
  if (validVersion(version) === null)
    return [fault(`its version ${quoted(version)} is not a semver version`)];
  if (validRange(core) === null) return [fault(`its core range ${quoted(core)} is not a semver range`)];
  return [
    ...(satisfies(coreVersion, core) ? [] : [fault(`needs core ${cut(core)}, installed is ${coreVersion}`)]),
    ...Object.entries(requires).flatMap(([required, range]) => {
      const found = plugins.find((other) => other.name === required);
      if (found === undefined)
        return [fault(`needs the plugin ${quoted(required)} ${cut(range)}, which is not there`)];
      return satisfies(found.version, range)
        ? []
        : [fault(`needs the plugin ${quoted(required)} ${cut(range)}, installed is ${cut(found.version)}`)];
    }),
  ];
}

/** Collects the things of one kind; a name with two owners is an error that names both, the same thing twice is fine. */
function collect<T extends Named>(
  { key, check, companions }: Kind<string, T>,
  plugins: readonly Named[],
  errors: AdjointError[],
): ReadonlyMap<string, T> {
  const owners = new Map<string, { readonly plugin: string; readonly thing: T }>();
  for (const plugin of plugins) {
    for (const entry of entriesOf(plugin, key)) {
      const decoded = check.decode(entry);
      // What is not of the kind is among the errors of its plugin.
      if (E.isLeft(decoded)) continue;
      for (const thing of [decoded.right, ...(companions?.(decoded.right) ?? [])]) {
        const owner = owners.get(thing.name);
        if (owner === undefined) owners.set(thing.name, { plugin: plugin.name, thing });
        else if (owner.thing !== thing) {
          const problem = `both ${quoted(owner.plugin)} and ${quoted(plugin.name)} bring ${quoted(thing.name)}`;
          errors.push(invalid('plugin', [plugin.name, key], problem, 'Rename one, or leave one plugin out.'));
        }
      }
    }
  }
  return new Map([...owners].map(([name, { thing }]) => [name, thing]));
}

function entriesOf(plugin: unknown, key: string): readonly unknown[] {
  const list = isObject(plugin) ? plugin[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/**
 * The registry of some plugins; it never changes: with a new plugin, create a new one.
 * @param given the plugins, core's own among them
 * @param kinds what they may bring beside the things of core's kinds, such as `learnKinds`
 * @returns Left with all errors at once: what is not in a plugin's form, clashing names and kinds, unmet versions,
 *   missing plugins
 * @example createRegistry([corePlugin, { name: 'mine', version: '1.0.0', core: '^0.1.0' }]).right.plugins.length // 2
 */
export function createRegistry<K extends Kind = never>(
  given: readonly Plugin<NoInfer<K>>[],
  kinds: readonly K[] = [],
): E.Either<readonly AdjointError[], Registry<K>> {
  const fault =
    argumentFault(['createRegistry', 'plugins'], given, somePlugins) ??
    argumentFault(['createRegistry', 'kinds'], kinds, someKinds);
  if (fault !== undefined) return E.left([fault]);
  // Getters of plugins are their own code.
  const made = attempt('reading the plugins', () => registryOf(given, kinds));
  return E.isLeft(made) ? E.left([made.left]) : made.right;
}

function registryOf<K extends Kind>(
  given: readonly Plugin<K>[],
  kinds: readonly K[],
): E.Either<readonly AdjointError[], Registry<K>> {
  const [candidates, others] = [[...new Set(given)], [...new Set(kinds)]];
  const all: readonly Kind[] = [...coreKinds, ...others];
  const errors: AdjointError[] = [...kindFaults(all)];
  // What is no object at all, or cannot be read, has no name that could clash.
  const plugins: Plugin<K>[] = [];
  const sound: Plugin<K>[] = [];
  for (const plugin of candidates) {
    const checked = checkPlugin(plugin, others);
    if (E.isRight(checked)) sound.push(plugin);
    else errors.push(...checked.left);
    const isRead = E.isRight(checked) || checked.left.every(({ tag }) => tag !== 'ThrownError');
    if (isRead && isObject(plugin)) plugins.push(plugin);
  }
  errors.push(...sound.flatMap((plugin) => versionFaults(plugin, plugins)));
  for (const [index, plugin] of plugins.entries()) {
    if (plugins.findIndex(({ name }) => name === plugin.name) !== index) {
      errors.push(invalid('plugin', [plugin.name], 'two plugins have this name'));
    }
  }
  // Each kind's key has the map of its things, which its check typed.
  const maps = Object.fromEntries(
    all.map((kind) => [kind.key, collect(kind, plugins, errors)]),
  ) as Maps<CoreKind> & Maps<K>;
  const registry: Registry<K> = {
    ...maps,
    plugins,
    scalarFunction: (name: string) => maps.scalarFunctions.get(name),
    op: (name: string) => maps.ops.get(name),
  };
  Object.freeze(registry);
  return errors.length > 0 ? E.left(errors) : E.right(registry);
}
