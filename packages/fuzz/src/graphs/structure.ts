import { at } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { oddTexts } from './bytes.js';
import { contentOf, copyOf, parse, placesIn, put, remove, type Json, type Place } from './json.js';

/** Damage to a file as a document: something is missing, doubled, elsewhere or something else. */

/** Values of which few fit anywhere. */
export const oddValues: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    ...[null, true, false, -1, 0, 1, 2, 0.5, 7, 64, 65, 255, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 3, 2 ** 53],
    ...[
      -(2 ** 31),
      -(2 ** 53),
      1e308,
      1e-320,
      [],
      {},
      [[]],
      [-1, 0],
      [2 ** 31],
      [0, 2 ** 40],
      [0, 0],
      [1, 1, 1],
    ],
    ...[
      [[0, 0]],
      [[1, 0]],
      [0.5],
      ['0'],
      [null],
      { a: 1 },
      { '': [] },
      'f64',
      'f32',
      'i32',
      'bool',
      'AAAA',
      'AA==',
    ],
  ),
  fc.constantFrom<Json>(...oddTexts),
  fc.integer({ min: -3, max: 60 }),
  fc.string({ maxLength: 6 }),
  fc.constantFrom(40, 500).map((depth) => {
    let nested: Json = [];
    for (let each = 0; each < depth; each++) nested = [nested];
    return nested;
  }),
);

interface Mutation {
  readonly kind: keyof typeof mutations;
  readonly at: number;
  readonly other: number;
  readonly by: number;
  readonly value: Json;
  readonly name: string;
}

/** What is done to a place, of all there are. */
type Mutate = (place: Place, mutation: Mutation, places: readonly Place[]) => void;

const mutations = {
  replace: (place, { value }) => put(place, place.key, value),
  remove: (place) => remove(place),
  rename: (place, { name }) => {
    if (Array.isArray(place.parent)) return;
    const content = contentOf(place);
    remove(place);
    put(place, name, content);
  },
  double: (place) => {
    if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 0, copyOf(place));
  },
  copy: (place, { other }, places) => put(place, place.key, copyOf(at(places, other % places.length))),
  add: (place, { by }) => {
    const content = contentOf(place);
    if (typeof content === 'number') put(place, place.key, content + by);
  },
  wrap: (place, { by, name }) =>
    put(place, place.key, by < 0 ? [contentOf(place)] : { [name]: contentOf(place) }),
  reverse: (place) => {
    const content = contentOf(place);
    if (Array.isArray(content)) content.reverse();
  },
  extra: (place, { name, value }) => {
    if (Array.isArray(place.parent)) place.parent.push(value);
    else put(place, name, value);
  },
} satisfies Readonly<Record<string, Mutate>>;

const someMutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    // The keys are those of the table.
    kind: fc.constantFrom('replace', ...(Object.keys(mutations) as (keyof typeof mutations)[])),
    at: fc.nat(1e9),
    other: fc.nat(1e9),
    by: fc.integer({ min: -3, max: 3 }),
    value: oddValues,
    name: fc.oneof(
      fc.constantFrom(
        'op',
        'inputs',
        'axes',
        'axis',
        'shape',
        'outputs',
        'body',
        'attributes',
        'dtype',
        'data',
      ),
      fc.constantFrom(...oddTexts),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(document: Json, mutation: Mutation): void {
  const places = placesIn(document);
  if (places.length > 0) mutations[mutation.kind](at(places, mutation.at % places.length), mutation, places);
}

export const damagedStructure = (files: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(files.length - 1), someMutations).map(([which, all]) => {
    const document = parse(at(files, which));
    for (const each of all) mutate(document, each);
    return JSON.stringify(document);
  });
