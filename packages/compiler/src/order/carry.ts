import { lookup } from '@adjoint/core/extend';
import type { Buffer, CopyKernel, View } from '../loop/kernel.js';
import type { Fusion } from '../lower/fusion.js';
import type { Module } from '../lower/module.js';
import type { Carry } from '../lower/sequence.js';
import type { AccessMap, Ready } from './dependencies.js';

/** Whether a fusion reads a buffer only where it overwrites it in the same iteration. */
const readsWhatItOverwrites = ({ loads }: Fusion, buffer: Buffer, store: View): boolean =>
  loads.every(
    ({ view }) =>
      view.buffer !== buffer ||
      (view.offset === store.offset && view.strides.every((stride, axis) => stride === store.strides[axis])),
  );

const move = (from: View, to: View): CopyKernel => ({
  kind: 'copy',
  name: `move to ${to.buffer.name}`,
  from,
  to,
  size: from.buffer.size,
});

/**
 * Has the next step find what is carried to it. A fusion stores the new value over the old one where every other reader
 * of the old one comes before it; elsewhere the new value waits in a buffer of its own.
 * @returns what moves the values that wait, once all else is done
 */
export function carryOver(
  ordered: readonly Ready[],
  accesses: AccessMap,
  carries: readonly Carry[],
  module: Module,
): readonly CopyKernel[] {
  const states = new Set(carries.map(({ state }) => state.buffer));
  const positions = new Map(ordered.map((item, index) => [item, index] as const));
  const lastRead = new Map<Buffer, number>();
  for (const [index, item] of ordered.entries()) {
    for (const { buffer } of lookup(accesses, item).reads)
      if (states.has(buffer)) lastRead.set(buffer, index);
  }
  return carries.flatMap((carry) => {
    const { state } = carry;
    if ('waiting' in carry) return [move(carry.waiting, state)];
    const { fusion, store, shape } = carry;
    const read = lastRead.get(state.buffer);
    const isLast = read === undefined || read <= lookup(positions, fusion);
    if (isLast && readsWhatItOverwrites(fusion, state.buffer, store.view)) return [];
    const waiting = module.temporary('next', { dtype: state.buffer.dtype, shape });
    store.view = { ...store.view, buffer: waiting.buffer, offset: 0 };
    return [move(waiting, state)];
  });
}
