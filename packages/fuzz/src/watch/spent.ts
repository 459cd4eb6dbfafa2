/** What the main thread and the one that watches it share. */
export interface Watch {
  /** When the present input was begun, in the processor's seconds. */
  readonly begun: SharedArrayBuffer;
  /** How long it may take. */
  readonly seconds: number;
}

/** The processor's seconds that this process had. */
export function secondsSpent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
