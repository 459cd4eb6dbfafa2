import { dependencyOrder } from '@adjoint/core';
import { accessesOf, accessesOfLoops, type Buffer, type Kernel, type View } from '../loop/kernel.js';
import { split } from '../schedule/split.js';
import { tile } from '../schedule/tile.js';
import type { Target } from '../target.js';
import { Group } from './group.js';

/** A group, or a kernel that is finished. */
export type Item = Group | Kernel;

/** A state's next value: stored over the state by a group, or in a place of its own, to be moved at the end. */
export type StateUpdate =
  | {
      readonly state: View;
      readonly store: Group['stores'][number];
      readonly group: Group;
      readonly temporary: () => View;
    }
  | { readonly state: View; readonly moved: View };

const accesses = (item: Item): { readonly reads: readonly View[]; readonly writes: readonly View[] } =>
  item instanceof Group ? accessesOfLoops({ loads: item.loads(), stores: item.stores }) : accessesOf(item);

/** Whether a group reads the state only where it overwrites it in the same step. */
const overwritesOnlyItsOwn = (group: Group, buffer: Buffer, store: View): boolean =>
  group
    .loads()
    .every(
      ({ view }) =>
        view.buffer !== buffer ||
        (view.offset === store.offset &&
          view.strides.every((stride, axis) => stride === store.strides[axis])),
    );

/**
 * The items as kernels, each after those whose results it reads. What overwrites a state comes as late as it can:
 * after every reader of the old value, or the new one waits in a buffer of its own and is moved at the end.
 */
export function order(
  items: readonly Item[],
  updates: readonly StateUpdate[],
  target: Target,
): readonly Kernel[] {
  const states = new Set(updates.map(({ state }) => state.buffer));
  const uses = new Map(items.map((item) => [item, accesses(item)] as const));
  const needs = new Map<Item, readonly Item[]>();
  // Who writes a buffer waits for whoever wrote it before.
  const lastWriter = new Map<Buffer, Item>();
  for (const [item, { reads, writes }] of uses) {
    const buffers = [...reads.filter(({ buffer }) => !states.has(buffer)), ...writes];
    needs.set(
      item,
      buffers.flatMap(({ buffer }) => lastWriter.get(buffer) ?? []),
    );
    for (const { buffer } of writes) lastWriter.set(buffer, item);
  }
  const overwrites = new Set(updates.flatMap((update) => ('group' in update ? [update.group as Item] : [])));
  const ordered = dependencyOrder(
    [...items.filter((item) => !overwrites.has(item)), ...overwrites],
    (item, index) => needs.get(item)?.[index],
  );

  const place = new Map(ordered.map((item, index) => [item, index] as const));
  const lastRead = new Map<Buffer, number>();
  for (const [item, { reads }] of uses) {
    for (const { buffer } of reads) {
      if (states.has(buffer))
        lastRead.set(buffer, Math.max(lastRead.get(buffer) ?? -1, place.get(item) ?? -1));
    }
  }
  const moves = updates.flatMap((update): Kernel[] => {
    const { state } = update;
    if ('moved' in update) return [moveOf(update.moved, state)];
    const { group, store, temporary } = update;
    const inPlace =
      (lastRead.get(state.buffer) ?? -1) <= (place.get(group) ?? 0) &&
      overwritesOnlyItsOwn(group, state.buffer, store.view);
    if (inPlace) return [];
    const moved = temporary();
    store.view = { ...store.view, buffer: moved.buffer, offset: 0 };
    return [moveOf(moved, state)];
  });
  return [
    ...ordered.flatMap((item): readonly Kernel[] =>
      item instanceof Group ? tile(item.finish(), target).flatMap(split) : [item],
    ),
    ...moves,
  ];
}

const moveOf = (from: View, to: View): Kernel => ({
  kind: 'copy',
  name: `move to ${to.buffer.name}`,
  from,
  to,
  size: from.buffer.size,
});
