/** One thing that a backend must do; any test runner can run it. */
export interface Check {
  /** What it is about: the name of an op, or `functions`, `conversions`, `random programs`. */
  readonly group: string;
  /** Unique in its group. */
  readonly name: string;
  /** Rejects with an error that says what is wrong. */
  readonly check: () => Promise<void>;
}

/** What registers tests: `describe` and `it` of Vitest, Jest, Mocha or node:test. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
}

/** Registers checks with a test runner, those of a group together. */
export function register(checks: readonly Check[], { describe, it }: Runner): void {
  for (const group of new Set(checks.map((each) => each.group))) {
    describe(group, () => {
      for (const { name, check } of checks.filter((each) => each.group === group)) it(name, check);
    });
  }
}
