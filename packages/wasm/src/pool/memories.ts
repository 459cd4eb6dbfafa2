import { MOST_PAGES, PAGE, pagesFor } from '../module/target.js';

/** Memories that executables share one after another, so that their number is bounded whatever becomes of executables. */

/** Who works on a memory of the pool. */
export interface Tenant {
  /** Copies out what has to last, and forgets the memory. @returns whether it could */
  readonly park: () => boolean;
}

/** What a tenant needs. */
export interface Need {
  readonly bytes: number;
  /** Whether threads work on it. */
  readonly shared: boolean;
}

/** Beyond these, memories are taken from who has not worked for longest. What works now keeps what it has. */
export interface Limits {
  readonly memories: number;
  readonly bytes: number;
}

/** A memory, and how often it is in use at this moment. */
interface Held {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  uses: number;
}

/** A larger memory that is given back is let go, unless it is shared: of those the collector does not see the size. */
const SMALL = 2 ** 24;

const sizeOf = ({ memory }: Held): number => memory.buffer.byteLength;

/** What engines throw a RangeError for where the machine has no such memory. */
function whereThereIs<A>(make: () => A): A | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const created = ({ bytes, shared }: Need): Held | undefined =>
  whereThereIs(() => {
    const memory = new WebAssembly.Memory({ initial: pagesFor(bytes), maximum: MOST_PAGES, shared });
    return { memory, shared, uses: 0 };
  });

const grown = (held: Held, bytes: number): Held | undefined =>
  whereThereIs(() => {
    const missing = pagesFor(bytes) - sizeOf(held) / PAGE;
    if (missing > 0) held.memory.grow(missing);
    return held;
  });

export class MemoryPool {
  readonly #limits: Limits;
  readonly #vacate: (memory: WebAssembly.Memory) => boolean;
  /** The least recently used first. */
  readonly #lent = new Map<Tenant, Held>();
  readonly #free = new Set<Held>();

  /** @param vacate makes sure that no thread works on a memory any more; false where that cannot be said */
  constructor(limits: Limits, vacate: (memory: WebAssembly.Memory) => boolean) {
    this.#limits = limits;
    this.#vacate = vacate;
  }

  /** How many memories there are, and how many bytes they have. */
  get held(): { readonly memories: number; readonly bytes: number } {
    const all = [...this.#lent.values(), ...this.#free];
    return { memories: all.length, bytes: all.reduce((sum, held) => sum + sizeOf(held), 0) };
  }

  /**
   * A memory for a tenant, the same as before if it was not taken away since; it stays until `rest`.
   * @returns nothing where there is not so much memory
   */
  use(tenant: Tenant, need: Need): WebAssembly.Memory | undefined {
    const own = this.#lent.get(tenant);
    const held = own !== undefined && sizeOf(own) >= need.bytes ? own : this.#find(own, need);
    if (held === undefined) return undefined;
    held.uses++;
    this.#free.delete(held);
    this.#lent.delete(tenant);
    this.#lent.set(tenant, held);
    return held.memory;
  }

  /** Says that a tenant's work is done: its memory may be taken away. */
  rest(tenant: Tenant): void {
    const held = this.#lent.get(tenant);
    if (held !== undefined) held.uses--;
  }

  /** Takes a memory back for good. */
  release(tenant: Tenant): void {
    const held = this.#lent.get(tenant);
    if (held === undefined) return;
    this.#lent.delete(tenant);
    if (this.#vacate(held.memory) && (held.shared || sizeOf(held) <= SMALL)) this.#free.add(held);
  }

  /** A memory as large as is needed: the tenant's own, a free one, a new one, or one of those that rest. */
  #find(own: Held | undefined, need: Need): Held | undefined {
    for (;;) {
      const found = own ?? this.#fitting(need);
      const fits = this.#isWithinLimits(found, need.bytes) || !this.#makeRoom(own, found);
      if (!fits) continue;
      const held = found === undefined ? created(need) : grown(found, need.bytes);
      if (held !== undefined || !this.#makeRoom(own, found)) return held;
    }
  }

  /** The smallest free memory that is large enough, or else the largest. */
  #fitting({ bytes, shared }: Need): Held | undefined {
    const free = [...this.#free].filter((held) => held.shared === shared);
    free.sort((a, b) => sizeOf(a) - sizeOf(b));
    return free.find((held) => sizeOf(held) >= bytes) ?? free.at(-1);
  }

  #isWithinLimits(found: Held | undefined, wanted: number): boolean {
    const { memories, bytes } = this.held;
    const more = Math.max(wanted - (found === undefined ? 0 : sizeOf(found)), 0);
    return bytes + more <= this.#limits.bytes && (found !== undefined || memories < this.#limits.memories);
  }

  /** Lets another free memory go, or frees that of the tenant which rested longest. @returns whether there was one */
  #makeRoom(own: Held | undefined, kept: Held | undefined): boolean {
    for (const held of this.#free) {
      if (held !== kept) return this.#free.delete(held);
    }
    for (const [tenant, held] of this.#lent) {
      if (held === own || held.uses > 0 || !tenant.park()) continue;
      this.#lent.delete(tenant);
      if (this.#vacate(held.memory)) this.#free.add(held);
      return true;
    }
    return false;
  }
}
