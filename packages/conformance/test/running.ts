import { conformance, type Check, type ConformanceOptions } from '@adjoint/conformance';
import {
  interpreter,
  type Backend,
  type Executable,
  type Op,
  type Plugin,
  type Tensor,
  type Tensors,
} from '@adjoint/core';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';

/** Backends to be tested, right ones and wrong ones. */

/** The interpreter with every output of a run changed; it only waits. */
export const altered = (change: (x: Tensor) => Tensor): Backend => ({
  name: 'altered',
  compile: (programs) =>
    pipe(
      interpreter.compile(programs),
      TE.map((executable): Executable => {
        const alter = (outputs: Tensors): Tensors =>
          Object.fromEntries(Object.entries(outputs).map(([name, x]) => [name, change(x)] as const));
        return {
          read: executable.read,
          write: executable.write,
          dispose: executable.dispose,
          run: (name, feeds, options) =>
            pipe(
              executable.run(name, feeds, options),
              TE.map(({ outputs, recorded }) => ({ outputs: alter(outputs), recorded })),
            ),
        };
      }),
    ),
});

/** The names of checks that fail, of those that `chosen` chooses. */
export async function failing(
  backend: Backend,
  chosen: (check: Check) => boolean,
  options: ConformanceOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const failures: Record<string, string> = {};
  const checks = conformance(backend, { runs: 10, programs: 20, replay: { seed: 1 }, ...options });
  for (const each of checks.filter(chosen)) {
    try {
      await each.check();
    } catch (error) {
      failures[`${each.group} ${each.name}`] = error instanceof Error ? error.message : String(error);
    }
  }
  return failures;
}

export const inGroups =
  (...groups: readonly string[]) =>
  ({ group }: Check): boolean =>
    groups.includes(group);

export const pluginOf = (...ops: readonly Op[]): Plugin => ({
  name: 'test',
  version: '1.0.0',
  core: '^0.1.0',
  ops,
});
