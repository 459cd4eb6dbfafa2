import { at } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import { contentOf, copyOf, parse, placesIn, put, type Json, type Place } from './json.js';
import { oddValues } from './structure.js';

/** Damage by one who knows the format: every key is where it should be, and what stands there does not fit. */

type Fields = Record<string, Json>;
const isFields = (json: Json): json is Fields =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** A document, what is drawn to change it, and what stands in other files. */
interface Change {
  readonly kind: keyof typeof changes;
  readonly at: number;
  readonly other: number;
  readonly size: number;
  readonly value: Json;
}
interface Others {
  readonly ops: readonly string[];
  readonly graphs: readonly string[];
}

const dtypes = ['f64', 'f32', 'i32', 'bool', 'f16', ''];
const names = [
  'x',
  'x0',
  'w',
  '',
  'w (next)',
  '__proto__',
  'constructor',
  'toString',
  'a.b',
  '\ud800',
  'valueOf',
];

function damageText(text: string, other: number): string {
  const place = other % (text.length + 1);
  return pick(
    [
      text.slice(1),
      text.slice(0, -1),
      `${text}=`,
      `${text}AAAA`,
      text.replace(/=/g, ''),
      `${text.slice(0, place)}-${text.slice(place + 1)}`,
      `${text.slice(0, place)}/${text.slice(place + 1)}`,
      ` ${text.slice(1)}`,
      text.replace(/A/g, '/'),
      '',
    ],
    other,
  );
}

const pick = <T>(list: readonly T[], index: number): T => at(list, index % list.length);

/** Makes something else of what stands at one of some places, where there is one; `undefined` leaves it. */
function change(places: readonly Place[], index: number, by: (content: Json) => Json | undefined): void {
  if (places.length === 0) return;
  const place = pick(places, index);
  const changed = by(contentOf(place));
  if (changed !== undefined) put(place, place.key, changed);
}

/** The places with one of these keys, in graphs within graphs too. */
const under = (places: readonly Place[], ...keys: readonly string[]): readonly Place[] =>
  places.filter(({ key }) => keys.includes(key));
/** The places directly in what has this key. */
const within = (places: readonly Place[], key: string): readonly Place[] =>
  places.filter(({ above }) => above?.key === key);

function withSize(content: Json, other: number, size: number): Json {
  if (!Array.isArray(content)) return size;
  if (other % 3 === 0) return [...content, size];
  if (other % 3 === 1 || content.length === 0) return [size, ...content];
  return content.with(other % content.length, size);
}

/** What is done to the places of a document. */
type Apply = (places: readonly Place[], change: Change, others: Others) => void;

const changes = {
  op: (places, { at: where, other }, { ops }) => change(under(places, 'op'), where, () => pick(ops, other)),
  reference: (places, { at: where, other }) =>
    change(
      places.filter(({ above }) => above?.above?.key === 'inputs'),
      where,
      () => (other % 12) - 1,
    ),
  operands: (places, { at: where, other }) =>
    change(under(places, 'inputs'), where, (inputs) => {
      if (!Array.isArray(inputs)) return undefined;
      return other % 3 === 0
        ? inputs.slice(1)
        : [...inputs, other % 3 === 1 ? (inputs[0] ?? 0) : [other % 9, 0]];
    }),
  attribute: (places, { at: where, value }) => change(within(places, 'attributes'), where, () => value),
  shape: (places, { at: where, other, size }) =>
    change(under(places, ...sizeKeys), where, (content) => withSize(content, other, size)),
  dtype: (places, { at: where, other }) => change(under(places, 'dtype'), where, () => pick(dtypes, other)),
  base64: (places, { at: where, other }) =>
    change(under(places, 'data'), where, (text) =>
      typeof text === 'string' ? damageText(text, other) : undefined,
    ),
  expression: (places, { at: where, other }) =>
    change(under(places, 'fn', 'operands', 'constant', 'argument', 'parameters'), where, (content) => {
      if (typeof content === 'string') return pick(['tanh', 'select', 'add', 'less', 'convert', 'x'], other);
      return Array.isArray(content) ? [...content, other % 7] : (other % 5) - 1;
    }),
  body: (places, { at: where, other }, { graphs }) =>
    change(under(places, 'body', 'whenTrue', 'whenFalse', 'graph'), where, () => parse(pick(graphs, other))),
  name: (places, { at: where, other }) =>
    change(under(places, 'name', 'path'), where, () => pick(names, other)),
  order: (places, { at: where, other }) => {
    const nodes = within(places, 'nodes');
    if (nodes.length === 0) return;
    const [first, second] = [copyOf(pick(nodes, where)), copyOf(pick(nodes, other))];
    change(nodes, where, () => second);
    change(nodes, other, () => first);
  },
  output: (places, { at: where, other }) =>
    change(under(places, 'outputs'), where, (outputs) =>
      isFields(outputs) ? { ...outputs, [pick(names, other)]: [other % 9, other % 2] } : undefined,
    ),
  scope: (places, { at: where, other }) =>
    change(under(places, 'scope', 'parent'), where, () => (other % 6) - 1),
  input: (places, { at: where, other }) =>
    change(
      under(places, 'inputs').filter(({ above }) => above?.above?.key !== 'nodes'),
      where,
      (inputs) => (Array.isArray(inputs) ? [...inputs, other % 9] : undefined),
    ),
} satisfies Readonly<Record<string, Apply>>;

/** The keys under which sizes and axes stand. */
const sizeKeys = [
  ...['shape', 'axes', 'axis', 'widths', 'size', 'stride', 'dilation', 'ranges', 'length', 'order', 'start'],
  ...['stop', 'step', 'carries', 'sequences', 'first', 'last', 'equation', 'to'],
];

const someChanges: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    // The keys are those of the table.
    kind: fc.constantFrom(
      'op',
      'reference',
      'attribute',
      'shape',
      ...(Object.keys(changes) as (keyof typeof changes)[]),
    ),
    at: fc.nat(1e9),
    other: fc.nat(1e9),
    size: fc.constantFrom(
      ...[0, 0, 1, 1, 2, 3, 5, 17, 64, 1000, 65_536, 2 ** 20, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 52, -1],
    ),
    value: oddValues,
  }),
  { minLength: 1, maxLength: 5 },
);

/** @param ops the names of all there are */
export function damagedSemantics(files: readonly string[], ops: readonly string[]): fc.Arbitrary<string> {
  const graphs = files.flatMap((file) => {
    const document = parse(file);
    return isFields(document) && document.graph !== undefined ? [JSON.stringify(document.graph)] : [];
  });
  return fc.tuple(fc.nat(files.length - 1), someChanges).map(([which, all]) => {
    const document = parse(at(files, which));
    for (const each of all) changes[each.kind](placesIn(document), each, { ops, graphs });
    return JSON.stringify(document);
  });
}
