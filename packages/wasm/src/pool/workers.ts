import { generationOf, isServed, recall } from '../module/threads.js';
import type { StartThread, Thread } from './thread.js';

/** Workers that executables share: each helps the one that asked for it last, until another one needs it. */

/** What threads help with: the parallel kernels of a module, on a memory whose control block lies at an address. */
export interface Job {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
}

/** The threads that help on one memory. */
interface Crew {
  readonly control: number;
  readonly threads: Thread[];
}

/** How long is waited for threads to notice that they were called back, in milliseconds: some microseconds are usual. */
const PATIENCE = 1000;

export class WorkerPool {
  readonly #start: StartThread;
  readonly #cores: () => number;
  readonly #most: number;
  /** The most helpers that any job asked for. */
  #asked = 0;
  /** Whether a thread could not start, or ended by itself: where one cannot, others could not either. */
  #isBlocked = false;
  readonly #threads = new Set<Thread>();
  readonly #idle: Thread[] = [];
  /** The least recently used first. */
  readonly #crews = new Map<WebAssembly.Memory, Crew>();

  constructor({
    start,
    cores,
    most,
  }: {
    readonly start: StartThread;
    readonly cores: () => number;
    /** There are never more. */
    readonly most: number;
  }) {
    this.#start = start;
    this.#cores = cores;
    this.#most = most;
  }

  /** How many workers there are. */
  get size(): number {
    return this.#threads.size;
  }

  /** Has so many threads help with a job, if there are as many; nothing is done where they do already. */
  help(job: Job, wanted: number): void {
    const { memory, control } = job;
    const crew = this.#crews.get(memory) ?? { control, threads: [] };
    this.#crews.delete(memory);
    this.#crews.set(memory, crew);
    this.#asked = Math.max(this.#asked, wanted);
    while (crew.threads.length < wanted) {
      const thread = this.#idle.pop() ?? this.#started() ?? this.#taken(memory);
      if (thread === undefined) return;
      crew.threads.push(thread);
      thread.serve({ ...job, generation: generationOf(memory, control) });
    }
  }

  /** Calls everybody back from a memory. @returns whether no thread works on it any more */
  leave(memory: WebAssembly.Memory): boolean {
    const crew = this.#crews.get(memory);
    if (crew === undefined) return true;
    this.#dismiss(memory, crew);
    this.#crews.delete(memory);
    const start = performance.now();
    while (isServed(memory, crew.control)) if (performance.now() - start > PATIENCE) return false;
    return true;
  }

  #dismiss(memory: WebAssembly.Memory, { control, threads }: Crew): void {
    recall(memory, control);
    this.#idle.push(...threads.splice(0));
  }

  #started(): Thread | undefined {
    const most = Math.min(this.#most, Math.max(this.#cores() - 1, this.#asked));
    if (this.#isBlocked || this.#threads.size >= most) return undefined;
    const thread = this.#start(() => this.#lost(thread));
    if (thread === undefined) this.#isBlocked = true;
    else this.#threads.add(thread);
    return thread;
  }

  /** A thread of the crew that has not worked for longest. */
  #taken(except: WebAssembly.Memory): Thread | undefined {
    for (const [memory, crew] of this.#crews) {
      if (memory === except || crew.threads.length === 0) continue;
      this.#dismiss(memory, crew);
      return this.#idle.pop();
    }
    return undefined;
  }

  #lost(thread: Thread | undefined): void {
    this.#isBlocked = true;
    if (thread === undefined) return;
    this.#threads.delete(thread);
    for (const list of [this.#idle, ...[...this.#crews.values()].map(({ threads }) => threads)]) {
      const index = list.indexOf(thread);
      if (index >= 0) list.splice(index, 1);
    }
  }
}
