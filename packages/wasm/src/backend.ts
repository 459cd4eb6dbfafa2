import { checkPrograms, type AdjointError, type Programs, type SyncBackend } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { compilePrograms } from './compile.js';
import { hasRelaxedArithmetic } from './relaxed.js';
import { reserve, WasmExecutable } from './executable.js';
import { canShareMemory } from './threads.js';

export interface WasmOptions {
  /**
   * - `strict`, unless given: every operation is rounded by itself, so that the bits are the same on every machine
   * - `relaxed`: a product and a sum may be rounded together, where the engine has such an instruction
   */
  readonly arithmetic?: 'strict' | 'relaxed';
  /**
   * How many threads share the work of large kernels, on memory that they share; 1 unless given. The results are the
   * same bits for any number. In a page that is not isolated from other origins there is one thread.
   */
  readonly threads?: number;
}

/**
 * Compiles programs, forward, backward and update, into one WebAssembly module with a static plan of its memory.
 * @example wasmBackend({ arithmetic: 'relaxed' }).name // 'wasm'
 */
export function wasmBackend({ arithmetic = 'strict', threads: wanted = 1 }: WasmOptions = {}): SyncBackend {
  const threads = canShareMemory() ? wanted : 1;
  const relaxed = arithmetic === 'relaxed' && hasRelaxedArithmetic();
  const compileSync = <P extends Programs>(
    programs: P,
  ): E.Either<AdjointError, WasmExecutable<keyof P & string>> => {
    const slots = checkPrograms(programs);
    if (E.isLeft(slots)) return slots;
    const compiled = compilePrograms(programs, slots.right, { relaxed, threads });
    const storage = reserve(compiled);
    if (E.isLeft(storage)) return storage;
    const module = new WebAssembly.Module(compiled.bytes);
    return E.right(new WasmExecutable(programs, slots.right, compiled, module, storage.right, threads));
  };
  return {
    name: 'wasm',
    compile: (programs) => TE.fromIOEither(() => compileSync(programs)),
    compileSync,
  };
}

/** The backend in strict arithmetic. */
export const wasm: SyncBackend = wasmBackend();
