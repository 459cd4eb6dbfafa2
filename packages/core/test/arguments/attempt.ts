import {
  AdjointException,
  checkGraph,
  graph,
  isValue,
  print,
  renderError,
  type AdjointError,
} from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { kinds, Own } from './kinds.js';

/** Calls functions with wrong arguments, in each position and number, and tells what is wrong with what they do. */

/** How a function is called rightly. */
export interface Row {
  /** Arguments that are right, made anew for each call. */
  readonly right: () => readonly unknown[];
  /** What it gives: an Either or a TaskEither never throws. */
  readonly gives?: 'either' | 'task';
  /** What a function that it gives is called with, as in a pipe. */
  readonly then?: () => readonly unknown[];
  /** Kinds that take long because they are what they are, each with its reason. */
  readonly without?: Readonly<Record<string, string>>;
}

export type Rows = Readonly<Record<string, Row>>;

/** Slower than this hangs: calls with right arguments take a thousandth of it. */
const LONGEST = 5000;

/** Whether an error says what was expected, or what to do. */
const isSaid = (error: AdjointError): boolean =>
  error.remedy !== undefined ||
  error.tag === 'ThrownError' ||
  ('problem' in error &&
    /expected|should|takes|needs|there is no|no such|cannot|has no|differ|twice|must|not fit|do not|does not|is not|are not|threw|once|at most|elements|adjoint/.test(
      error.problem,
    ));

const engineError =
  /Cannot read|is not a function|is not iterable|Cannot convert|undefined \(|Invalid array length|Maximum call/;

function faultOfError(error: unknown): string | undefined {
  let text: string;
  try {
    text = renderError(error as AdjointError);
  } catch (thrown) {
    return `an error that cannot be rendered: ${String(thrown)}`;
  }
  // Where somebody's own code threw, its words are passed on.
  const { tag } = error as AdjointError;
  if (tag !== 'ThrownError' && engineError.test(text)) return `an engine's error: ${text}`;
  return isSaid(error as AdjointError) ? undefined : `says neither what was expected nor what to do: ${text}`;
}

/** A class is a function, which throws where it is called: so does the caller's own callback. */
const isCalledClass = (thrown: unknown): boolean =>
  thrown instanceof TypeError && thrown.message.startsWith('Class constructor Given');

function faultOfThrown(thrown: unknown): string | undefined {
  if (thrown instanceof Own || isCalledClass(thrown)) return undefined;
  if (thrown instanceof AdjointException) return faultOfError(thrown.error);
  const text =
    thrown instanceof Error
      ? (thrown.stack ?? String(thrown)).split('\n').slice(0, 4).join(' | ')
      : typeof thrown;
  return `threw ${text}`;
}

/** What is wrong with a result, if anything is: it is a Left that says something, or can be worked with. */
function faultOfResult(result: unknown, gives: Row['gives']): string | undefined {
  if (gives !== undefined) {
    const either = result as E.Either<unknown, unknown>;
    if (typeof either !== 'object' || !('_tag' in either)) return 'gave no Either';
    if (E.isRight(either)) return undefined;
    const errors: readonly unknown[] = Array.isArray(either.left) ? either.left : [either.left];
    return errors.map(faultOfError).find((fault) => fault !== undefined);
  }
  if (!isValue(result)) return undefined;
  const whole = graph({ result });
  print(whole);
  const checked = checkGraph(whole);
  return E.isLeft(checked) ? `made a graph that is wrong: ${renderError(checked.left)}` : undefined;
}

async function faultOfCall(
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  row: Row,
): Promise<string | undefined> {
  const start = performance.now();
  let fault: string | undefined;
  try {
    let result: unknown = Reflect.apply(fn, undefined, args);
    if (row.gives === 'task') {
      if (typeof result !== 'function') return 'gave no task';
      result = await (result as () => Promise<unknown>)();
    } else if (row.then !== undefined && typeof result === 'function') {
      result = Reflect.apply(result as (...given: unknown[]) => unknown, undefined, row.then());
    }
    fault = faultOfResult(result, row.gives);
  } catch (thrown) {
    fault =
      row.gives === undefined
        ? faultOfThrown(thrown)
        : `did not give a Left: ${faultOfThrown(thrown) ?? 'threw'}`;
  }
  const took = performance.now() - start;
  return fault ?? (took > LONGEST ? `took ${Math.round(took)} ms` : undefined);
}

/** All faults of a function, each with the call. */
export async function faultsOf(
  name: string,
  fn: (...args: never[]) => unknown,
  row: Row,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const attempt = async (args: readonly unknown[], what: string): Promise<void> => {
    const fault = await faultOfCall(fn, args, row);
    if (fault !== undefined) faults.push(`${name}(${what}): ${fault}`);
  };
  const right = row.right();
  const expected = await faultOfCall(fn, right, row);
  if (expected !== undefined) faults.push(`${name}, called rightly: ${expected}`);
  for (let count = 0; count < right.length; count++)
    await attempt(row.right().slice(0, count), `${count} arguments`);
  for (const [kind, make] of Object.entries(kinds)) {
    if (row.without?.[kind] !== undefined) continue;
    for (let position = 0; position <= right.length; position++) {
      const args = [...row.right()];
      args[position] = make();
      await attempt(args, `${kind} in place ${position}`);
    }
  }
  return faults;
}
