import {
  AdjointException,
  interpreter,
  nameOfInput,
  type AdjointError,
  type Backend,
  type Executable,
  type Program,
  type Programs,
  type SyncBackend,
  type SyncExecutable,
  type Tensors,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';

/** What was computed; a Left is thrown. */
export function right<T>(either: E.Either<AdjointError, T>): T {
  if (E.isLeft(either)) throw new AdjointException(either.left);
  return either.right;
}

const isSync = (backend: Backend): backend is SyncBackend => 'compileSync' in backend;
const runsSync = <P extends string>(executable: Executable<P>): executable is SyncExecutable<P> =>
  'runSync' in executable;

/** Compiles without waiting where the backend can. */
export const compile = async <P extends Programs>(
  backend: Backend,
  programs: P,
): Promise<Executable<keyof P & string>> =>
  right(isSync(backend) ? backend.compileSync(programs) : await backend.compile(programs)());

/** Of some feeds those that a program has inputs for. */
const needed = ({ graph }: Program, feeds: Tensors): Tensors => {
  const names = graph.inputs.map(nameOfInput);
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));
};

/** The outputs of one step; of the feeds it takes those that it has inputs for. */
export async function evaluate(backend: Backend, program: Program, feeds: Tensors = {}): Promise<Tensors> {
  const executable = await compile(backend, { program });
  try {
    const given = needed(program, feeds);
    const result = runsSync(executable)
      ? executable.runSync('program', given)
      : await executable.run('program', given)();
    return right(result).outputs;
  } finally {
    executable.dispose();
  }
}

/** What the interpreter gives. */
export const interpreted = (program: Program, feeds: Tensors = {}): Tensors =>
  right(right(interpreter.compileSync({ program })).runSync('program', needed(program, feeds))).outputs;
