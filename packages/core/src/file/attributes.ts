import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts/lib/index.js';
import {
  isList,
  isOptional,
  isOwn,
  isTuple,
  required,
  type Description,
  type Field,
  type Word,
} from '../ir/description.js';
import { aBoolean, aString } from '../value/argument.js';
import { aComposite } from '../ir/sorts.js';
import type { Composite, Graph, Names } from '../ir/grammar.js';
import { at } from '../support/list.js';
import {
  axesCodec,
  codecOf,
  double,
  dtypeCodec,
  exact,
  integer,
  listOf,
  natural,
  shapeCodec,
  tensorCodec,
} from './codec.js';
import { lambdaCodec } from './lambda.js';

/** The codecs of attributes, derived from the description in an op's record. */

/** What a codec of attributes needs from outside: where names are looked up, and how a sub-graph is read. */
export interface Readers {
  readonly names: Names;
  readonly graph: t.Type<Graph, unknown>;
}

const text: t.Type<string, unknown> = codecOf(aString);
const truth: t.Type<boolean, unknown> = codecOf(aBoolean);
const naturals = listOf(natural);

/** A composite by its name. Where it is not known, it has no derivative of its own, which asking for one will say. */
const compositeCodec = ({ op }: Names): t.Type<Composite, unknown> =>
  new t.Type<Composite, unknown>(
    'the name of a composite',
    (u): u is Composite => aComposite.is(u),
    (u, context) =>
      pipe(
        text.validate(u, context),
        E.map((name): Composite => {
          const known = op(name);
          return known?.kind === 'composite' ? known : { kind: 'composite', name };
        }),
      ),
    ({ name }) => name,
  );

/** The codec of each word. */
const wordCodecs = ({ names, graph }: Readers): Readonly<Record<Word, t.Mixed>> => ({
  integer,
  natural,
  number: double,
  boolean: truth,
  string: text,
  integers: axesCodec,
  naturals,
  shape: shapeCodec,
  dtype: dtypeCodec,
  tensor: tensorCodec,
  axis: integer,
  axes: axesCodec,
  order: axesCodec,
  newAxes: axesCodec,
  graph,
  expression: lambdaCodec(names.scalarFunction),
  composite: compositeCodec(names),
});

/** A list as the record that `exact` takes: an index is a key. */
const byIndex = (list: readonly unknown[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list.entries());

/** A list of given length. */
function tuple(members: readonly t.Mixed[]): t.Mixed {
  const fields = exact(Object.fromEntries(members.map((member, index) => [String(index), member])), {});
  return new t.Type<readonly unknown[], unknown>(
    `a list of ${members.length}`,
    (u): u is readonly unknown[] => Array.isArray(u) && fields.is(byIndex(u)),
    (u, context) =>
      Array.isArray(u)
        ? pipe(
            fields.validate(byIndex(u), context),
            E.map((decoded: Readonly<Record<string, unknown>>) =>
              members.map((_, index) => decoded[String(index)]),
            ),
          )
        : t.failure(u, context, `expected a list of ${members.length}`),
    (a) => a.map((each, index): unknown => at(members, index).encode(each)),
  );
}

function fieldCodec(field: Exclude<Field, `${Word}?`>, codecs: Readonly<Record<Word, t.Mixed>>): t.Mixed {
  if (typeof field === 'string') return codecs[field];
  if (isTuple(field)) return tuple(field.map((each) => fieldCodec(required(each), codecs)));
  if (isList(field)) return listOf(fieldCodec(required(field.list), codecs));
  if (!isOwn(field)) return recordCodec(field, codecs);
  const { codec } = field;
  return new t.Type(
    codec.name,
    (u): u is unknown => codec.is(u),
    (u, context) => codec.validate(u, context),
    (value) => codec.encode(value),
  );
}

function recordCodec(description: Description, codecs: Readonly<Record<Word, t.Mixed>>): t.Mixed {
  const of = (wanted: (field: Field) => boolean): Record<string, t.Mixed> =>
    Object.fromEntries(
      Object.entries(description).flatMap(([name, field]) =>
        wanted(field) ? [[name, fieldCodec(required(field), codecs)]] : [],
      ),
    );
  return exact(
    of((field) => !isOptional(field)),
    of(isOptional),
  );
}

/** The codec of the attributes that a description describes. */
export const attributesCodec = (description: Description, readers: Readers): t.Type<unknown, unknown> =>
  recordCodec(description, wordCodecs(readers));
