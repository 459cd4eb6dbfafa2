#!/usr/bin/env node
import type { AdjointError } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { errorLine, exitCode, parseCommand, pluginFiles } from './command.js';
import { execute, type Voice } from './execute.js';
import { loadRegistry, withPlugin } from './plugins.js';
import { guarded, signalCode } from './terminal/guard.js';
import { outputTo } from './terminal/output.js';

/** The one place with effects: the process and its streams. */

async function obey(args: readonly string[], voice: Voice): Promise<E.Either<AdjointError, void>> {
  const registry = await loadRegistry(pluginFiles(args));
  if (E.isLeft(registry)) return registry;
  const request = parseCommand(args, registry.right);
  if (E.isLeft(request)) return request;
  if (request.right.mode === 'help') {
    await voice.print(request.right.text.trimEnd());
    return E.right(undefined);
  }
  const result = await execute(request.right, registry.right, voice);
  return E.isLeft(result) ? E.left(withPlugin(result.left, registry.right)) : result;
}

async function main(args: readonly string[]): Promise<number> {
  const output = outputTo(process.stdout);
  const report = (text: string): void => void process.stderr.write(`${text}\n`);
  const obeyed = await obey(args, { print: output.print, report });
  const result = E.isRight(obeyed) ? output.result() : obeyed;
  if (E.isRight(result)) return 0;
  report(errorLine(result.left));
  return signalCode() ?? exitCode(result.left);
}

guarded(() => main(process.argv.slice(2)));
