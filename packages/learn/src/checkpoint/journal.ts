import type { AdjointError } from '@adjoint/core';
import { invalid } from '@adjoint/core/extend';
import * as E from 'fp-ts/lib/Either.js';

/** What is written of each step while a run goes on: lines of JSON, for charts and for whoever looks at a run later. */
export interface JournalEntry {
  /** Counted from 0. */
  readonly step: number;
  /** The loss before the step. */
  readonly loss: number;
  /** The norm of all parameters together before the step: √Σθ². */
  readonly parameterNorm: number;
  /** The norm of all gradients together. */
  readonly gradientNorm: number;
}

/** The line of an entry. JSON has no word for NaN and infinities: they are null, and read as NaN. */
export const journalLine = ({ step, loss, parameterNorm, gradientNorm }: JournalEntry): string =>
  `${JSON.stringify({ step, loss, parameterNorm, gradientNorm })}\n`;

const isNumber = (u: unknown): u is number | null => typeof u === 'number' || u === null;

function entryOf(line: string): JournalEntry | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { step, loss, parameterNorm, gradientNorm } = read as Readonly<Record<string, unknown>>;
  const isEntry =
    Number.isSafeInteger(step) && isNumber(loss) && isNumber(parameterNorm) && isNumber(gradientNorm);
  return isEntry
    ? {
        step: Number(step),
        loss: loss ?? NaN,
        parameterNorm: parameterNorm ?? NaN,
        gradientNorm: gradientNorm ?? NaN,
      }
    : undefined;
}

/**
 * The entries of a journal. Its last line may be torn, where a run was ended in the middle of it: it is left out.
 * @returns Left that names the first line that is no entry, where it is not the last
 * @example readJournal('{"step":0,"loss":1,"parameterNorm":2,"gradientNorm":3}\n{"st').right.length // 1
 */
export function readJournal(text: string): E.Either<AdjointError, readonly JournalEntry[]> {
  if (typeof (text as unknown) !== 'string') {
    return E.left(invalid('argument', ['readJournal', 'text'], 'expected the text of a journal'));
  }
  const lines = text.split('\n');
  const entries: JournalEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = entryOf(line);
    // What does not end in a line break is torn, even where it happens to be JSON.
    if (index === lines.length - 1) break;
    if (entry === undefined) {
      return E.left(invalid('file', ['journal', index + 1], 'this line is no entry of a journal'));
    }
    entries.push(entry);
  }
  return E.right(entries);
}
