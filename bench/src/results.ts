import type { ColdStart } from './cold-start.js';
import type { Cost } from './growth.js';
import type { Measured, WorkloadResult } from './measure.js';

/** What `bench/results.json` holds. Times are in seconds. */
export interface Results {
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly rounds: number;
  readonly workloads: readonly WorkloadResult[];
  readonly coldStart: readonly ColdStart[];
  readonly nodes: readonly Cost[];
  readonly elements: readonly Cost[];
  /** Peers that this machine does not have. */
  readonly missing: readonly string[];
}

/** A peer's time as a multiple of another's. */
export function ratio(measured: readonly Measured[], peer: string, of: string): number | undefined {
  const [time, reference] = [peer, of].map((name) => measured.find((each) => each.peer === name)?.seconds);
  return time === undefined || reference === undefined ? undefined : time / reference;
}
