import { sameShape } from '@adjoint/core';
import type { Buffer } from '../loop/kernel.js';
import { squeezed } from '../loop/view.js';
import { Group, type Level } from './group.js';
import type { Item } from './order.js';
import type { Operand } from './place.js';

/** Groups larger than this make code that engines compile slowly. */
const LARGEST_GROUP = 256;

/** Where a node is computed: a group, and whether for its elements or for its results. */
export interface Site {
  readonly group: Group;
  readonly level: Level;
}

/** Whether an operand is computed at a site itself, element for element of what is computed there over these axes. */
export const isInside = (
  { place, shape }: Operand,
  { group, level }: Site,
  sizes: readonly number[],
): boolean =>
  place.kind === 'defined' &&
  place.definition.group === group &&
  place.definition.level === level &&
  sameShape(squeezed(shape), sizes);

/** The groups and kernels of a block in the order in which they were begun, and which of them a node may join. */
export class Items {
  readonly #items: Item[] = [];
  readonly #positions = new Map<Item, number>();
  /** The last item that writes a buffer, by its position. */
  readonly #written = new Map<Buffer, number>();
  /** The last group for each level and shape. */
  readonly #latest = new Map<string, Group>();

  all(): readonly Item[] {
    return this.#items;
  }

  add<T extends Item>(item: T): T {
    this.#positions.set(item, this.#items.length);
    this.#items.push(item);
    return item;
  }

  #position(item: Item): number {
    return this.#positions.get(item) ?? -1;
  }

  /** Notes that an item writes a buffer. */
  wrote(buffer: Buffer, item: Item): void {
    this.#written.set(buffer, Math.max(this.#written.get(buffer) ?? -1, this.#position(item)));
  }

  /** Whether a group may write a buffer: no later item has written it. */
  mayWrite(group: Group, buffer: Buffer): boolean {
    return this.#position(group) >= (this.#written.get(buffer) ?? -1);
  }

  /** The position of the last item that an operand waits for. */
  #ready({ place }: Operand): number {
    if (place.kind === 'defined') return this.#position(place.definition.group);
    return place.kind === 'view' ? (this.#written.get(place.view.buffer) ?? -1) : -1;
  }

  newGroup(name: string, domain: readonly number[]): Group {
    const group = this.add(new Group(domain, name));
    this.#latest.set(`element ${domain.join()}`, group);
    return group;
  }

  /** Lets nodes over the results of a group join it from now on. */
  opened(group: Group): void {
    this.#latest.set(`result ${(group.shapeAt('result') ?? []).join()}`, group);
  }

  /** No more nodes over results of this shape join the group that had it. */
  closed(shape: readonly number[]): void {
    this.#latest.delete(`result ${shape.join()}`);
  }

  /** Whether a node over these axes may be computed at a site that has them. */
  #fits(site: Site, operands: readonly Operand[], sizes: readonly number[]): boolean {
    const { group } = site;
    if (group.nodes >= LARGEST_GROUP) return false;
    const at = this.#position(group);
    let related = false;
    for (const operand of operands) {
      const inside = isInside(operand, site, sizes);
      const ready = this.#ready(operand);
      if (!inside && ready >= at) return false;
      related ||= inside || (operand.place.kind === 'view' && group.reads(operand.place.view.buffer));
    }
    return related;
  }

  /** Where a node over these axes is computed: in a group that it fits into, the later the better, or in a new one. */
  siteFor(name: string, operands: readonly Operand[], sizes: readonly number[]): Site {
    const key = sizes.join();
    let best: Site | undefined;
    for (const level of ['element', 'result'] as const) {
      const group = this.#latest.get(`${level} ${key}`);
      if (group === undefined || !this.#fits({ group, level }, operands, sizes)) continue;
      if (best === undefined || this.#position(group) > this.#position(best.group)) best = { group, level };
    }
    return best ?? { group: this.newGroup(name, sizes), level: 'element' };
  }
}
