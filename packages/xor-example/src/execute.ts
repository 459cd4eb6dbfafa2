import { join } from 'node:path';
import type { AdjointError } from '@adjoint/core';
import { checkpointFolder } from '@adjoint/learn';
import * as E from 'fp-ts/lib/Either.js';
import type { CheckpointRequest, Request } from './command.js';
import { checkDerived, compare, type Comparison } from './compare.js';
import { resolve, type Configuration, type Resolved } from './configuration.js';
import { xorInputs, xorTargets } from './data.js';
import { prepareFolder, writeFiles } from './files.js';
import { numpyOutput, tensorflowOutput } from './notebook.js';
import type { Registry } from './plugins.js';
import { trainNetwork, type Run, type TrainedNetwork } from './run.js';
import { comparisonText } from './table.js';
import { startBar } from './terminal/bar.js';
import { interruptible, waitingFor } from './terminal/guard.js';

/** Does what a command line asks for: trains, compares, prints and writes. */

type Result<T> = Promise<E.Either<AdjointError, T>>;

/** Where what is asked for goes, and what is said of it on the way. */
export interface Voice {
  /** To standard output. */
  readonly print: (text: string) => Promise<void>;
  /** To standard error. */
  readonly report: (text: string) => void;
}

/** A run as the notebook prints it: NumPy's half for f64, TensorFlow's for f32. */
function notebookText({ configuration, loss, predictions, accuracy }: Run): string {
  const shown = { loss, X: xorInputs, Y: xorTargets, predictions, accuracy };
  return configuration.dtype === 'f64' ? numpyOutput(shown) : tensorflowOutput(shown);
}

/** Trains with a progress bar; a signal ends it after a chunk. */
async function trainWatched(
  resolved: Resolved,
  checkpoint: CheckpointRequest | undefined,
  { report }: Voice,
): Result<TrainedNetwork> {
  const { epochs, backend } = resolved.configuration;
  const bar = startBar('epoch {value}/{total} {bar} loss {loss}', epochs, { loss: '' });
  waitingFor(`the training on the backend ${backend}`);
  const result = await interruptible((signal) =>
    trainNetwork(resolved, {
      signal,
      onProgress: ({ epoch, loss }) => bar.update(epoch, epochs, { loss: loss.toFixed(4) }),
      onResumed: (epoch, damaged) => {
        const passed = damaged.length === 0 ? '' : `, ${damaged.length} newer checkpoints being damaged`;
        report(`Went on from epoch ${epoch}${passed}.`);
      },
      ...(checkpoint && {
        resume: checkpoint.resume,
        checkpoint: {
          folder: checkpointFolder(checkpoint.folder),
          journal: true,
          ...(checkpoint.every !== undefined && { every: checkpoint.every }),
        },
      }),
    })(),
  );
  bar.stop();
  return result;
}

async function compareWatched(network: TrainedNetwork, registry: Registry): Result<Comparison> {
  const bar = startBar('comparing {percentage} % {bar}', 1);
  waitingFor('the comparison');
  const comparison = await interruptible((signal) => compare(network, registry, bar.update, signal)());
  bar.stop();
  return comparison;
}

/** Writes the charts and the report of some runs, and says where the page is. */
async function writeReport(
  networks: readonly [TrainedNetwork, ...TrainedNetwork[]],
  comparison: Comparison | undefined,
  folder: string,
  { report }: Voice,
): Result<void> {
  waitingFor('the report');
  // Vega is loaded where charts are asked for, not at every start.
  const { pageName, reportFiles } = await import('./report/report.js');
  const files = await reportFiles(networks, comparison);
  if (E.isLeft(files)) return files;
  const written = writeFiles(folder, files.right);
  if (E.isLeft(written)) return written;
  report(`Wrote ${written.right.length} files; open ${join(folder, pageName)} in a browser.`);
  return E.right(undefined);
}

async function runOne(request: Request, registry: Registry, voice: Voice): Result<void> {
  const { mode, configuration, checkpoint, out } = request;
  const resolved = resolve(configuration, registry);
  if (E.isLeft(resolved)) return resolved;
  const derivable = checkDerived(resolved.right);
  if (mode === 'compare' && E.isLeft(derivable)) return derivable;
  const network = await trainWatched(resolved.right, checkpoint, voice);
  if (E.isLeft(network)) return network;
  const { run } = network.right;
  if (mode === 'json') await voice.print(JSON.stringify(run));
  if (mode === 'run') await voice.print(notebookText(run));
  // The report of a network that was not derived by hand goes without a comparison.
  const compared = mode === 'compare' || (out !== undefined && E.isRight(derivable));
  const comparison = compared ? await compareWatched(network.right, registry) : E.right(undefined);
  if (E.isLeft(comparison)) return comparison;
  if (mode === 'compare' && comparison.right) await voice.print(comparisonText(comparison.right));
  if (out === undefined) return E.right(undefined);
  return writeReport([network.right], comparison.right, out, voice);
}

async function runBoth({ presets, checkpoint }: Request, out: string, registry: Registry, voice: Voice) {
  const trainPreset = async (name: string, configuration: Configuration): Result<TrainedNetwork> => {
    const resolved = resolve(configuration, registry);
    if (E.isLeft(resolved)) return resolved;
    const own = checkpoint && { ...checkpoint, folder: join(checkpoint.folder, name) };
    const network = await trainWatched(resolved.right, own, voice);
    if (E.isRight(network)) await voice.print(`${name}\n\n${notebookText(network.right.run)}\n`);
    return network;
  };
  const numpy = await trainPreset('numpy', presets.numpy);
  if (E.isLeft(numpy)) return numpy;
  const tensorflow = await trainPreset('tensorflow', presets.tensorflow);
  if (E.isLeft(tensorflow)) return tensorflow;
  const isDerived = E.isRight(checkDerived(numpy.right.resolved));
  const comparison = isDerived ? await compareWatched(numpy.right, registry) : E.right(undefined);
  if (E.isLeft(comparison)) return comparison;
  if (comparison.right) await voice.print(comparisonText(comparison.right));
  return writeReport([numpy.right, tensorflow.right], comparison.right, out, voice);
}

/** Does what was asked for; of a report everything is written or nothing. */
export async function execute(request: Request, registry: Registry, voice: Voice): Result<void> {
  const { mode, out, checkpoint } = request;
  const folders = [
    ['out', out],
    ['checkpoint', checkpoint?.folder],
  ] as const;
  for (const [option, folder] of folders) {
    const prepared = folder === undefined ? E.right(folder) : prepareFolder(folder, option);
    if (E.isLeft(prepared)) return prepared;
  }
  return mode === 'report' && out !== undefined
    ? runBoth(request, out, registry, voice)
    : runOne(request, registry, voice);
}
