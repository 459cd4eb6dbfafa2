import { cut, describe, isList, isReadable, quoted } from '../support/describe.js';
import * as E from 'fp-ts/lib/Either.js';
import type { TypedArray } from './dtype.js';
import type { Shape, TensorType } from './shape.js';

/** What an `InvalidError` is about. An argument's path is the function's name and the parameter's. */
export type Subject =
  | 'graph'
  | 'program'
  | 'plugin'
  | 'attribute'
  | 'tensor'
  | 'state'
  | 'feed'
  | 'option'
  | 'argument'
  | 'file'
  | 'checkpoint';

/** What a training that ended early has reached, so that nothing of it is lost. */
export interface Reached {
  /** The loss before each step that was taken, and before the one that failed. */
  readonly loss: Float64Array;
  /** The state by path, a tensor each, before the step that failed or was not taken any more. */
  readonly state: Readonly<Record<string, TensorType & { readonly data: TypedArray }>>;
}

/** Everything that can go wrong because of what a caller or a file gave, as plain data. */
export type AdjointError =
  /** An op was given operands or attributes that its type rule refuses. */
  | {
      readonly tag: 'OpError';
      readonly op: string;
      /** The name of the node, where it has one. */
      readonly node?: string;
      readonly operands: readonly TensorType[];
      readonly problem: string;
      readonly remedy?: string;
    }
  /** A graph, program or plugin is not well formed; `path` leads to the fault. */
  | {
      readonly tag: 'InvalidError';
      readonly subject: Subject;
      readonly path: readonly (string | number)[];
      readonly problem: string;
      readonly remedy?: string;
    }
  /** Code that somebody else wrote threw something: a kernel, an optimizer, a callback. */
  | {
      readonly tag: 'ThrownError';
      /** Whose code it was: `the kernel of "gate"`. */
      readonly by: string;
      /** What was thrown, in a line. */
      readonly problem: string;
      /** Where in that code, as the engine tells it. */
      readonly stack?: string;
      readonly remedy?: string;
    }
  /** Training produced a number that is not finite. */
  | (Reached & {
      readonly tag: 'DivergenceError';
      /** The first step, counted from 0, at which a loss, gradient or parameter was not finite. */
      readonly step: number;
      /** What was found not finite, such as `the gradient by W1`. */
      readonly quantity: string;
      /** The earliest node on the failing path that is not finite, as `print` names it. */
      readonly node: string;
      readonly remedy?: string;
    })
  /** Training was told to stop. */
  | (Reached & {
      readonly tag: 'InterruptedError';
      /** How many steps were done, and how many were to be. */
      readonly step: number;
      readonly steps: number;
      readonly remedy?: string;
    });

/** A number as code would write it, with the sign of -0. */
export const formatNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** More sizes than a reader looks at. */
const MOST_SIZES = 100;

export function formatShape(shape: Shape): string {
  if (!isList(shape))
    refuse('argument', ['formatShape', 'shape'], `expected a shape, found ${describe(shape)}`);
  const more = shape.length > MOST_SIZES ? `, … (${shape.length} in all)` : '';
  const shown = shape
    .slice(0, MOST_SIZES)
    .map((size: unknown) => (typeof size === 'number' ? String(size) : describe(size)));
  return `[${shown.join(', ')}${more}]`;
}

/** `f64[4, 2]` */
export function formatType(type: TensorType): string {
  // Plain JavaScript may pass anything.
  const given: unknown = type;
  if (!isReadable(given)) {
    refuse(
      'argument',
      ['formatType', 'type'],
      `expected a type, as in { dtype: "f64", shape: [2] }, found ${describe(given)}`,
    );
  }
  return `${type.dtype}${formatShape(type.shape)}`;
}

/** `$.nodes[3].op` */
export const formatPath = (path: readonly (string | number)[]): string =>
  `$${path.map((key) => (typeof key === 'number' ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `.${cut(key)}` : `[${quoted(key)}]`)).join('')}`;

/** How many operands an error shows: more than anybody reads. */
const MOST_OPERANDS = 20;

const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

/** Shapes right-aligned under each other, as broadcasting pairs their axes. */
function alignShapes(all: readonly TensorType[]): readonly string[] {
  const operands = all.slice(0, MOST_OPERANDS);
  const width = most(operands.flatMap(({ shape }) => shape.map((size) => String(size).length)));
  const rank = most(operands.map(({ shape }) => shape.length));
  const more = all.length > operands.length ? [`  … ${all.length - operands.length} more operands`] : [];
  const lines = operands.map(({ dtype, shape }, index) => {
    const cells = [...Array<string>(rank - shape.length).fill(''), ...shape.map(String)];
    return `  operand ${index}: ${dtype.padEnd(4)} [${cells.map((cell) => cell.padStart(width)).join(' ')}]`;
  });
  return [...lines, ...more];
}

