import { callable } from '../support/callable.js';
import type { Tuple } from '../support/tuple.js';
import { refuse } from '../value/error.js';
import type { Shape } from '../value/shape.js';
import { inFront } from './attributes.js';
import { thisCopy } from './copy.js';
import type { Description } from './description.js';
import type { Cotangents, Family, OpOf, PullbackCall, Reading, Value } from './grammar.js';

/**
 * What the makers of ops share. A maker takes a head, which names an op and describes its attributes, the rules in which
 * it differs from others of its family, and the function by which it is called. It has two signatures: what an author
 * sees, where rules get as many operands as the head's arity says, and its own, for any number; `inferTypes` counts the
 * operands before a rule sees them.
 */

export interface Head<D extends Description, N extends number> {
  readonly name: string;
  /** How many operands; one for most families unless given. */
  readonly arity?: N;
  /** None unless given. */
  readonly attributes?: D;
}

/** The description of an op without attributes. */
export type None = Readonly<Record<never, never>>;

export type AnyFunction = (...args: never[]) => unknown;

/**
 * The attributes that mean the same where operands have one more axis in front: `'same'` where they count from the end
 * or speak of no axis, `'axes'` where each field that is described as axes moves by one. A rule of an op's own gets the
 * first operand's shape with that axis.
 */
export type Behind<A> = 'same' | 'axes' | ((attributes: A, batched: Shape) => A);

/** Required where the family cannot tell: an omission would be silently wrong. */
export interface Batched<A> {
  readonly behind: Behind<A>;
}

/** A derivative that is written, where the family has none or its own does not read as well. */
interface WrittenPullback<A, N extends number> {
  /** Builds nodes for the inputs' cotangents, linear in the outputs'. */
  pullback(call: PullbackCall<A, Tuple<Value, N>>): Cotangents;
}

/** A gradient of 0 is declared: one that nobody meant would be worse than an error. */
export type Differentiation<A, N extends number> = WrittenPullback<A, N> | { readonly differentiable: false };

/** Where a derivative follows from the family, another one may be written. */
export type OwnDifferentiation<A, N extends number> = Partial<WrittenPullback<A, N>> & {
  readonly differentiable?: false;
};

/** What every op has beside its family. */
export interface Rules<A> extends Reading<A>, Partial<Batched<A>>, Partial<WrittenPullback<A, number>> {
  readonly differentiable?: false;
}

/** The attributes that an argument list ends with; they may be left out where none need be given. */
export type Given<A> = None extends A ? [attributes?: A] : [attributes: A];

/** Attributes that were left out. */
export const givenOr = <A>([attributes]: readonly [A?]): A =>
  // They are left out only where every field is optional.
  attributes ?? ({} as A);

/** An op from its parts: a record that is called as `apply`. */
export function define<A, Y extends Family<A>, F extends AnyFunction>(
  { name, arity, attributes = {} }: Head<Description, number>,
  family: Y,
  { describe, text, title, latex, pullback, differentiable, behind, ...others }: Rules<A>,
  apply: F,
): F & OpOf<Y, A> {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    refuse('plugin', [name, unknown], `an op of the family ${family.kind} has no such rule`);
  }
  return callable(apply, {
    kind: 'primitive' as const,
    name,
    copy: thisCopy,
    ...(arity === undefined ? {} : { arity }),
    attributes,
    family,
    ...(behind && { behind: (own: A, batched: Shape) => moved(behind, attributes, own, batched) }),
    ...(describe && { describe }),
    ...(text && { text }),
    ...(title && { title }),
    ...(latex && { latex }),
    ...(pullback && { pullback }),
    ...(differentiable === undefined ? {} : { differentiable }),
  });
}

/** TypeScript asks for these rules; a plugin may be plain JavaScript. */
export function requireRules<R extends object>(name: string, rules: R, required: readonly (keyof R)[]): void {
  const missing = required.find((rule) => rules[rule] === undefined);
  if (missing !== undefined) refuse('plugin', [name, String(missing)], 'this rule is missing');
}

/** A derivative that is neither written nor declared absent would be 0 without a word. */
export function requireDerivative<A>(name: string, { pullback, differentiable }: Rules<A>): void {
  if (pullback === undefined && differentiable !== false) {
    refuse('plugin', [name], 'the op has no pullback', 'Write one, or declare differentiable: false.');
  }
}

/** Backends know what combines by its identity: a function around it is another one. */
export function requireScalar(name: string, combine: unknown): void {
  if (typeof combine !== 'function' || !('evaluate' in combine)) {
    refuse('plugin', [name, 'combine'], 'it should be a scalar function itself, such as scalar.add');
  }
}

/** The transpose that was made of an op. */
export function twinOf<T>(op: { readonly name: string; readonly family: { readonly twin?: T } }): T {
  const { twin } = op.family;
  return twin ?? refuse('plugin', [op.name], 'has no transpose of its own', 'Name one in its record.');
}

function moved<A>(behind: Behind<A>, description: Description, attributes: A, batched: Shape): A {
  if (behind === 'same') return attributes;
  return behind === 'axes' ? inFront(description, attributes) : behind(attributes, batched);
}
