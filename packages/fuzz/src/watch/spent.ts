/** What the main thread and the one that watches it share. */
export interface Watch {
  /** One number: when the present input has to be done, in the processor's seconds. */
  readonly deadline: SharedArrayBuffer;
}

/** The processor's seconds that this process had. */
export function secondsSpent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
