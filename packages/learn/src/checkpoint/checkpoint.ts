import type { AdjointError, Program, Tensors } from '@adjoint/core';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { JournalEntry } from './journal.js';

/** What `train` asks of whatever keeps its checkpoints, so that a run without them brings no code for them. */

/** A run after some of its steps: all that going on needs. */
export interface Checkpoint {
  /** How many steps were done; the next one reads the per-step inputs from this index on. */
  readonly step: number;
  /** Parameters, what the optimizer remembers, and whatever else the programs keep. */
  readonly state: Tensors;
  /** The loss before each of the steps. */
  readonly loss: Float64Array;
  /** The states that were kept for `snapshots`. */
  readonly snapshots: ReadonlyMap<number, Tensors>;
}

/** A run that keeps checkpoints. */
export interface CheckpointRun {
  /** Where it goes on, if it does. */
  readonly from: Checkpoint | undefined;
  /** Newer checkpoints that are damaged, and what is wrong with each. */
  readonly damaged: readonly AdjointError[];
  /** Keeps a checkpoint, and removes old ones after that. */
  readonly save: (checkpoint: Checkpoint) => TaskEither<AdjointError, void>;
  /** Adds to the journal. */
  readonly log: (entries: readonly JournalEntry[]) => TaskEither<AdjointError, void>;
}

export interface RunToKeep {
  /** The training step, which a checkpoint has to be of. */
  readonly step: Program;
  /** Whether it goes on from the newest checkpoint, if there is one. */
  readonly resume: boolean;
  /** How many checkpoints stay. */
  readonly keep: number;
}

/** Where checkpoints are: `checkpointFolder` makes one of a folder, `checkpointsIn` one of any store of files. */
export interface CheckpointFolder {
  /** What errors call it, such as the folder's path. */
  readonly name: string;
  /** Left where it has checkpoints that the run does not go on from, or cannot. */
  readonly begin: (run: RunToKeep) => TaskEither<AdjointError, CheckpointRun>;
}
