import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, textWidth, tooltip } from '../src/text-width.js';

const texts = fc.string({ unit: fc.constantFrom('a', 'W', 'i', ' ', '…', '字', '😀', '(', 'x') });

describe('a text that is fitted', () => {
  it('is whole where it fits, and else the longest beginning that fits with an ellipsis', () => {
    fc.assert(
      fc.property(texts, fc.nat(200), (text, pixels) => {
        const width = pixels + 0.003; // No text is as wide as that to the last bit.
        const shown = fitted(text, 10, width);
        if (textWidth(text, 10) <= width) {
          expect(shown).toBe(text);
          return;
        }
        const characters = Array.from(text);
        while (characters.length > 0 && textWidth(`${characters.join('')}…`, 10) > width) characters.pop();
        expect(shown).toBe(`${characters.join('').trimEnd()}…`);
      }),
    );
  });

  it('is read no further than it fits', () => {
    let read = 0;
    const endless = {
      slice: (start: number, end: number) => 'w'.repeat(end - start),
      *[Symbol.iterator]() {
        for (;;) {
          if (++read > 1000) throw new Error('read on');
          yield 'w';
        }
      },
    };
    // A text without an end stands for one of any length: of a text, its letters and `slice` are used.
    expect(fitted(endless as unknown as string, 10, 100)).toBe('wwwwwwwww…');
    expect(read).toBeLessThan(20);
  });
});

it('is cut in a tooltip where nobody would read it', () => {
  expect(tooltip('short')).toBe('short');
  expect(tooltip('x'.repeat(1e6))).toHaveLength(2001);
});
