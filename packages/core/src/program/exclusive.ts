import * as E from 'fp-ts/lib/Either.js';
import { attemptEither, invalid, type AdjointError } from '../value/error.js';

/** What an executable says that is asked for something while it runs: by a kernel, or by a getter of what it was given. */
const busy = (): AdjointError =>
  invalid(
    'program',
    [],
    'the executable is running, and its state belongs to that run',
    'Compile the programs once more for what a kernel runs itself.',
  );

/**
 * Calls a function unless another one that it was given has not come back yet: then there is a Left, as there is where
 * the function throws.
 * @param by whose code it is, as `attempt` takes it
 */
export type Exclusive = <A>(by: string, run: () => E.Either<AdjointError, A>) => E.Either<AdjointError, A>;

/**
 * One thing at a time. An executable puts everything through it that reads or writes its state: a run from inside a
 * kernel would find a state between two steps, and the outer run would write over what it did.
 */
export function exclusive(): Exclusive {
  let isRunning = false;
  return (by, run) => {
    if (isRunning) return E.left(busy());
    isRunning = true;
    try {
      return attemptEither(by, run);
    } finally {
      isRunning = false;
    }
  };
}
