import {
  checkPlugin,
  coreKinds,
  corePlugin,
  createRegistry,
  renderError,
  type AdjointError,
  type Kind,
  type Named,
  type Plugin as PluginOf,
  type Registry as RegistryOf,
} from '@adjoint/core';
import { at, attempt, errorOf, invalid } from '@adjoint/core/extend';
import { learnKinds, learnPlugin, type LearnKind } from '@adjoint/learn';
import { randomPlugin } from '@adjoint/random';
import { wasmPlugin } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { statSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitingFor } from './terminal/guard.js';

/** Plugins of everything that the example uses: those of learn's kinds among them. */
export type Plugin = PluginOf<LearnKind>;
export type Registry = RegistryOf<LearnKind>;

export const standardPlugins: readonly Plugin[] = [corePlugin, randomPlugin, learnPlugin, wasmPlugin];

/** Errors in one line, a sentence each. */
const inOneLine = (errors: readonly AdjointError[]): string =>
  errors
    .map(({ remedy, ...error }) => {
      const said = renderError(error).replace(/\s*\n\s*/g, ' ');
      return remedy === undefined ? said : `${said}. ${remedy}`;
    })
    .join('; ');

/** What a file threw: all of an error of Adjoint's, for it ends with what to do; of others the first line. */
function thrownText(error: unknown): string {
  if (isTypesFile(error)) {
    const remedy = 'Node strips types from 22.18 on: use that, or compile the file to JavaScript';
    return `Node ${process.version} does not run TypeScript. ${remedy}`;
  }
  const thrown = errorOf(error, 'it');
  if (thrown.tag !== 'ThrownError') return inOneLine([thrown]);
  return at(thrown.problem.replace(/^(?:Error|AdjointException): /, '').split('\n'), 0);
}

/** Whether Node refused a file for its extension, one of TypeScript's. */
const isTypesFile = (error: unknown): boolean =>
  error instanceof TypeError &&
  'code' in error &&
  error.code === 'ERR_UNKNOWN_FILE_EXTENSION' &&
  /\.[cm]?tsx?"/.test(error.message);

const hasDefault = (module: unknown): module is { readonly default: unknown } =>
  typeof module === 'object' && module !== null && 'default' in module;

const form = 'a plugin: { name, version, core, … }';

let resolverRegistered = false;

/** Imports a plugin's file; its imports of `@adjoint/…` and fp-ts are found from here, wherever the file lies. */
async function loadPlugin(file: string): Promise<E.Either<AdjointError, Plugin>> {
  const path = resolve(file);
  const fault = (problem: string): E.Either<AdjointError, never> =>
    E.left(invalid('option', ['plugin'], problem));
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return fault(`there is no file "${file}"`);
  if (!resolverRegistered) {
    register('./plugin-resolver.js', import.meta.url, { data: { parentURL: import.meta.url } });
    resolverRegistered = true;
  }
  waitingFor(`the plugin "${file}"`);
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    const exported = hasDefault(module) ? module.default : undefined;
    if (typeof exported !== 'object' || exported === null) {
      return fault(`"${file}" does not export ${form} by default`);
    }
    const checked = checkPlugin(exported, learnKinds);
    return E.isRight(checked)
      ? checked
      : fault(`the plugin of "${file}" is faulty: ${inOneLine(checked.left)}`);
  } catch (error) {
    return fault(`"${file}" cannot be loaded: ${thrownText(error)}`);
  } finally {
    waitingFor('the command line');
  }
}

/**
 * The registry of the standard plugins and those in some files.
 * @returns Left where a file is missing, throws or exports no plugin, or plugins clash
 */
export async function loadRegistry(files: readonly string[]): Promise<E.Either<AdjointError, Registry>> {
  const plugins: Plugin[] = [...standardPlugins];
  for (const file of files) {
    const loaded = await loadPlugin(file);
    if (E.isLeft(loaded)) return loaded;
    plugins.push(loaded.right);
  }
  const fault = (problem: string): E.Either<AdjointError, never> =>
    E.left(invalid('option', ['plugin'], problem));
  const registry = attempt('a plugin', () => createRegistry(plugins, learnKinds));
  if (E.isLeft(registry)) return fault(inOneLine([registry.left]));
  return E.isRight(registry.right) ? registry.right : fault(inOneLine(registry.right.left));
}

const kinds: readonly Kind[] = [...coreKinds, ...learnKinds];

/** An error with the plugin that brings what threw: `the optimizer signs` becomes `the optimizer signs of the plugin "mine"`. */
export function withPlugin(error: AdjointError, { plugins }: Registry): AdjointError {
  if (error.tag !== 'ThrownError') return error;
  for (const plugin of plugins.filter((each) => !standardPlugins.includes(each))) {
    for (const { key, singular } of kinds) {
      const things: unknown = Object.entries(plugin).find(([own]) => own === key)?.[1];
      if (!Array.isArray(things)) continue;
      for (const { name } of things as readonly Named[]) {
        // the registry checked that each has a name
        if (error.by === `the ${singular} ${name}` || error.by.endsWith(`"${name}"`))
          return { ...error, by: `${error.by} of the plugin "${plugin.name}"` };
      }
    }
  }
  return error;
}
