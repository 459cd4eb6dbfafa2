/** What the process that runs inputs is told, and what it answers. */

export interface Request {
  readonly target: string;
  readonly input: unknown;
  /** What it may take of the processor. */
  readonly seconds: number;
}

/** What the process says before it ends itself, since an input takes more of the processor than it may. */
export const tooLong = 'the input takes too long';

/** What the message of a fault has in it where a part of a run took more than a second. */
export const takesLong = 'takes more than a second';

/** What went wrong with an input. */
export interface Fault {
  readonly message: string;
  readonly stack: string;
}

export interface Reply {
  /** Absent where nothing did. */
  readonly fault?: Fault;
  /** Of the processor. */
  readonly seconds: number;
  /** The most memory that the process had so far. */
  readonly megabytes: number;
}
