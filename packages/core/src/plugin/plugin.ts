import * as E from 'fp-ts/lib/Either.js';
import semver from 'semver';
import type { Backend } from '../program/backend.js';
import { invalid, type AdjointError } from '../value/error.js';
import type { Names, Op } from '../ir/op.js';
import type { Update } from '../program/program.js';
import type { RandomSource, RandomStream } from './stream.js';
import type { ScalarFunction } from '../scalar/expression.js';
import type { Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import type { Value } from '../ir/value.js';

/** The version that a plugin's `core` range is compared with. */
export const coreVersion = '0.1.0';

/** How parameters follow from gradients: builds nodes, so that a training step is one program. */
export interface Optimizer {
  readonly name: string;
  /** The optimizer's own state for these parameters, its paths below `path`. */
  readonly init: (parameters: readonly Value[], path: string) => readonly Value[];
  /** The steps to be subtracted from the parameters, and the updates of the optimizer's state. */
  readonly update: (
    gradients: readonly Value[],
    state: readonly Value[],
    parameters: readonly Value[],
  ) => { readonly steps: readonly Value[]; readonly updates: readonly Update[] };
}

/** An optimizer by name, for configurations: each takes what it needs of the options. */
export interface OptimizerFactory {
  readonly name: string;
  readonly create: (options: { readonly learningRate: number; readonly momentum: number }) => Optimizer;
}

/** The start of a parameter. */
export interface Initializer {
  readonly name: string;
  readonly create: (shape: Shape, stream: RandomStream) => Tensor;
}

/** A number, rank 0, from a prediction and its target. */
export interface Loss {
  readonly name: string;
  /** What the prediction is: values as they are, logits of probabilities, or logits of a distribution over the last axis. */
  readonly takes: 'values' | 'logits' | 'distributions';
  readonly build: (prediction: Value, target: Value) => Value;
}

/** What a package adds to Adjoint. A plain object: importing one has no side effect. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  /** The versions of core that it works with, as a semver range. */
  readonly core: string;
  /** Other plugins that must be there, as semver ranges by name. */
  readonly requires?: Readonly<Record<string, string>>;
  readonly scalarFunctions?: readonly ScalarFunction[];
  readonly ops?: readonly Op[];
  readonly optimizers?: readonly OptimizerFactory[];
  readonly initializers?: readonly Initializer[];
  readonly losses?: readonly Loss[];
  readonly backends?: readonly Backend[];
  readonly randomSources?: readonly RandomSource[];
}

interface Kinds {
  readonly scalarFunctions: ScalarFunction;
  readonly ops: Op;
  readonly optimizers: OptimizerFactory;
  readonly initializers: Initializer;
  readonly losses: Loss;
  readonly backends: Backend;
  readonly randomSources: RandomSource;
}

/** The things of a set of plugins by name, for names that come from files, command lines and configurations. */
export type Registry = Names & { readonly [K in keyof Kinds]: ReadonlyMap<string, Kinds[K]> } & {
  readonly plugins: readonly Plugin[];
};

/** Collects one kind of thing; a name with two owners is an error that names both, the same object twice is fine. */
function collect<K extends keyof Kinds>(
  kind: K,
  plugins: readonly Plugin[],
  errors: AdjointError[],
): ReadonlyMap<string, Kinds[K]> {
  const owners = new Map<string, { readonly plugin: string; readonly thing: Kinds[K] }>();
  for (const plugin of plugins) {
    // `plugin[kind]` is a list of `Kinds[kind]`: the two interfaces declare it key by key.
    for (const thing of (plugin[kind] ?? []) as readonly Kinds[K][]) {
      const owner = owners.get(thing.name);
      if (owner === undefined) owners.set(thing.name, { plugin: plugin.name, thing });
      else if (owner.thing !== thing) {
        const problem = `both "${owner.plugin}" and "${plugin.name}" bring "${thing.name}"`;
        errors.push(invalid('plugin', [plugin.name, kind], problem, 'Rename one, or leave one plugin out.'));
      }
    }
  }
  return new Map([...owners].map(([name, { thing }]) => [name, thing]));
}

function checkPlugin(plugin: Plugin, plugins: readonly Plugin[]): readonly AdjointError[] {
  const { name, version, core, requires = {} } = plugin;
  const fault = (problem: string): AdjointError => invalid('plugin', [name], problem);
  if (semver.valid(version) === null) return [fault(`its version "${version}" is not a semver version`)];
  if (semver.validRange(core) === null) return [fault(`its core range "${core}" is not a semver range`)];
  return [
    ...(semver.satisfies(coreVersion, core)
      ? []
      : [fault(`needs core ${core}, installed is ${coreVersion}`)]),
    ...Object.entries(requires).flatMap(([required, range]) => {
      const found = plugins.find((other) => other.name === required);
      if (found === undefined) return [fault(`needs the plugin "${required}" ${range}, which is not there`)];
      return semver.satisfies(found.version, range)
        ? []
        : [fault(`needs the plugin "${required}" ${range}, installed is ${found.version}`)];
    }),
  ];
}

/**
 * The registry of some plugins; it never changes: with a new plugin, create a new one.
 * @returns Left with all errors at once: clashing names, unmet versions, missing plugins
 * @example createRegistry([corePlugin, { name: 'mine', version: '1.0.0', core: '^0.1.0' }]).right.plugins.length // 2
 */
export function createRegistry(given: readonly Plugin[]): E.Either<readonly AdjointError[], Registry> {
  const plugins = [...new Set(given)];
  const errors: AdjointError[] = plugins.flatMap((plugin) => checkPlugin(plugin, plugins));
  for (const [index, { name }] of plugins.entries()) {
    if (plugins.findIndex((other) => other.name === name) !== index) {
      errors.push(invalid('plugin', [name], 'two plugins have this name'));
    }
  }
  const scalarFunctions = collect('scalarFunctions', plugins, errors);
  const ops = collect('ops', plugins, errors);
  const registry: Registry = {
    plugins,
    scalarFunctions,
    ops,
    optimizers: collect('optimizers', plugins, errors),
    initializers: collect('initializers', plugins, errors),
    losses: collect('losses', plugins, errors),
    backends: collect('backends', plugins, errors),
    randomSources: collect('randomSources', plugins, errors),
    scalarFunction: (name) => scalarFunctions.get(name),
    op: (name) => ops.get(name),
  };
  return errors.length > 0 ? E.left(errors) : E.right(registry);
}
