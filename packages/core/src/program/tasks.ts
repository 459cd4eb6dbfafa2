import { attemptEither } from '../value/error.js';
import type { Executable, Programs, SyncBackend, SyncExecutable } from './backend.js';
import { quoted } from '../support/describe.js';

/** Executables and backends that never wait, with the tasks that every executable and backend has. */

/** What is done when the task runs: not before, and not while its caller does something else. */
const task =
  <A>(run: () => A): (() => Promise<A>) =>
  () =>
    Promise.resolve().then(run);

/** An executable without its tasks. */
export type ExecutableWithoutTasks<P extends string> = Omit<SyncExecutable<P>, 'run' | 'read' | 'write'>;

/** A backend without its task. */
export interface BackendWithoutTask {
  readonly name: string;
  readonly compileSync: SyncBackend['compileSync'];
}

/** The executable with `run`, `read` and `write`: tasks that do what `runSync`, `readSync` and `writeSync` do. */
export const executableWithTasks = <P extends string>(
  executable: ExecutableWithoutTasks<P>,
): SyncExecutable<P> => {
  const tasks: Executable<P> = {
    run: (name, feeds, options) => task(() => executable.runSync(name, feeds, options)),
    read: () => task(() => executable.readSync()),
    write: (state) => task(() => executable.writeSync(state)),
    dispose: () => executable.dispose(),
  };
  return {
    ...tasks,
    // Not a copy of the executable: one that is a class keeps its methods on the prototype.
    runSync: (name, feeds, options) => executable.runSync(name, feeds, options),
    readSync: () => executable.readSync(),
    writeSync: (state) => executable.writeSync(state),
  };
};

/** The backend with `compile`: a task that does what `compileSync` does. What is thrown meanwhile is a Left. */
export const backendWithTask = ({ name, compileSync }: BackendWithoutTask): SyncBackend => {
  const compile: SyncBackend['compileSync'] = (programs) =>
    attemptEither(`the backend ${quoted(name)}`, () => compileSync(programs));
  return {
    name,
    compile: <P extends Programs>(programs: P) => task(() => compile(programs)),
    compileSync: compile,
  };
};
