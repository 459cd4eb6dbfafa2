import type { Peer } from './peers.js';
import { startPeer } from './process.js';
import { median } from './statistics.js';

/** The peer that does nothing, whose time the others have above it. */
export const emptyNode = 'an empty node';

export interface ColdStart {
  readonly peer: string;
  /** From the start of the process to its end, in between it has trained XOR; the median over the rounds. */
  readonly seconds: number;
  readonly peakMemory: number | undefined;
}

/** Whole processes that train XOR, by turns. */
export async function measureColdStart(
  peers: readonly Peer[],
  rounds: number,
  data: string,
  report: (text: string) => void,
): Promise<readonly ColdStart[]> {
  const empty: Peer = {
    name: emptyNode,
    workloads: ['xor'],
    command: () => [process.execPath, '-e', 'console.log(0)'],
  };
  const candidates = [empty, ...peers.filter(({ workloads }) => workloads.includes('xor'))].map(
    (peer): { peer: Peer; seconds: number[]; memory: number[] } => ({ peer, seconds: [], memory: [] }),
  );
  for (let round = 0; round < rounds; round++) {
    report(`cold start: round ${round + 1} of ${rounds}`);
    for (const { peer, seconds, memory } of candidates) {
      const start = performance.now();
      const running = await startPeer(peer.command('xor', data));
      const peak = running.peakMemory();
      await running.stop();
      seconds.push((performance.now() - start) / 1000);
      if (peak !== undefined) memory.push(peak);
    }
  }
  return candidates.map(({ peer, seconds, memory }) => ({
    peer: peer.name,
    seconds: median(seconds),
    peakMemory: memory.length === 0 ? undefined : median(memory),
  }));
}
