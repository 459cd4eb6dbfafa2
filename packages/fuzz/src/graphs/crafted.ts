import * as fc from 'fast-check';
import { oddTexts } from './bytes.js';
import { large } from './large.js';
import { many } from './many.js';
import { odd } from './odd.js';

/** Files that are made by hand to be too much. */

export interface Crafted {
  readonly kind: string;
  readonly text: string;
}

/** A file longer than this is not one of those that are promised to be read within a second. */
const LONGEST = 1_000_000;

const amounts = fc.oneof(
  fc.nat(100),
  fc.constantFrom(255, 256, 300, 1000, 3000, 9000, 14_000, 40_000, 100_000, 150_000, 300_000, 400_000),
);
const numbers = fc.oneof(
  amounts,
  fc.constantFrom(
    2 ** 24,
    2 ** 27,
    2e9,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 32 + 3,
    2 ** 40,
    2 ** 52,
    2 ** 53 - 1,
  ),
);

/** As many as are asked for, or fit into a file. */
function fitting(make: (size: number) => string, wanted: number): string {
  const [few, more] = [make(100).length, make(200).length];
  const each = Math.max((more - few) / 100, 0.001);
  return make(Math.min(wanted, Math.floor(LONGEST / each)));
}

const texts = fc.constantFrom(...oddTexts);

export const crafted: fc.Arbitrary<Crafted> = fc.oneof(
  {
    weight: Object.keys(many).length,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.entries(many)), amounts, texts)
      .map(([[kind, make], size, text]) => ({ kind, text: fitting((each) => make(each, text), size) })),
  },
  {
    weight: Object.keys(large).length,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.entries(large)), numbers)
      .map(([[kind, make], size]) => ({ kind, text: make(size) })),
  },
  {
    weight: Object.keys(odd).length,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.entries(odd)), texts)
      .map(([[kind, make], text]) => ({ kind, text: make(text) })),
  },
);
