#!/usr/bin/env node
import { AdjointException, type AdjointError } from '@adjoint/core';
import { SingleBar } from 'cli-progress';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { join } from 'node:path';
import { errorLine, exitCode, parseCommand, pluginFiles, type Help, type Request } from './command.js';
import { checkDerived, compare, type Comparison } from './compare.js';
import { presets, resolve, type Resolved } from './configuration.js';
import { xorInputs, xorTargets } from './data.js';
import { prepareFolder, writeFiles } from './files.js';
import { numpyOutput, tensorflowOutput } from './notebook.js';
import { loadRegistry, type Registry } from './plugins.js';
import { trainNetwork, type Run, type TrainedNetwork } from './run.js';
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

/** Trains with a progress bar on standard error, where that is a terminal. */
async function trainWatched(resolved: Resolved): Result<TrainedNetwork> {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: 'epoch {value}/{total} {bar} loss {loss}', clearOnComplete: true })
    : undefined;
  bar?.start(resolved.configuration.epochs, 0, { loss: '' });
  const result = await trainNetwork(resolved, ({ epoch, loss }) =>
    bar?.update(epoch, { loss: loss.toFixed(4) }),
  )();
  bar?.stop();
  return result;
}

/** Writes the charts and the report of some runs, and says where the page is. */
async function writeReport(
  networks: readonly [TrainedNetwork, ...TrainedNetwork[]],
  comparison: Comparison | undefined,
  folder: string,
): Result<void> {
  // Vega is loaded where charts are asked for, not at every start.
  const { pageName, reportFiles } = await import('./report/report.js');
  const written = writeFiles(folder, await reportFiles(networks, comparison));
  if (E.isLeft(written)) return written;
  report(`Wrote ${written.right.length} files; open ${join(folder, pageName)} in a browser.`);
  return E.right(undefined);
}

async function runOne({ mode, configuration, out }: Request, registry: Registry): Result<void> {
  const resolved = resolve(configuration, registry);
  if (E.isLeft(resolved)) return resolved;
  const derivable = checkDerived(resolved.right);
  if (mode === 'compare' && E.isLeft(derivable)) return derivable;
  const network = await trainWatched(resolved.right);
  if (E.isLeft(network)) return network;
  const { run } = network.right;
  // The report of a network that was not derived by hand goes without a comparison.
  const comparison =
    mode === 'compare' || out !== undefined ? O.fromEither(compare(network.right, registry)) : O.none;
  if (mode === 'compare' && O.isSome(comparison)) print(comparisonText(comparison.value));
  if (mode === 'json') print(JSON.stringify(run));
  if (mode === 'run') print(notebookText(run));
  if (out === undefined) return E.right(undefined);
  return writeReport([network.right], O.toUndefined(comparison), out);
}

async function runEverything(out: string, registry: Registry): Result<void> {
  const trainPreset = async (name: keyof typeof presets): Result<TrainedNetwork> => {
    const resolved = resolve(presets[name], registry);
    if (E.isLeft(resolved)) return resolved;
    const network = await trainWatched(resolved.right);
    if (E.isRight(network)) print(`${name}\n\n${notebookText(network.right.run)}\n`);
    return network;
  };
  const numpy = await trainPreset('numpy');
  if (E.isLeft(numpy)) return numpy;
  const tensorflow = await trainPreset('tensorflow');
  if (E.isLeft(tensorflow)) return tensorflow;
  const comparison = compare(numpy.right, registry);
  if (E.isLeft(comparison)) return comparison;
  print(comparisonText(comparison.right));
  return writeReport([numpy.right, tensorflow.right], comparison.right, out);
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

/** What a plugin's op, loss or optimizer refuses while the model is built is an error like any other. */
async function tryToObey(args: readonly string[]): Result<void> {
  try {
    return await obey(args);
  } catch (error) {
    if (error instanceof AdjointException) return E.left(error.error);
    throw error;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const result = await tryToObey(args);
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
