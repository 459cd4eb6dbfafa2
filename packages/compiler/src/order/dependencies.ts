import { dependencyOrder } from '@adjoint/core/extend';
import { accessesOf, accessesOfLoops, type Accesses, type Buffer, type Kernel } from '../loop/kernel.js';
import type { Fusion } from '../lower/fusion.js';
import type { Carry } from '../lower/sequence.js';

/** A fusion, or a kernel whose bodies are in order. */
export type Ready = Fusion | Kernel;

/** What each item of a block reads and writes. */
export type AccessMap = ReadonlyMap<Ready, Accesses>;

export const accessMap = (items: readonly Ready[]): AccessMap =>
  new Map(
    items.map((item) => [item, item.kind === 'fusion' ? accessesOfLoops(item) : accessesOf(item)] as const),
  );

/**
 * Items, each after those whose results it reads, and after who wrote before it what it writes. What overwrites a value
 * that is carried comes as late as it can.
 */
export function inDependencyOrder(accesses: AccessMap, carries: readonly Carry[]): readonly Ready[] {
  // What reads a carried value wants the old one: it waits for nobody.
  const carried = new Set(carries.map(({ state }) => state.buffer));
  const needs = new Map<Ready, readonly Ready[]>();
  const lastWriter = new Map<Buffer, Ready>();
  for (const [item, { reads, writes }] of accesses) {
    const buffers = [...reads.filter(({ buffer }) => !carried.has(buffer)), ...writes];
    needs.set(
      item,
      buffers.flatMap(({ buffer }) => lastWriter.get(buffer) ?? []),
    );
    for (const { buffer } of writes) lastWriter.set(buffer, item);
  }
  const overwriting = new Set<Ready>(carries.flatMap((carry) => ('fusion' in carry ? [carry.fusion] : [])));
  const others = [...accesses.keys()].filter((item) => !overwriting.has(item));
  return dependencyOrder([...others, ...overwriting], (item, index) => needs.get(item)?.[index]);
}
