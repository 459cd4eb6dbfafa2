import type * as t from 'io-ts/lib/index.js';

/**
 * What an op's attributes are, as plain data: a word for each field. Their types, their form in files, normal axes, what
 * print shows and the attributes of a batch follow from it.
 * - `integer`, `natural`, `number`, `boolean`, `string`, `integers`, `naturals`, `shape`, `dtype`, `tensor`: what they say
 * - `axis`: an axis of the operand, counted from the end where a caller gives a negative one; from 0 in a node
 * - `axes`: different axes of the operand, ascending in a node
 * - `order`: all axes of the operand, in some order
 * - `newAxes`: different axes of the result that the operand does not have, ascending in a node
 * - `graph`: a closed sub-graph
 * - `expression`: a scalar expression with its parameters
 * - `composite`: a composite op, known in a file by its name
 */
export type Word = (typeof words)[number];

export const words = [
  'integer',
  'natural',
  'number',
  'boolean',
  'string',
  'integers',
  'naturals',
  'shape',
  'dtype',
  'tensor',
  'axis',
  'axes',
  'order',
  'newAxes',
  'graph',
  'expression',
  'composite',
] as const;

/** A field that no word describes brings its codec. */
export interface OwnCodec<A = unknown> {
  readonly codec: FieldCodec<A>;
}

/** What files need of an io-ts codec. It has methods, so that one of any type is a codec among others. */
export interface FieldCodec<A> {
  readonly name: string;
  is(u: unknown): u is A;
  validate(encoded: unknown, context: t.Context): t.Validation<A>;
  encode(value: A): unknown;
}

/**
 * A word, a word that may be absent, a list of one kind of field, a list of given length, fields inside a field, or a
 * codec where those cannot say it.
 */
export type Field = Word | `${Word}?` | { readonly list: Field } | readonly Field[] | OwnCodec | Description;

export interface Description {
  readonly [field: string]: Field;
}

// What kind of field one is

export const isList = (field: Field): field is { readonly list: Field } =>
  typeof field === 'object' && 'list' in field;
export const isOwn = (field: Field): field is OwnCodec =>
  typeof field === 'object' && 'codec' in field && typeof field.codec === 'object';
export const isTuple = (field: Field): field is readonly Field[] => Array.isArray(field);
export const isOptional = (field: Field): field is `${Word}?` =>
  typeof field === 'string' && field.endsWith('?');

/** The field without its question mark. */
export const required = (field: Field): Exclude<Field, `${Word}?`> =>
  // What is left of a word and a question mark is the word.
  isOptional(field) ? (field.slice(0, -1) as Word) : field;

/** The attributes of an op that has none. */
export type NoAttributes = Readonly<Record<never, never>>;
