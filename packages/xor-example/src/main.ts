#!/usr/bin/env node
import type { AdjointError } from '@adjoint/core';
import { SingleBar } from 'cli-progress';
import * as E from 'fp-ts/lib/Either.js';
import { errorLine, exitCode, parseCommand, pluginFiles, type Help, type Request } from './command.js';
import { compare } from './compare.js';
import { presets, type Configuration } from './configuration.js';
import { xorInputs, xorTargets } from './data.js';
import { prepareFolder, writeFiles, type Files } from './files.js';
import { numpyOutput, tensorflowOutput } from './notebook.js';
import { loadRegistry, type Registry } from './plugins.js';
import { run, type Run } from './run.js';
import { comparisonText } from './table.js';

/** The one place with effects: the process, its streams and its files. */

type Result<T> = Promise<E.Either<AdjointError, T>>;

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const report = (text: string): void => void process.stderr.write(`${text}\n`);

/** A run as the notebook prints it: NumPy's half for f64, TensorFlow's for f32. */
function notebookText({ configuration, loss, predictions, accuracy }: Run): string {
  const shown = { loss, X: xorInputs, Y: xorTargets, predictions, accuracy };
  return configuration.dtype === 'f64' ? numpyOutput(shown) : tensorflowOutput(shown);
}

/** Runs with a progress bar on standard error, where that is a terminal. */
async function runWatched(configuration: Configuration, registry: Registry): Result<Run> {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: 'epoch {value}/{total} {bar} loss {loss}', clearOnComplete: true })
    : undefined;
  bar?.start(configuration.epochs, 0, { loss: '' });
  const result = await run(configuration, registry, ({ epoch, loss }) =>
    bar?.update(epoch, { loss: loss.toFixed(4) }),
  )();
  bar?.stop();
  return result;
}

/** Writes the charts and the report of some runs. */
async function writeReport(
  runs: readonly Run[],
  folder: string,
  registry: Registry,
): Result<readonly string[]> {
  // Vega is loaded where charts are asked for, not at every start.
  const { reportFiles } = await import('./report/report.js');
  const files: E.Either<AdjointError, Files> = await reportFiles(runs, registry);
  return E.isLeft(files) ? files : writeFiles(folder, files.right);
}

async function runOne({ mode, configuration, out }: Request, registry: Registry): Result<void> {
  if (mode === 'compare') {
    const comparison = await compare(configuration, registry)();
    if (E.isLeft(comparison)) return comparison;
    print(comparisonText(comparison.right));
  }
  if (mode === 'compare' && out === undefined) return E.right(undefined);
  const result = await runWatched(configuration, registry);
  if (E.isLeft(result)) return result;
  if (mode === 'json') print(JSON.stringify(result.right));
  if (mode === 'run') print(notebookText(result.right));
  return out === undefined ? E.right(undefined) : announce(await writeReport([result.right], out, registry));
}

function announce(written: E.Either<AdjointError, readonly string[]>): E.Either<AdjointError, void> {
  if (E.isLeft(written)) return written;
  const page = written.right.find((path) => path.endsWith('.html'));
  report(`Wrote ${written.right.length} files; open ${page ?? 'them'} in a browser.`);
  return E.right(undefined);
}

async function runEverything(out: string, registry: Registry): Result<void> {
  const runs: Run[] = [];
  for (const [name, configuration] of Object.entries(presets)) {
    const result = await runWatched(configuration, registry);
    if (E.isLeft(result)) return result;
    print(`${name}\n\n${notebookText(result.right)}\n`);
    runs.push(result.right);
  }
  const comparison = await compare(presets.numpy, registry)();
  if (E.isLeft(comparison)) return comparison;
  print(comparisonText(comparison.right));
  return announce(await writeReport(runs, out, registry));
}

async function execute(request: Request | Help, registry: Registry): Result<void> {
  if (request.mode === 'help') {
    print(request.text.trimEnd());
    return E.right(undefined);
  }
  const { mode, out } = request;
  if (out !== undefined) {
    const folder = prepareFolder(out);
    if (E.isLeft(folder)) return folder;
  }
  return mode === 'report' && out !== undefined ? runEverything(out, registry) : runOne(request, registry);
}

async function obey(args: readonly string[]): Result<void> {
  const registry = await loadRegistry(pluginFiles(args));
  if (E.isLeft(registry)) return registry;
  const request = parseCommand(args, registry.right);
  return E.isLeft(request) ? request : execute(request.right, registry.right);
}

async function main(args: readonly string[]): Promise<number> {
  const result = await obey(args);
  if (E.isRight(result)) return 0;
  report(errorLine(result.left));
  return exitCode(result.left);
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
