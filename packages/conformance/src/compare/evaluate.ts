import {
  AdjointException,
  interpreter,
  nameOfInput,
  type AdjointError,
  type Backend,
  type Program,
  type SyncBackend,
  type Tensors,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';

/** What was computed; a Left is thrown. */
export function right<T>(either: E.Either<AdjointError, T>): T {
  if (E.isLeft(either)) throw new AdjointException(either.left);
  return either.right;
}

/** Whether a backend compiles and runs without waiting, too. */
export const isSync = (backend: Backend): backend is SyncBackend => 'compileSync' in backend;

/** Of some feeds those that a program has inputs for. */
const needed = ({ graph }: Program, feeds: Tensors): Tensors => {
  const names = graph.inputs.map(nameOfInput);
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));
};

/** Does something with an executable, and gives up its memory whatever comes of it. */
async function using<M extends { readonly dispose: () => void }, T>(
  executable: M,
  use: (executable: M) => T | Promise<T>,
): Promise<T> {
  try {
    return await use(executable);
  } finally {
    executable.dispose();
  }
}

/** The outputs of one step, without waiting where the backend can; of the feeds it takes those that it has inputs for. */
export async function evaluate(backend: Backend, program: Program, feeds: Tensors = {}): Promise<Tensors> {
  const given = needed(program, feeds);
  const result = isSync(backend)
    ? await using(right(backend.compileSync({ program })), (made) => made.runSync('program', given))
    : await using(right(await backend.compile({ program })()), (made) => made.run('program', given)());
  return right(result).outputs;
}

/** What the interpreter gives. */
export const interpreted = (program: Program, feeds: Tensors = {}): Tensors =>
  right(right(interpreter.compileSync({ program })).runSync('program', needed(program, feeds))).outputs;
