import { expect, test } from 'vitest';
import { philox, type Block } from '../src/philox.js';

const ones = 0xffffffff;
const cases: readonly {
  readonly counter: Block;
  readonly key: readonly [number, number];
  readonly words: Block;
}[] = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [ones, ones, ones, ones],
    key: [ones, ones],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

test.each(cases)("the authors' known answer for the counter $counter", ({ counter, key, words }) => {
  expect(philox(counter, key)).toEqual(words);
});
