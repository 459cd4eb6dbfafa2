import { checkPrograms, type AdjointError, type Backend, type Programs } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { compilePrograms } from './compile.js';
import { reserve, WasmExecutable } from './executable.js';

/** A backend that never waits. */
export type SyncBackend = Backend & {
  readonly compileSync: <P extends Programs>(
    programs: P,
  ) => E.Either<AdjointError, WasmExecutable<keyof P & string>>;
};

function compileSync<P extends Programs>(
  programs: P,
): E.Either<AdjointError, WasmExecutable<keyof P & string>> {
  const slots = checkPrograms(programs);
  if (E.isLeft(slots)) return slots;
  const compiled = compilePrograms(programs, slots.right);
  const storage = reserve(compiled);
  if (E.isLeft(storage)) return storage;
  const module = new WebAssembly.Module(compiled.bytes);
  return E.right(new WasmExecutable(programs, slots.right, compiled, module, storage.right));
}

/** Compiles programs, forward, backward and update, into one WebAssembly module. */
export const wasm: SyncBackend = {
  name: 'wasm',
  compile: (programs) => TE.fromIOEither(() => compileSync(programs)),
  compileSync,
};
