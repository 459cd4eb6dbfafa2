import { compilePrograms, executableOf, MOST_PARTS } from '@adjoint/compiler';
import { type AdjointError, type Programs, type SyncBackend } from '@adjoint/core';
import { refuse } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import { hasRelaxedArithmetic } from './relaxed.js';
import { emitModule } from './emit/program.js';
import { createMachine, instantiateMachine, type Prepared } from './machine.js';
import { wasmTarget } from './module/target.js';
import { canShareMemory, cores } from './pool/thread.js';
import { refusedByEngine } from './refused.js';

export interface WasmOptions {
  /**
   * - `strict`, unless given: every operation is rounded by itself, so that the bits are the same on every machine
   * - `relaxed`: a product and a sum may be rounded together, where the engine has such an instruction; Node 20 wants
   *   the flag `--experimental-wasm-relaxed-simd`, and without it computes strictly
   */
  readonly arithmetic?: 'strict' | 'relaxed';
  /**
   * How many threads share the work of large kernels, on memory that they share; as many as the machine has cores
   * unless given. Programs without large kernels have one. The results are the same bits for any number. In a page
   * that is not isolated from other origins, or whose Content-Security-Policy has no `worker-src blob:`, there is one;
   * more than 16 are never used, and more than there are cores slow it down. Executables share the threads: those that
   * helped one help the next that needs them. They do not keep a process alive.
   */
  readonly threads?: number;
}

/**
 * Compiles programs, forward, backward and update, into one WebAssembly module with a static plan of its memory.
 * @throws AdjointException where the number of threads is none
 * @example wasmBackend({ arithmetic: 'relaxed' }).name // 'wasm'
 */
export function wasmBackend({ arithmetic = 'strict', threads: wanted }: WasmOptions = {}): SyncBackend {
  // Plain JavaScript may pass anything.
  if (!['strict', 'relaxed'].includes(arithmetic)) {
    refuse('option', ['arithmetic'], `expected "strict" or "relaxed", given ${JSON.stringify(arithmetic)}`);
  }
  if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 1)) {
    refuse('option', ['threads'], `expected a whole number from 1 on, given ${wanted}`);
  }
  const relaxed = arithmetic === 'relaxed' && hasRelaxedArithmetic();
  /** All but what the engine does. */
  const prepare = (programs: Programs): E.Either<AdjointError, Prepared> => {
    const threads = canShareMemory() ? Math.min(wanted ?? cores(), MOST_PARTS) : 1;
    const compiled = compilePrograms(programs, wasmTarget(threads), (plan) => emitModule(plan, relaxed));
    return E.isLeft(compiled) ? compiled : E.right({ ...compiled.right, threads });
  };
  return {
    name: 'wasm',
    // A page's main thread may neither compile nor instantiate a large module while everything waits.
    compile:
      <P extends Programs>(programs: P) =>
      async () => {
        const prepared = prepare(programs);
        if (E.isLeft(prepared)) return prepared;
        const module = await WebAssembly.compile(prepared.right.code).then(E.right, (error: unknown) =>
          E.left(refusedByEngine(error)),
        );
        if (E.isLeft(module)) return module;
        const machine = await instantiateMachine(prepared.right, module.right);
        return E.isLeft(machine) ? machine : executableOf<keyof P & string>(prepared.right, machine.right);
      },
    compileSync: <P extends Programs>(programs: P) => {
      const prepared = prepare(programs);
      if (E.isLeft(prepared)) return prepared;
      const module = E.tryCatch(() => new WebAssembly.Module(prepared.right.code), refusedByEngine);
      if (E.isLeft(module)) return module;
      return executableOf<keyof P & string>(prepared.right, createMachine(prepared.right, module.right));
    },
  };
}

/** The backend in strict arithmetic. */
export const wasm: SyncBackend = wasmBackend();
