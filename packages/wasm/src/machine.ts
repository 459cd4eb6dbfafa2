import type { AdjointError } from '@adjoint/core';
import { runOwnKernel, tooLarge, writeConstants, type Compiled, type Machine } from '@adjoint/compiler';
import * as E from 'fp-ts/lib/Either.js';
import { pagesFor, runName } from './emit/program.js';
import { MOST_PAGES, PAGE } from './module/target.js';
import { startThreads } from './threads.js';

/** Compiled programs whose module is written, and its memory. */
export interface Prepared extends Compiled<Uint8Array<ArrayBuffer>> {
  readonly storage: WebAssembly.Memory;
  readonly threads: number;
}

/** Makes a module's memory and fills in its constants; Left where there is not so much. */
export function reserve(
  compiled: Compiled<Uint8Array<ArrayBuffer>>,
  threads: number,
): E.Either<AdjointError, Prepared> {
  const { plan } = compiled;
  const { size, control } = plan;
  try {
    const storage = new WebAssembly.Memory({
      initial: pagesFor(size),
      maximum: MOST_PAGES,
      shared: control !== undefined,
    });
    writeConstants(plan, storage.buffer);
    return E.right({ ...compiled, storage, threads });
  } catch (error) {
    // What engines throw where the machine has no such memory.
    if (error instanceof RangeError) return E.left(tooLarge(plan, size));
    throw error;
  }
}

/** What the module imports: its memory, and what runs an op's own kernel on views of it. */
export const importsOf = ({ plan, storage }: Prepared): WebAssembly.Imports => ({
  env: { memory: storage, kernel: (call: number) => runOwnKernel(plan, storage.buffer, call) },
});

type Exports = Readonly<Record<string, ((steps: number) => void) | undefined>>;

function grow(storage: WebAssembly.Memory, bytes: number): boolean {
  const missing = pagesFor(bytes) - storage.buffer.byteLength / PAGE;
  if (missing <= 0) return true;
  try {
    storage.grow(missing);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An instance with its memory and the threads that help it. */
export function machineOf(
  { plan: { control }, storage, threads }: Prepared,
  module: WebAssembly.Module,
  instance: WebAssembly.Instance,
): Machine {
  // The module was written with these exports.
  const runs = instance.exports as Exports;
  const machine = {
    memory: () => storage.buffer,
    grow: (bytes: number) => grow(storage, bytes),
    run: (program: string, steps: number) => {
      const run = runs[runName(program)];
      if (run === undefined) throw new TypeError(`the module has no program "${program}"`);
      run(steps);
    },
    dispose: () => endThreads?.(),
  };
  const endThreads =
    control === undefined
      ? undefined
      : startThreads(threads - 1, module, storage, { owner: machine, control });
  return machine;
}
