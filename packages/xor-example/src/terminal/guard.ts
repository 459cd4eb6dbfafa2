import { errorOf } from '@adjoint/core/extend';
import { stopBar } from './bar.js';

/** What ends the process before its work is done: signals, what nobody caught, and what is waited for in vain. */

/** The exit code for a failure that nobody foresaw. */
const UNEXPECTED = 1;

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const names = Object.keys(signals) as (keyof typeof signals)[]; // the keys are those of the record

const report = (text: string): void => void process.stderr.write(`${text}\n`);

/** The one thing that goes on: what is waited for, and whether it can end in order. */
let activity = 'the command line';
let graceful: AbortController | undefined;
let finished = false;
let signalled: number | undefined;

/** Says what is waited for from here on, for the case that it never comes. */
export const waitingFor = (what: string): void => {
  activity = what;
};

function onSignal(signal: keyof typeof signals): void {
  const isFirst = signalled === undefined;
  signalled ??= signals[signal];
  if (graceful !== undefined && isFirst) graceful.abort();
  else end(signalled);
}

/**
 * Runs something that ends in order when the process is told to stop: at a second signal it ends at once. Only then are
 * signals listened to, for who listens cannot be stopped while code runs that does not wait, such as a plugin's loop.
 */
export async function interruptible<A>(run: (signal: AbortSignal) => Promise<A>): Promise<A> {
  graceful = new AbortController();
  for (const signal of names) process.on(signal, onSignal);
  try {
    return await run(graceful.signal);
  } finally {
    for (const signal of names) process.off(signal, onSignal);
    graceful = undefined;
  }
}

/** The exit code of the signal that was heard, if one was. */
export const signalCode = (): number | undefined => signalled;

function end(code: number): never {
  finished = true;
  stopBar();
  process.exit(code);
}

/** One line for a failure that nobody foresaw; its stack is for whoever looks for its cause. */
function unexpected(thrown: unknown): never {
  const error = errorOf(thrown, activity);
  const what = error.tag === 'ThrownError' ? error.problem : String(thrown);
  const line = what.split('\n', 1).join('');
  stopBar();
  report(`unexpected, during ${activity}: ${line}. Please report it; ADJOINT_STACK=1 shows where it was`);
  if (process.env.ADJOINT_STACK !== undefined && error.tag === 'ThrownError') report(error.stack ?? '');
  return end(UNEXPECTED);
}

/** Watches what ends the process, and runs its work, which gives the exit code. */
export function guarded(main: () => Promise<number>): void {
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', unexpected);
  process.on('unhandledRejection', unexpected);
  // Nothing is left to wait for though the work is not done: an await that never settles, or somebody's `process.exit`.
  process.on('exit', () => {
    stopBar();
    if (finished) return;
    report(`${activity} ended the process, or waits for something that never comes`);
    process.exitCode = 2;
  });
  void main().then((code) => {
    finished = true;
    process.exitCode = code;
  }, unexpected);
}
