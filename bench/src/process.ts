import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { at } from '@adjoint/core/extend';
import type { Command } from './peers.js';

/** A peer that runs: a process that prints what it computed, and then a time for each line it is sent. */
export interface RunningPeer {
  readonly check: readonly number[];
  /** Seconds that a step takes, measured now. */
  readonly sample: () => Promise<number>;
  /** The most memory that it has had resident until now, in bytes, where the system tells. */
  readonly peakMemory: () => number | undefined;
  /** Ends it. */
  readonly stop: () => Promise<void>;
}

/** Starts a peer; rejects, with what it said, where it ends before it has printed what it computed. */
export async function startPeer([command, ...args]: Command): Promise<RunningPeer> {
  const child = spawn(command, args, { stdio: 'pipe' });
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += String(text)));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      complaints += error.message;
      resolve();
    });
    child.on('close', () => {
      resolve();
    });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const numbers = async (): Promise<readonly number[]> => {
    const line = await lines.next();
    if (line.done === true)
      throw new Error(complaints.trim().slice(0, 500) || `${command} ended without a word`);
    const read = line.value.trim().split(/\s+/).map(Number);
    if (!read.every(Number.isFinite)) throw new Error(`expected numbers, given "${line.value}"`);
    return read;
  };
  return {
    check: await numbers(),
    sample: async () => {
      child.stdin.write('\n');
      return at(await numbers(), 0);
    },
    peakMemory: () => peakMemoryOf(child),
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

function peakMemoryOf({ pid }: ChildProcess): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const kilobytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
