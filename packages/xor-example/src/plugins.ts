import {
  checked,
  corePlugin,
  createRegistry,
  invalid,
  renderError,
  type AdjointError,
  type Plugin,
  type Registry,
} from '@adjoint/core';
import { learnPlugin } from '@adjoint/learn';
import { randomPlugin } from '@adjoint/random';
import { wasmPlugin } from '@adjoint/wasm';
import * as E from 'fp-ts/lib/Either.js';
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const standardPlugins: readonly Plugin[] = [corePlugin, randomPlugin, learnPlugin, wasmPlugin];

const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null;

const lists = [
  'scalarFunctions',
  'ops',
  'optimizers',
  'initializers',
  'losses',
  'backends',
  'randomSources',
] as const;

const isNamed = (u: unknown): boolean =>
  (isRecord(u) || typeof u === 'function') && 'name' in u && typeof u.name === 'string';

/** Whether what a file exports has a plugin's form. What its ops do shows when they are used. */
const isPlugin = (u: unknown): u is Plugin =>
  isRecord(u) &&
  ['name', 'version', 'core'].every((key) => typeof u[key] === 'string') &&
  lists.every((key) => {
    const list = u[key];
    return list === undefined || (Array.isArray(list) && list.every(isNamed));
  });

const pluginCodec = checked('a plugin: { name, version, core, … }', isPlugin);

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

let resolverRegistered = false;

/** Imports a plugin's file; its imports of `@adjoint/…` are found from here, wherever the file lies. */
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
    const exported = isRecord(module) ? module.default : undefined;
    return pluginCodec.is(exported)
      ? E.right(exported)
      : fault(`"${file}" does not export ${pluginCodec.name} by default`);
  } catch (error) {
    return fault(`"${file}" cannot be loaded: ${firstLine(error)}`);
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
  const registry = createRegistry(plugins);
  if (E.isRight(registry)) return registry;
  const problems = registry.left.map((error) => renderError(error).replace(/\n\s*/g, ' ')).join('; ');
  return E.left(invalid('option', ['plugin'], problems));
}
