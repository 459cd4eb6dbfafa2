import type { AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import { nodeFolder, type FileStore } from '@adjoint/formats';
import * as E from 'fp-ts/lib/Either.js';
import { attemptTask } from '../attempt-task.js';
import type { Checkpoint, CheckpointFolder, CheckpointRun, RunToKeep } from './checkpoint.js';
import { readCheckpoint, writeCheckpoint, type StoredCheckpoint } from './file.js';
import { journalLine, readJournal } from './journal.js';
import { differenceBetween, programText, storedText } from './program-text.js';

/** The name of the journal, beside the checkpoints. */
export const JOURNAL = 'journal.jsonl';

/** Steps with leading zeros, so that a list by name is one by step. */
const fileName = (step: number): string => `step-${String(step).padStart(9, '0')}.safetensors`;

/** The steps of the checkpoints among some files, the newest first. */
const stepsAmong = (names: readonly string[]): readonly number[] =>
  names
    .map((name) => ({ name, step: Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1]) }))
    .filter(({ name, step }) => Number.isSafeInteger(step) && name === fileName(step))
    .map(({ step }) => step)
    .sort((a, b) => b - a);

/** An error of a file's content, with the file's name. */
const within = (name: string, error: AdjointError): AdjointError =>
  error.tag === 'InvalidError' ? { ...error, path: [name, ...error.path] } : error;

interface Found {
  readonly newest: StoredCheckpoint | undefined;
  readonly damaged: readonly AdjointError[];
}

/** The newest checkpoint that is whole. */
async function newestOf(store: FileStore, steps: readonly number[]): Promise<Found> {
  const damaged: AdjointError[] = [];
  for (const step of steps) {
    const read = readCheckpoint(await store.read(fileName(step)));
    const isOwn = E.isRight(read) && read.right.step === step;
    if (isOwn) return { newest: read.right, damaged };
    const error = E.isLeft(read)
      ? read.left
      : invalid('checkpoint', [], `it is the one of step ${read.right.step}: it was renamed or exchanged`);
    damaged.push(within(fileName(step), error));
  }
  return { newest: undefined, damaged };
}

/** Where a run begins: with the newest checkpoint, or at its start where there is none. */
async function startOf(
  store: FileStore,
  { step, resume }: RunToKeep,
): Promise<E.Either<AdjointError, Found>> {
  const steps = stepsAmong(await store.list());
  const [last] = steps;
  if (last === undefined) return E.right({ newest: undefined, damaged: [] });
  if (!resume) {
    return E.left(
      invalid(
        'checkpoint',
        [store.name],
        `there are checkpoints of another run already, up to step ${last}`,
        'Go on from them with resume: true, or take another folder.',
      ),
    );
  }
  const found = await newestOf(store, steps);
  if (found.newest === undefined) {
    const [first] = found.damaged;
    return first === undefined ? E.right(found) : E.left(first);
  }
  const difference = differenceBetween(step, found.newest);
  return difference === undefined
    ? E.right(found)
    : E.left(within(`${store.name}/${fileName(found.newest.step)}`, difference));
}

/** Leaves the steps in the journal that a checkpoint has done; what was written after it is done again. */
async function shortenJournal(store: FileStore, step: number): Promise<void> {
  if (!(await store.list()).includes(JOURNAL)) return;
  const text = new TextDecoder().decode(await store.read(JOURNAL));
  // A damaged line is no reason not to go on: the losses are in the checkpoint.
  const lines = text.split('\n').map((line) => readJournal(`${line}\n`));
  const kept = lines
    .flatMap((entries) => (E.isRight(entries) ? entries.right : []))
    .filter((entry) => entry.step < step);
  await store.write(JOURNAL, new TextEncoder().encode(kept.map(journalLine).join('')));
}

/**
 * Checkpoints among the files of a store: a database of a page, or an archive elsewhere. Each is one safetensors file.
 * @example checkpointsIn(nodeFolder('runs/xor')).name // 'runs/xor'
 */
export function checkpointsIn(store: FileStore): CheckpointFolder {
  const by = `the store of checkpoints "${store.name}"`;
  return {
    name: store.name,
    begin: (run) =>
      attemptTask(by, async () => {
        const start = await startOf(store, run);
        if (E.isLeft(start)) return start;
        const { newest, damaged } = start.right;
        await shortenJournal(store, newest?.step ?? 0);
        const program = storedText(programText(run.step));
        const save = async (checkpoint: Checkpoint): Promise<E.Either<AdjointError, void>> => {
          await store.write(fileName(checkpoint.step), writeCheckpoint({ ...checkpoint, program }));
          const own = stepsAmong(await store.list()).filter((step) => step <= checkpoint.step);
          for (const step of own.slice(run.keep)) await store.remove(fileName(step));
          return E.right(undefined);
        };
        const started: CheckpointRun = {
          from: newest,
          damaged,
          save: (checkpoint) => attemptTask(by, () => save(checkpoint)),
          log: (entries) =>
            attemptTask(by, async () => {
              await store.append(JOURNAL, new TextEncoder().encode(entries.map(journalLine).join('')));
              return E.right(undefined);
            }),
        };
        return E.right(started);
      }),
  };
}

/**
 * Checkpoints in a folder of Node's file system, which is made where there is none.
 * @example checkpointFolder('runs/xor').name // 'runs/xor'
 */
export const checkpointFolder = (path: string): CheckpointFolder => checkpointsIn(nodeFolder(path));
