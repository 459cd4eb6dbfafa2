import {
  AdjointException,
  checkPlugin,
  corePlugin,
  createRegistry,
  renderError,
  type AdjointError,
  type Plugin as PluginOf,
  type Registry as RegistryOf,
} from '@adjoint/core';
import { at, invalid } from '@adjoint/core/extend';
import { learnKinds, learnPlugin, type LearnKind } from '@adjoint/learn';
import { randomPlugin } from '@adjoint/random';
import { wasmPlugin } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Plugins of everything that the example uses: those of learn's kinds among them. */
export type Plugin = PluginOf<LearnKind>;
export type Registry = RegistryOf<LearnKind>;

export const standardPlugins: readonly Plugin[] = [corePlugin, randomPlugin, learnPlugin, wasmPlugin];

const inOneLine = (errors: readonly AdjointError[]): string =>
  errors.map((error) => renderError(error).replace(/\n\s*/g, ' ')).join('; ');

/** What a file threw: all of an error of Adjoint's, for it ends with what to do; of others the first line. */
function thrownText(error: unknown): string {
  if (error instanceof AdjointException) return inOneLine([error.error]);
  return at((error instanceof Error ? error.message : String(error)).split('\n'), 0);
}

const hasDefault = (module: unknown): module is { readonly default: unknown } =>
  typeof module === 'object' && module !== null && 'default' in module;

const form = 'a plugin: { name, version, core, … }';

let resolverRegistered = false;

/** Imports a plugin's file; its imports of `@adjoint/…` and fp-ts are found from here, wherever the file lies. */
async function loadPlugin(file: string): Promise<E.Either<AdjointError, Plugin>> {
  const path = resolve(file);
  const fault = (problem: string): E.Either<AdjointError, never> =>
    E.left(invalid('option', ['plugin'], problem));
  if (!existsSync(path)) return fault(`there is no file "${file}"`);
  if (!resolverRegistered) {
    register('./plugin-resolver.js', import.meta.url, { data: { parentURL: import.meta.url } });
    resolverRegistered = true;
  }
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    const exported = hasDefault(module) ? module.default : undefined;
    if (exported === undefined) return fault(`"${file}" does not export ${form} by default`);
    const checked = checkPlugin(exported, learnKinds);
    return E.isRight(checked)
      ? checked
      : fault(`"${file}" does not export a plugin: ${inOneLine(checked.left)}`);
  } catch (error) {
    return fault(`"${file}" cannot be loaded: ${thrownText(error)}`);
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
  const registry = createRegistry(plugins, learnKinds);
  return E.isRight(registry) ? registry : E.left(invalid('option', ['plugin'], inOneLine(registry.left)));
}
