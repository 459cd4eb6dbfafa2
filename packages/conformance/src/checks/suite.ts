import { learnPlugin } from '@adjoint/learn';
import { corePlugin, type Backend, type Plugin, type Program } from '@adjoint/core';
import type { Accuracies } from '../compare/accuracy.js';
import type { Claims } from '../compare/agreement.js';
import { rows as standardRows } from '../rows/table.js';
import type { Rows } from '../rows/row.js';

export interface ConformanceOptions {
  /**
   * By how much scalar functions of the backend may differ from the interpreter's, by name. Those without an entry
   * give the same bits.
   */
  readonly accuracies?: Accuracies;
  /**
   * The ops of a program that the backend does not run by code of its own; a check fails where there is one. None
   * unless given.
   */
  readonly uncovered?: (program: Program) => readonly string[];
  /** Plugins whose ops and scalar functions are tested beside those of core and learn. */
  readonly plugins?: readonly Plugin[];
  /** How the primitives and composites of those plugins are tested; an elementwise op needs none. */
  readonly rows?: Rows;
  /** How many samples of each op and dtype; 20 unless given. */
  readonly runs?: number;
  /** How many random programs of each dtype; 1500 unless given. */
  readonly programs?: number;
  /** The seed that a failure names, and the path to its counterexample, to see it again. */
  readonly replay?: { readonly seed?: number; readonly path?: string };
  /** Takes what a check has to say beside its failure, such as how often each op occurred in the random programs. */
  readonly log?: (line: string) => void;
}

/** What the checks are made of. */
export interface Suite extends Claims {
  readonly plugins: readonly Plugin[];
  readonly rows: Rows;
  readonly runs: number;
  readonly programs: number;
  readonly replay: { readonly seed?: number; readonly path?: string };
  readonly log: (line: string) => void;
}

const nothing = (): void => undefined;

export const suiteOf = (
  backend: Backend,
  {
    accuracies = {},
    uncovered = () => [],
    plugins = [],
    rows = {},
    runs = 20,
    programs = 1500,
    replay = {},
    log = nothing,
  }: ConformanceOptions,
): Suite => ({
  backend,
  accuracies,
  uncovered,
  plugins: [corePlugin, learnPlugin, ...plugins],
  rows: { ...standardRows, ...rows },
  runs,
  programs,
  replay,
  log,
});
