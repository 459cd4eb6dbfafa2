import { expect, test } from 'vitest';
import { seedWords } from '../src/seed-sequence.js';

test("NumPy's SeedSequence(n).generate_state", () => {
  expect([...seedWords(0n, 8)]).toEqual([
    2968811710, 3677149159, 745650761, 2884920346, 2642120001, 549907821, 574372308, 742431198,
  ]);
  expect([...seedWords(12345n, 4)]).toEqual([2688385916, 3048105090, 4196366895, 3152189807]);
});

test('more entropy than the pool has words', () => {
  expect([...seedWords(2n ** 160n + 99n, 8)]).toEqual([
    3643405838, 12256257, 1623054587, 2233729626, 3394057322, 148112446, 990588797, 2399865221,
  ]);
});
