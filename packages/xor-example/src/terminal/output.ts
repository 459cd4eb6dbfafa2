import type { AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';

/** Standard output, which its reader may close, and which may lead to a file on a full disk. */
export interface Output {
  readonly print: (text: string) => Promise<void>;
  /** Left where something that was printed could not be written. */
  readonly result: () => E.Either<AdjointError, void>;
}

/**
 * Prints to a stream. A reader that has seen enough, such as `head`, closes it: that is no failure, and the work goes
 * on, for there may be files to write.
 */
export function outputTo(stream: NodeJS.WritableStream): Output {
  let failure: NodeJS.ErrnoException | undefined;
  // Each failure is given to the call that wrote; without a listener it would end the process.
  stream.on('error', () => undefined);
  return {
    print: async (text) => {
      if (failure !== undefined) return;
      const error = await new Promise<Error | null | undefined>((resolve) =>
        stream.write(`${text}\n`, (problem) => {
          resolve(problem);
        }),
      );
      failure = error ?? undefined;
    },
    result: () =>
      failure === undefined || failure.code === 'EPIPE' || failure.code === 'ERR_STREAM_DESTROYED'
        ? E.right(undefined)
        : E.left(invalid('option', [], `standard output cannot be written: ${failure.message}`)),
  };
}
