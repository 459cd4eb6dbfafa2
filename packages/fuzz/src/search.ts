import * as fc from 'fast-check';
import type { Target } from './target.js';
import type { Fault } from './watch/message.js';
import type { Runner } from './watch/runner.js';

/** Looks for inputs that break a target, and for the smallest that break it in the same way. */

export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly fault: Fault;
  /** The smallest input that was found to break it so. */
  readonly input: unknown;
}

/** The kind of an input that says it. */
const kindOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'kind' in input ? String(input.kind) : '';

/**
 * How a fault differs from others: by what was said and the line that said it, without names and numbers; where there
 * is no such line, by the kind of the input.
 */
export function signatureOf({ message, stack }: Fault, input: unknown): string {
  const said = message
    .split('\n', 1)
    .join('')
    .replace(/"[^"]*"|'[^']*'|-?\d[\d.e+-]*/g, '…');
  const [, place = ''] = /\n\s+at ([\w.#<> ]*)/.exec(stack) ?? [];
  return `${said} (${place.trim() || kindOf(input)})`;
}

/** As long as smaller inputs are looked for. */
const SHRINKING_SECONDS = 10;

/** The smallest input that breaks the target as the one that was drawn at an index. */
async function shrink(
  runner: Runner,
  target: Target,
  found: { readonly index: number; readonly input: unknown; readonly signature: string },
  options: { readonly seed: number; readonly numRuns: number },
): Promise<unknown> {
  const until = Date.now() + 1000 * SHRINKING_SECONDS;
  const isDifferent = async (input: unknown): Promise<boolean> => {
    if (Date.now() > until) return true;
    const fault = await runner.run(target, input);
    return fault === undefined || signatureOf(fault, input) !== found.signature;
  };
  const { counterexample } = await fc.check(fc.asyncProperty(target.inputs, isDifferent), {
    ...options,
    path: String(found.index),
  });
  return counterexample === null ? found.input : counterexample[0];
}

/**
 * Draws inputs from a seed and runs them; it goes on after a fault.
 * @param known signatures of faults that were found before, added to
 * @param onFault told of each as it is found, before smaller inputs are looked for
 */
export async function search(
  runner: Runner,
  target: Target,
  { seed, runs }: { readonly seed: number; readonly runs: number },
  known: Set<string> = new Set<string>(),
  onFault: (fault: Fault, input: unknown) => void = () => undefined,
): Promise<readonly Finding[]> {
  const found: { index: number; input: unknown; fault: Fault; signature: string }[] = [];
  let index = 0;
  const options = { seed, numRuns: runs };
  await fc.check(
    fc.asyncProperty(target.inputs, async (input) => {
      const fault = await runner.run(target, input);
      const signature = fault && signatureOf(fault, input);
      if (fault !== undefined && signature !== undefined && !known.has(signature)) {
        known.add(signature);
        onFault(fault, input);
        found.push({ index, input, fault, signature });
      }
      index += 1;
    }),
    options,
  );
  const findings: Finding[] = [];
  for (const each of found) {
    const input = await shrink(runner, target, each, options);
    findings.push({ target: target.name, seed, fault: each.fault, input });
  }
  return findings;
}
