import { AdjointException, type AdjointError } from '@adjoint/core';
import { attempt, errorOf, invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';

const isEither = (u: unknown): boolean =>
  typeof u === 'object' && u !== null && '_tag' in u && (u._tag === 'Left' || u._tag === 'Right');

/**
 * A task that somebody else wrote, as one that never rejects.
 * @param by whose code it is, as `attempt` has it
 * @returns Left where the task throws, rejects, or gives no Either
 */
export const attemptTask =
  <A>(by: string, run: () => Promise<E.Either<AdjointError, A>>): TaskEither<AdjointError, A> =>
  async () => {
    try {
      const result = await run();
      return isEither(result)
        ? result
        : E.left(invalid('plugin', [], `${by} gives no Either`, 'Give left(…) or right(…) of fp-ts.'));
    } catch (thrown) {
      return E.left(errorOf(thrown, by));
    }
  };

/** What code gives that somebody else wrote; what it throws says whose it is. */
export function called<A>(by: string, run: () => A): A {
  const result = attempt(by, run);
  if (E.isLeft(result)) throw new AdjointException(result.left);
  return result.right;
}
