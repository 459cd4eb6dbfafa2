import { formatType, print, type AdjointError, type Graph, type Program, type Tensors } from '@adjoint/core';
import { constantOf, graphsOf, invalid, isLiteral, stateOf } from '@adjoint/core/extend';
import { crc32 } from '@adjoint/formats';

/** What tells one training step from another: a checkpoint has it, and going on compares it. */

/** The checksum of the constants of a graph, and of the graphs within it: print shows only the first of their elements. */
function constantsOf({ nodes }: Graph, before = 0): number {
  let checksum = before;
  for (const node of nodes) {
    const constant = constantOf(node);
    if (constant !== undefined && !isLiteral(node)) {
      const { data } = constant;
      checksum = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), checksum);
    }
    for (const body of Object.values(graphsOf(node.op.attributes, node.attributes))) {
      checksum = constantsOf(body, checksum);
    }
  }
  return checksum;
}

/**
 * A program as text: equal texts compute the same from the same state and feeds. What states start from is not in it,
 * for a run that goes on starts from its checkpoint.
 */
export const programText = ({ graph, perStep }: Program): string =>
  [
    print(graph, { fold: false }),
    `per step: ${perStep.join(', ')}`,
    `constants: ${constantsOf(graph).toString(16)}`,
  ].join('\n');

/** What is stored of a text that is very long, beside its checksum: enough to say where most differ. */
const MOST_CHARACTERS = 1_000_000;

/** What a checkpoint has of a program's text. */
export interface StoredText {
  readonly text: string;
  readonly checksum: string;
}

export const storedText = (text: string): StoredText => ({
  text: text.slice(0, MOST_CHARACTERS),
  checksum: crc32(new TextEncoder().encode(text)).toString(16),
});

/** The states of a program as `W1: f64[2, 10]`, by path. */
const statesOf = ({ graph, updates }: Program): ReadonlyMap<string, string> =>
  new Map(
    [...graph.nodes.flatMap(({ outputs }) => outputs), ...updates.map(({ state }) => state)].flatMap(
      (value) => {
        const state = stateOf(value.node);
        return state === undefined ? [] : [[state.path, formatType(value)] as const];
      },
    ),
  );

/** How the states of a checkpoint differ from those of a program; nothing where they do not. */
function stateDifferences(step: Program, state: Tensors): readonly string[] {
  const kept = new Map(Object.entries(state));
  return [...statesOf(step)].flatMap(([path, type]) => {
    const own = kept.get(path);
    if (own === undefined) return [`it has no state "${path}"`];
    return formatType(own) === type
      ? []
      : [`its state "${path}" is ${formatType(own)}, the program's ${type}`];
  });
}

/** The most differences that are told one by one. */
const MOST_TOLD = 5;

/** An error that says how a checkpoint is of another program; `undefined` where it is of this one. */
export function differenceBetween(
  step: Program,
  { state, program }: { readonly state: Tensors; readonly program: StoredText },
): AdjointError | undefined {
  const text = programText(step);
  const now = storedText(text);
  const states = stateDifferences(step, state);
  if (states.length === 0 && now.checksum === program.checksum) return undefined;
  const told = states.slice(0, MOST_TOLD);
  if (states.length > MOST_TOLD) told.push(`and ${states.length - MOST_TOLD} more`);
  if (states.length === 0) {
    const [before, after] = [program.text.split('\n'), now.text.split('\n')];
    const line = after.findIndex((each, index) => each !== before[index]);
    told.push(
      line < 0
        ? 'their graphs differ'
        : `its step has "${(before[line] ?? '').trim()}" where this one has "${(after[line] ?? '').trim()}"`,
    );
  }
  const remedy = 'Train the program that it is of, or give the new one a folder of its own.';
  return invalid('checkpoint', [], `it is of another program: ${told.join('; ')}`, remedy);
}
