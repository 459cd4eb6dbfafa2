import { compilePrograms, executableOf, MOST_PARTS } from '@adjoint/compiler';
import { type AdjointError, type Programs, type SyncBackend } from '@adjoint/core';
import { invalid, refuse } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import { hasRelaxedArithmetic } from './relaxed.js';
import { emitModule } from './emit/program.js';
import { importsOf, machineOf, reserve, type Prepared } from './machine.js';
import { wasmTarget } from './module/target.js';
import { canShareMemory, cores } from './threads.js';

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
   * that is not isolated from other origins there is one; more than 16 are never used, and more than there are cores
   * slow it down. Threads end with their executable, and do not keep a process alive.
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
    return pipe(
      compilePrograms(programs, wasmTarget(threads), (plan) => emitModule(plan, relaxed)),
      E.chain((compiled) => reserve(compiled, threads)),
    );
  };
  return {
    name: 'wasm',
    // A page's main thread may neither compile nor instantiate a large module while everything waits.
    compile: <P extends Programs>(programs: P) =>
      pipe(
        TE.fromIOEither(() => prepare(programs)),
        TE.chain((prepared) =>
          TE.tryCatch(async () => {
            const module = await WebAssembly.compile(prepared.code);
            const instance = await WebAssembly.instantiate(module, importsOf(prepared));
            return executableOf<keyof P & string>(prepared, machineOf(prepared, module, instance));
          }, refusedByEngine),
        ),
      ),
    compileSync: <P extends Programs>(programs: P) =>
      pipe(
        prepare(programs),
        E.chain((prepared) =>
          E.tryCatch(() => {
            const module = new WebAssembly.Module(prepared.code);
            const instance = new WebAssembly.Instance(module, importsOf(prepared));
            return executableOf<keyof P & string>(prepared, machineOf(prepared, module, instance));
          }, refusedByEngine),
        ),
      ),
  };
}

/** Engines have limits of their own: on the size of a function, and of a module. */
const refusedByEngine = (error: unknown): AdjointError =>
  invalid(
    'program',
    [],
    `the engine does not take its module: ${error instanceof Error ? error.message : String(error)}`,
    'Divide it into several programs, or run it on the interpreter.',
  );

/** The backend in strict arithmetic. */
export const wasm: SyncBackend = wasmBackend();
