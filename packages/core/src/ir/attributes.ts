import * as E from 'fp-ts/lib/Either.js';
import type { Lambda } from '../scalar/expression.js';
import type { DType } from '../value/dtype.js';
import { formatShape } from '../value/error.js';
import { limits } from '../value/limits.js';
import { normalizeAxes, type Shape } from '../value/shape.js';
import type { Tensor } from '../value/tensor.js';
import type { Description, Field, OwnCodec, Word } from './description.js';
import type { Composite, Found, Graph } from './grammar.js';
import { refused } from './problem.js';

/** What follows from the description of an op's attributes: their types, normal axes, and the sub-graphs they hold. */

// Types

/** What each word stands for. */
interface Words extends Record<Word, unknown> {
  integer: number;
  natural: number;
  number: number;
  boolean: boolean;
  string: string;
  integers: readonly number[];
  naturals: readonly number[];
  shape: Shape;
  dtype: DType;
  tensor: Tensor;
  axis: number;
  axes: readonly number[];
  order: readonly number[];
  newAxes: readonly number[];
  graph: Graph;
  expression: Lambda;
  composite: Composite;
}

type Meaning<F> = F extends Word
  ? Words[F]
  : F extends { readonly list: infer E extends Field }
    ? readonly Meaning<E>[]
    : F extends readonly Field[]
      ? { readonly [K in keyof F]: Meaning<F[K]> }
      : F extends OwnCodec<infer A>
        ? A
        : F extends Description
          ? Attributes<F>
          : never;

type Optional<D> = { [K in keyof D]: D[K] extends `${Word}?` ? K : never }[keyof D];
type Without<F> = F extends `${infer W extends Word}?` ? Words[W] : never;

/** The attributes that a description describes. */
export type Attributes<D> = { readonly [K in Exclude<keyof D, Optional<D>>]: Meaning<D[K]> } & {
  readonly [K in Optional<D>]?: Without<D[K]>;
};

// Fields by their word

type Fields = Readonly<Record<string, unknown>>;

const wordOf = (field: Field): string => (typeof field === 'string' ? field.replace('?', '') : '');

const named = new WeakMap<Description, Map<readonly Word[], readonly string[]>>();

/** The names of the fields that have some word; remembered by the list of words, for every node that is built asks. */
function fieldsWith(description: Description, words: readonly Word[]): readonly string[] {
  const ofDescription = named.get(description) ?? new Map<readonly Word[], readonly string[]>();
  const known = ofDescription.get(words);
  if (known !== undefined) return known;
  const found = Object.entries(description).flatMap(([name, field]) =>
    words.some((word) => word === wordOf(field)) ? [name] : [],
  );
  named.set(description, ofDescription.set(words, found));
  return found;
}

/** Attributes with some fields replaced; themselves where that changes none. A description has named the fields. */
function replaceFields<A>(
  attributes: A,
  names: readonly string[],
  replace: (value: unknown, name: string) => unknown,
): A {
  if (names.length === 0) return attributes;
  // Attributes are records: descriptions describe nothing else.
  const fields = attributes as Fields;
  const changed = names.flatMap((name) => {
    if (fields[name] === undefined) return [];
    const replaced = replace(fields[name], name);
    return replaced === fields[name] ? [] : [[name, replaced] as const];
  });
  return changed.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(changed) };
}

// Axes

const axisWords: readonly Word[] = ['axis', 'axes', 'order', 'newAxes'];

/** Equal lists stay the same object, so that attributes that are normal already do. */
const unlessSame = (axes: readonly number[], normal: readonly number[]): readonly number[] =>
  normal.length === axes.length && normal.every((axis, index) => axis === axes[index]) ? axes : normal;

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number');

function normalField(word: string, value: unknown, rank: number): Found<unknown> {
  if (word === 'axis') {
    const axis = Number(value);
    const [normal] = normalizeAxes([axis], rank) ?? [];
    return normal === undefined ? refused(`there is no axis ${axis} in rank ${rank}`) : E.right(normal);
  }
  if (!isNumbers(value)) return refused(`${String(value)} is no list of axes`, 'Write one in brackets.');
  const axes = value;
  if (axes.length > limits.rank)
    return refused(`there are at most ${limits.rank} axes, given ${axes.length}`, 'Name each axis once.');
  const ofRank = word === 'newAxes' ? rank + axes.length : rank;
  const normal = normalizeAxes(axes, ofRank);
  if (word === 'order') {
    return normal?.length === rank
      ? E.right(
          unlessSame(
            axes,
            axes.map((axis) => (axis < 0 ? axis + rank : axis)),
          ),
        )
      : refused(`${formatShape(axes)} is not an order of the ${rank} axes`);
  }
  return normal === undefined
    ? refused(`the axes ${formatShape(axes)} are not different axes of rank ${ofRank}`)
    : E.right(unlessSame(axes, normal));
}

/**
 * The attributes with axes counted from 0.
 * @param rank that of the operand whose axes they are
 */
export function normalAttributes(
  description: Description,
  attributes: unknown,
  rank: number,
): Found<unknown> {
  let normal: Found<unknown> = E.right(attributes);
  for (const name of fieldsWith(description, axisWords)) {
    // Descriptions describe records.
    const value = (attributes as Fields)[name];
    const field = description[name];
    if (value === undefined || field === undefined || E.isLeft(normal)) continue;
    const found = normalField(wordOf(field), value, rank);
    normal = E.isLeft(found) ? found : E.right(replaceFields(normal.right, [name], () => found.right));
  }
  return normal;
}

/** The attributes that mean the same where operands have one more axis in front: each axis is one further on. */
export const inFront = <A>(description: Description, attributes: A): A =>
  replaceFields(attributes, fieldsWith(description, axisWords), (value, name) => {
    if (typeof value === 'number') return value + 1;
    // The other words for axes mean lists of integers.
    const shifted = (value as readonly number[]).map((axis) => axis + 1);
    return description[name] === 'order' ? [0, ...shifted] : shifted;
  });

// Sub-graphs

const graphWords: readonly Word[] = ['graph'];

/** The sub-graphs that attributes hold, by the names of their fields. */
export function graphsOf(description: Description, attributes: unknown): Readonly<Record<string, Graph>> {
  const names = fieldsWith(description, graphWords);
  if (names.length === 0) return {};
  // The description says of these fields that they are graphs.
  return Object.fromEntries(
    names.map((name) => [name, (attributes as Readonly<Record<string, Graph>>)[name]]),
  ) as Readonly<Record<string, Graph>>;
}

/** The attributes with each sub-graph replaced by another of the same type. */
export const replaceGraphs = (
  description: Description,
  attributes: unknown,
  replace: (graph: Graph) => Graph,
): unknown =>
  // The description says of these fields that they are graphs.
  replaceFields(attributes, fieldsWith(description, graphWords), (value) => replace(value as Graph));
