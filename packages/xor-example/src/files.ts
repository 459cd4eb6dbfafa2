import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';

/** File contents by path below a folder. */
export type Files = ReadonlyMap<string, string>;

/** Makes a folder and finds out whether it can be written, before any work is done for it. */
export function prepareFolder(folder: string): E.Either<AdjointError, string> {
  try {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `.write-test-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return E.right(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return E.left(invalid('option', ['out'], `the folder "${folder}" cannot be written: ${reason}`));
  }
}

/** Writes files, each beside its place first and then renamed, so that none is ever half there. */
export function writeFiles(folder: string, files: Files): E.Either<AdjointError, readonly string[]> {
  const written: string[] = [];
  let partial: string | undefined;
  try {
    for (const [name, content] of files) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      partial = `${path}.partial`;
      writeFileSync(partial, content);
      renameSync(partial, path);
      partial = undefined;
      written.push(path);
    }
    return E.right(written);
  } catch (error) {
    if (partial !== undefined) rmSync(partial, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    return E.left(invalid('option', ['out'], `the folder "${folder}" cannot be written: ${reason}`));
  }
}
