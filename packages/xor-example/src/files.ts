import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';

/** File contents by path below a folder. */
export type Files = ReadonlyMap<string, string>;

function unwritable(option: string, folder: string, error: unknown): E.Either<AdjointError, never> {
  const reason = error instanceof Error ? error.message : String(error);
  return E.left(invalid('option', [option], `the folder "${folder}" cannot be written: ${reason}`));
}

/** Makes a folder and those above it. Node's own `recursive` never returns below `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const above = dirname(resolve(folder));
  if (above !== resolve(folder)) makeFolder(above);
  mkdirSync(folder);
}

/**
 * Makes a folder and finds out whether it can be written, before any work is done for it.
 * @param option the flag that names it
 */
export function prepareFolder(folder: string, option: string): E.Either<AdjointError, string> {
  try {
    makeFolder(folder);
    const probe = join(folder, `.write-test-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return E.right(folder);
  } catch (error) {
    return unwritable(option, folder, error);
  }
}

/**
 * Writes files, all of them or none: first into a folder beside them, and once all are there each is renamed to its
 * place, so that none is ever half there either.
 */
export function writeFiles(folder: string, files: Files): E.Either<AdjointError, readonly string[]> {
  const beside = join(folder, `.partial-${process.pid}`);
  const places = [...files.keys()].map((name) => [join(beside, name), join(folder, name)] as const);
  try {
    for (const [name, content] of files) {
      const path = join(beside, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    // What would stop a rename is found before the first one.
    for (const [, path] of places) {
      mkdirSync(dirname(path), { recursive: true });
      if (existsSync(path) && statSync(path).isDirectory()) throw new Error(`${path} is a folder`);
    }
    for (const [from, to] of places) renameSync(from, to);
    return E.right(places.map(([, path]) => path));
  } catch (error) {
    return unwritable('out', folder, error);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
