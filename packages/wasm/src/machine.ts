import type { AdjointError } from '@adjoint/core';
import {
  formatBytes,
  isParallel,
  runOwnKernel,
  tooLarge,
  withoutMemory,
  type Compiled,
  type Machine,
} from '@adjoint/compiler';
import * as E from 'fp-ts/lib/Either.js';
import { runName } from './emit/program.js';
import type { Tenant } from './pool/memories.js';
import { memories, workers } from './pool/pools.js';
import { refusedByEngine } from './refused.js';

/** Compiled programs whose module is written, for so many threads. */
export interface Prepared extends Compiled<Uint8Array<ArrayBuffer>> {
  readonly threads: number;
}

/** A page's main thread may not instantiate larger modules while everything waits: they keep their memory. */
const LARGEST_AT_ONCE = 2 ** 22;

type Exports = Readonly<Record<string, ((steps: number) => void) | undefined>>;

/**
 * Where compiled programs run: an instance on a memory of the pool or, after others have needed that memory, what lasts
 * from run to run, copied out. It knows nobody who uses it, so that what is forgotten can be collected.
 */
class Residence implements Tenant {
  readonly #prepared: Prepared;
  readonly #module: WebAssembly.Module;
  readonly #parallel: ReadonlySet<string>;
  #memory: WebAssembly.Memory | undefined;
  #instance: WebAssembly.Instance | undefined;
  /** What lasts, while another has the memory. */
  #parked: Uint8Array | undefined;
  #isBusy = false;
  #isDisposed = false;

  constructor(prepared: Prepared, module: WebAssembly.Module) {
    this.#prepared = prepared;
    this.#module = module;
    const programs = [...prepared.plan.programs.values()];
    this.#parallel = new Set(programs.filter(({ body }) => body.some(isParallel)).map(({ name }) => name));
  }

  /** Has an instance on a memory of at least so many bytes, which is this one's until `#rest`. */
  #settle(bytes: number): E.Either<AdjointError, WebAssembly.Memory> {
    const { plan } = this.#prepared;
    if (bytes > plan.target.memory.most) return E.left(tooLarge(plan, bytes));
    const memory = memories.use(this, { bytes, shared: plan.control !== undefined });
    if (memory === undefined) {
      const held = memories.held;
      const problem = `which is not to be had; all executables together hold ${formatBytes(held.bytes)} in ${held.memories} memories`;
      const remedy = 'Dispose of executables that are done, take smaller batches, or fewer steps a run.';
      return E.left(withoutMemory(plan, bytes, { problem, remedy }));
    }
    this.#memory = memory;
    this.#isBusy = true;
    return E.right(memory);
  }

  #rest(): void {
    this.#isBusy = false;
    memories.rest(this);
    if (this.#isDisposed) this.dispose();
  }

  /** Writes back what was copied out when an instance is there again. */
  #settled(instance: WebAssembly.Instance, memory: WebAssembly.Memory): void {
    this.#instance = instance;
    if (this.#parked === undefined) return;
    new Uint8Array(memory.buffer).set(this.#parked, this.#prepared.plan.lasting.from);
    this.#parked = undefined;
  }

  /** What the module imports: its memory, and what runs an op's own kernel on views of it. */
  #imports(memory: WebAssembly.Memory): WebAssembly.Imports {
    const { plan } = this.#prepared;
    return { env: { memory, kernel: (call: number) => runOwnKernel(plan, memory.buffer, call) } };
  }

  /** Makes the first instance while others go on, for a page's main thread may not wait for a large module. */
  async instantiate(): Promise<E.Either<AdjointError, void>> {
    const settled = this.#settle(this.#prepared.plan.size);
    if (E.isLeft(settled)) return settled;
    try {
      const instance = await WebAssembly.instantiate(this.#module, this.#imports(settled.right));
      this.#settled(instance, settled.right);
      return E.right(undefined);
    } catch (error) {
      this.#isDisposed = true;
      return E.left(refusedByEngine(error));
    } finally {
      this.#rest();
    }
  }

  use<A>(bytes: number, work: (memory: ArrayBuffer) => E.Either<AdjointError, A>): E.Either<AdjointError, A> {
    const settled = this.#settle(bytes);
    if (E.isLeft(settled)) return settled;
    const memory = settled.right;
    try {
      const instance =
        this.#instance === undefined
          ? E.tryCatch(() => new WebAssembly.Instance(this.#module, this.#imports(memory)), refusedByEngine)
          : E.right(this.#instance);
      if (E.isLeft(instance)) return instance;
      if (instance.right !== this.#instance) this.#settled(instance.right, memory);
      return work(memory.buffer);
    } finally {
      this.#rest();
    }
  }

  run(program: string, steps: number): void {
    // The module was written with these exports.
    const exports = this.#instance?.exports as Exports | undefined;
    const run = exports?.[runName(program)];
    if (run === undefined) throw new TypeError(`the module has no program "${program}"`);
    const { plan, threads } = this.#prepared;
    if (plan.control !== undefined && this.#memory !== undefined && this.#parallel.has(program)) {
      workers.help({ module: this.#module, memory: this.#memory, control: plan.control }, threads - 1);
    }
    run(steps);
  }

  park(): boolean {
    const { plan, code } = this.#prepared;
    if (code.byteLength > LARGEST_AT_ONCE) return false;
    const { from, to } = plan.lasting;
    // Without an instance what lasts is copied out already.
    if (this.#instance !== undefined && this.#memory !== undefined) {
      try {
        this.#parked = new Uint8Array(this.#memory.buffer, from, to - from).slice();
      } catch (error) {
        // What engines throw where there is no room for an array.
        if (error instanceof RangeError) return false;
        throw error;
      }
    }
    this.#instance = undefined;
    this.#memory = undefined;
    return true;
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#isBusy) return;
    this.#instance = undefined;
    this.#memory = undefined;
    this.#parked = undefined;
    memories.release(this);
  }
}

/** Gives back at once what nobody references any more; without it others take it when they need it. */
const forgotten = new FinalizationRegistry<Residence>((residence) => {
  residence.dispose();
});

function machineOf(residence: Residence): Machine {
  const machine: Machine = {
    use: (bytes, work) => residence.use(bytes, work),
    run: (program, steps) => residence.run(program, steps),
    dispose: () => {
      forgotten.unregister(machine);
      residence.dispose();
    },
  };
  forgotten.register(machine, residence, machine);
  return machine;
}

/** What runs a module; its memory is taken from the pool when it is used. */
export const createMachine = (prepared: Prepared, module: WebAssembly.Module): Machine =>
  machineOf(new Residence(prepared, module));

/** The same with an instance. */
export async function instantiateMachine(
  prepared: Prepared,
  module: WebAssembly.Module,
): Promise<E.Either<AdjointError, Machine>> {
  const residence = new Residence(prepared, module);
  const instantiated = await residence.instantiate();
  return E.isLeft(instantiated) ? instantiated : E.right(machineOf(residence));
}
