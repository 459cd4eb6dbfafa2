import { at } from '@adjoint/core/extend';
import * as fc from 'fast-check';

/** Damage to the text of a file, whatever the text says. */

/** What numbers are replaced by. */
export const oddNumbers: readonly string[] = [
  ...['0', '-0', '-1', '1', '2', '63', '64', '65', '255', '0.5', '1e-400', '1e999', '-1e999', '1e308'],
  ...['2147483647', '2147483648', '4294967296', '4294967299', '9007199254740991', '9007199254740992'],
  ...['1E3', '01', '+1', '.5', 'NaN', 'Infinity', '-Infinity', '0x10', '1e', 'null'],
];

/** What texts are replaced by. */
export const oddTexts: readonly string[] = [
  ...['', ' ', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', '0'],
  ...[
    'NaN',
    'Infinity',
    '-0',
    'w (next)',
    '.',
    'a.b',
    '..',
    'a\nb',
    '\u0000',
    '\u2028',
    '\ud800',
    '\udfff\ud800',
  ],
  ...['é', 'e\u0301', '💥', '‮', '$', '`', '"', '\\', '%s', '${x}', 'x'.repeat(70_000)],
];

const pieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'null',
    'true',
    '[]',
    '{}',
    '-',
    'e',
    '\ufeff',
    '\u0000',
    '/*',
  ],
  ...['"__proto__":{},', '"op":"add",', '[[', ']]', '\\u', '\\ud800', '=', '/', '+', 'A'],
];

interface Edit {
  readonly kind: 'cut' | 'drop' | 'insert' | 'repeat' | 'number' | 'text' | 'flip';
  readonly where: number;
  readonly length: number;
  readonly piece: string;
  readonly number: string;
  readonly text: string;
}

const edits: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('cut', 'drop', 'insert', 'repeat', 'number', 'number', 'text', 'text', 'flip'),
  where: fc.nat(1e9),
  length: fc.integer({ min: 1, max: 40 }),
  piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 })),
  number: fc.constantFrom(...oddNumbers),
  text: fc.constantFrom(...oddTexts),
});

/** One match of a pattern replaced by something. */
function replaceOne(text: string, pattern: RegExp, where: number, by: string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { 0: old, index } = at(matches, where % matches.length);
  return text.slice(0, index) + by + text.slice(index + old.length);
}

function edited(text: string, { kind, where, length, piece, number, text: other }: Edit): string {
  const place = text.length === 0 ? 0 : where % text.length;
  const [before, after] = [text.slice(0, place), text.slice(place)];
  switch (kind) {
    case 'cut':
      return before;
    case 'drop':
      return before + after.slice(length);
    case 'insert':
      return before + piece + after;
    case 'repeat':
      return before + after.slice(0, 10 * length) + after;
    case 'number':
      return replaceOne(text, /(?<=[[:,])-?\d+(\.\d+)?/g, where, number);
    case 'text':
      return replaceOne(text, /"[^"]*"/g, where, JSON.stringify(other));
    case 'flip':
      return before + String.fromCharCode(text.charCodeAt(place) ^ (1 << (length % 16))) + after.slice(1);
  }
}

export const damagedBytes = (files: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(files.length - 1), fc.array(edits, { minLength: 1, maxLength: 4 }))
    .map(([which, all]) => all.reduce(edited, at(files, which)));
