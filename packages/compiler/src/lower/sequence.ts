import { type Shape } from '@adjoint/core';
import { lookup, sameShape } from '@adjoint/core/extend';
import type { Branch, Buffer, CallKernel, Repeat, View } from '../loop/kernel.js';
import { squeezed } from '../loop/view.js';
import { Fusion, type FusionStore, type Level } from './fusion.js';
import type { Operand } from './location.js';

/** What a block is lowered to, in the order in which it was begun; loops and choices hold blocks themselves. */
export type Item = Fusion | CallKernel | Repeat<LoweredBlock> | Branch<LoweredBlock>;

/** A value that is carried to the next step: a fusion stores it over the old one, or it waits in a buffer of its own. */
export type Carry =
  | { readonly state: View; readonly fusion: Fusion; readonly store: FusionStore; readonly shape: Shape }
  | { readonly state: View; readonly waiting: View };

/** A program, or the body of a loop or a choice, after lowering. */
export interface LoweredBlock {
  readonly items: readonly Item[];
  readonly carries: readonly Carry[];
}

/** Fusions larger than this make code that engines compile slowly. */
const LARGEST_FUSION = 256;

/** Where a node is computed: a fusion, and whether for its elements or for its results. */
export interface Site {
  readonly fusion: Fusion;
  readonly level: Level;
}

/** Whether an operand is computed at a site itself, element for element of what is computed there over these axes. */
export const isInside = ({ location, shape }: Operand, { fusion, level }: Site, sizes: Shape): boolean =>
  location.kind === 'fused' &&
  location.definition.fusion === fusion &&
  location.definition.level === level &&
  sameShape(squeezed(shape), sizes);

/** The position of what was there before the block. */
const BEFORE = -1;

/** The items of a block in the order in which they were begun, and which of its fusions a node may join. */
export class Sequence {
  readonly #items: Item[] = [];
  readonly #positions = new Map<Item, number>();
  /** The position of the last item that writes a buffer. */
  readonly #lastWrite = new Map<Buffer, number>();
  /** The last fusion for each level and shape. */
  readonly #latest = new Map<string, Fusion>();

  get items(): readonly Item[] {
    return this.#items;
  }

  add<T extends Item>(item: T): T {
    this.#positions.set(item, this.#items.length);
    this.#items.push(item);
    return item;
  }

  /** The position of the last item of the block that writes a buffer. */
  #written(buffer: Buffer): number {
    return this.#lastWrite.get(buffer) ?? BEFORE;
  }

  /** Notes that an item writes a buffer. */
  wrote(buffer: Buffer, item: Item): void {
    this.#lastWrite.set(buffer, Math.max(this.#written(buffer), lookup(this.#positions, item)));
  }

  /** Whether a fusion may write a buffer: no later item has written it. */
  mayWrite(fusion: Fusion, buffer: Buffer): boolean {
    return lookup(this.#positions, fusion) >= this.#written(buffer);
  }

  /** The position of the last item that an operand waits for. */
  #ready({ location }: Operand): number {
    if (location.kind === 'fused') return lookup(this.#positions, location.definition.fusion);
    return location.kind === 'view' ? this.#written(location.view.buffer) : BEFORE;
  }

  /** Begins a fusion over a domain without axes of size 1. */
  begin(name: string, domain: Shape): Fusion {
    const fusion = this.add(new Fusion(domain, name));
    this.#latest.set(`element ${domain.join()}`, fusion);
    return fusion;
  }

  /** Lets nodes over the results of a fusion join it from now on. */
  openResults(fusion: Fusion): void {
    this.#latest.set(`result ${fusion.shapeAt('result').join()}`, fusion);
  }

  /** No more nodes over results of this shape join the fusion that had it. */
  closeResults(shape: Shape): void {
    this.#latest.delete(`result ${shape.join()}`);
  }

  /** Whether a node over these axes may be computed at a site that has them. */
  #fits(site: Site, operands: readonly Operand[], sizes: Shape): boolean {
    const { fusion } = site;
    if (fusion.nodes >= LARGEST_FUSION) return false;
    const position = lookup(this.#positions, fusion);
    let related = false;
    for (const operand of operands) {
      const inside = isInside(operand, site, sizes);
      const ready = this.#ready(operand);
      if (!inside && ready >= position) return false;
      related ||= inside || (operand.location.kind === 'view' && fusion.reads(operand.location.view.buffer));
    }
    return related;
  }

  /** Where a node over these axes is computed: in a fusion that it fits into, the later the better, or in a new one. */
  siteFor(name: string, operands: readonly Operand[], sizes: Shape): Site {
    const key = sizes.join();
    let best: Site | undefined;
    for (const level of ['element', 'result'] as const) {
      const fusion = this.#latest.get(`${level} ${key}`);
      if (fusion === undefined || !this.#fits({ fusion, level }, operands, sizes)) continue;
      const isLater =
        best === undefined || lookup(this.#positions, fusion) > lookup(this.#positions, best.fusion);
      if (isLater) best = { fusion, level };
    }
    return best ?? { fusion: this.begin(name, sizes), level: 'element' };
  }
}