/** What is wrong with an argument: `the argument x of add: expected a value, found null`. */
function argumentText({
  path,
  problem,
}: Pick<Extract<AdjointError, { tag: 'InvalidError' }>, 'path' | 'problem'>): string {
  const [fn, parameter, ...keys] = path;
  if (fn === undefined) return problem;
  if (parameter === undefined) return `${cut(String(fn))}: ${problem}`;
  const place = typeof parameter === 'number' ? `operand ${parameter}` : `the argument ${cut(parameter)}`;
  return `${place}${formatPath(keys).slice(1)} of ${cut(String(fn))}: ${problem}`;
}

const tags: readonly unknown[] = [
  'OpError',
  'InvalidError',
  'ThrownError',
  'DivergenceError',
  'InterruptedError',
];

/** Whether something has the tag of an error; plain JavaScript may pass anything. */
function isError(given: unknown): given is AdjointError {
  try {
    return typeof given === 'object' && given !== null && 'tag' in given && tags.includes(given.tag);
  } catch {
    return false;
  }
}

/** An error as text of several lines. The command line says it in one, by its flags. */
export function renderError(error: AdjointError): string {
  if (!isError(error)) {
    refuse('argument', ['renderError', 'error'], `expected what a Left has, found ${describe(error)}`);
  }
  const remedy = error.remedy === undefined ? [] : [`  ${error.remedy}`];
  switch (error.tag) {
    case 'OpError': {
      const where = error.node === undefined ? '' : ` (node ${quoted(error.node)})`;
      return [`${cut(error.op)}${where}: ${error.problem}`, ...alignShapes(error.operands), ...remedy].join(
        '\n',
      );
    }
    case 'InvalidError': {
      if (error.subject === 'argument') return [argumentText(error), ...remedy].join('\n');
      const where = error.path.length === 0 ? '' : ` at ${formatPath(error.path)}`;
      return [`invalid ${error.subject}${where}: ${error.problem}`, ...remedy].join('\n');
    }
    case 'ThrownError':
      return [`${cut(error.by)} threw ${error.problem}`, ...remedy].join('\n');
    case 'DivergenceError':
      return [
        `training diverged at step ${error.step}: ${error.quantity} is not finite; the earliest node that is not finite is ${error.node}`,
        ...remedy,
      ].join('\n');
    case 'InterruptedError':
      return [`training was interrupted after ${error.step} of ${error.steps} steps`, ...remedy].join('\n');
  }
}

/** An `AdjointError` thrown where it is the caller's bug, such as a wrong shape in code. */
export class AdjointException extends Error {
  override readonly name = 'AdjointException';
  readonly error: AdjointError;

  constructor(error: AdjointError) {
    super(renderError(error));
    this.error = error;
  }
}

/** An `InvalidError` in one call. */
export const invalid = (
  subject: Subject,
  path: readonly (string | number)[],
  problem: string,
  remedy?: string,
): AdjointError => ({
  tag: 'InvalidError',
  subject,
  path,
  problem,
  ...(remedy === undefined ? {} : { remedy }),
});

/** An `OpError` in one call: of the operands it keeps the types. */
export const opError = (
  op: string,
  operands: readonly TensorType[],
  fault: { readonly problem: string; readonly remedy?: string },
  node?: string,
): AdjointError => ({
  tag: 'OpError',
  op,
  operands: operands.map(({ dtype, shape }) => ({ dtype, shape })),
  ...fault,
  ...(node === undefined ? {} : { node }),
});

/** Characters of what somebody else's code throws: a message may quote all that it was given. */
const longestThrown = 2000;

/** Anything thrown as an error: what an `AdjointException` carries, or that the code called `by` threw it. */
export function errorOf(thrown: unknown, by: string): AdjointError {
  try {
    if (thrown instanceof AdjointException) return thrown.error;
    const problem = cut(String(thrown), longestThrown);
    if (!(thrown instanceof Error)) return { tag: 'ThrownError', by, problem };
    const { stack } = thrown;
    return { tag: 'ThrownError', by, problem, ...(stack === undefined ? {} : { stack }) };
  } catch {
    // What was thrown may throw in turn as it is looked at.
    return { tag: 'ThrownError', by, problem: `something of type ${typeof thrown}` };
  }
}

/**
 * Calls code that somebody else wrote, where errors are data.
 * @param by whose code it is, such as `the kernel of "gate"`
 */
export function attempt<A>(by: string, run: () => A): E.Either<AdjointError, A> {
  try {
    return E.right(run());
  } catch (thrown) {
    return E.left(errorOf(thrown, by));
  }
}

/** The same for code that gives an Either itself. */
export function attemptEither<A>(
  by: string,
  run: () => E.Either<AdjointError, A>,
): E.Either<AdjointError, A> {
  const result = attempt(by, run);
  return E.isLeft(result) ? result : result.right;
}

/** Throws an `InvalidError`: for arguments of functions that users call in code. */
export function refuse(...[subject, path, problem, remedy]: Parameters<typeof invalid>): never {
  throw new AdjointException(invalid(subject, path, problem, remedy));
}
