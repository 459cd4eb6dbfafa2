import { writeFileSync } from 'node:fs';
import { at } from '@adjoint/core/extend';
import type { Peer } from './peers.js';
import { startPeer, type RunningPeer } from './process.js';
import { median } from './statistics.js';
import type { Workload } from './workload.js';

export interface Measured {
  readonly peer: string;
  /** The median over the rounds. */
  readonly seconds: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly title: string;
  readonly unit: 'µs' | 'ms';
  readonly measured: readonly Measured[];
  /** Peers that could not be measured, with what they said. */
  readonly failed: readonly { readonly peer: string; readonly why: string }[];
}

/** How far two lists of values lie apart, relative to the second. */
const distance = (values: readonly number[], reference: readonly number[]): number =>
  values.length !== reference.length
    ? Infinity
    : Math.max(
        ...values.map((value, index) => {
          const expected = at(reference, index);
          return Math.abs(value - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
        }),
      );

/**
 * Starts every peer of a workload, proves that all computed the same, and measures them by turns.
 * @param folder where the data file is put
 */
export async function measure(
  workload: Workload,
  peers: readonly Peer[],
  rounds: number,
  folder: string,
  report: (text: string) => void,
): Promise<WorkloadResult> {
  const path = `${folder}/${workload.name}.data`;
  writeFileSync(
    path,
    Buffer.concat(workload.data().map((array) => Buffer.from(array.buffer, 0, array.byteLength))),
  );
  const failed: { peer: string; why: string }[] = [];
  const running: { name: string; process: RunningPeer; samples: number[] }[] = [];
  for (const peer of peers.filter(({ workloads }) => workloads.includes(workload.name))) {
    report(`${workload.name}: ${peer.name} …`);
    try {
      const process = await startPeer(peer.command(workload.name, path));
      const reference = running[0]?.process.check ?? process.check;
      if (distance(process.check, reference) <= workload.tolerance) {
        running.push({ name: peer.name, process, samples: [] });
        continue;
      }
      failed.push({
        peer: peer.name,
        why: `it computed ${process.check.join(', ')} instead of ${reference.join(', ')}`,
      });
      await process.stop();
    } catch (error) {
      failed.push({ peer: peer.name, why: error instanceof Error ? error.message : String(error) });
    }
  }
  for (let round = 0; round < rounds; round++) {
    report(`${workload.name}: round ${round + 1} of ${rounds}`);
    for (const { process, samples } of running) samples.push(await process.sample());
  }
  for (const { process } of running) await process.stop();
  const { name, title, unit } = workload;
  const measured = running.map(({ name: peer, samples }) => ({ peer, seconds: median(samples) }));
  return { workload: name, title, unit, measured, failed };
}
