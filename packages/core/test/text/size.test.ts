import {
  elementwise,
  formulasOf,
  graph,
  input,
  named,
  print,
  scalar,
  square,
  sum,
  type Value,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import { limits } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';

// Text of what is computed once and used twice, again and again: written out it would have 2^40 parts.

describe('text of exponential size', () => {
  it('is cut in the print of a gradient', () => {
    const iterated = elementwise('iterated', (x) => {
      let y = x;
      for (let i = 0; i < 40; i++) y = scalar.multiply(y, y);
      return y;
    });
    const x = input('x', [2]);
    const text = print(graph({ dx: gradient(sum(iterated(x)), x) }));
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(10 * limits.formula);
  });

  it('is cut in formulas', () => {
    let y: Value = input('x', [2]);
    for (let i = 0; i < 40; i++) y = square(y);
    const [formula] = formulasOf(graph({ out: named('out', y) })).values();
    expect(formula?.length).toBeLessThan(10 * limits.formula);
  });

  it('is whole below the limit', () => {
    let y: Value = input('x', [2]);
    for (let i = 0; i < 5; i++) y = square(y);
    const [formula] = formulasOf(graph({ out: named('out', y) })).values();
    expect(formula).not.toContain('cdots');
  });
});
