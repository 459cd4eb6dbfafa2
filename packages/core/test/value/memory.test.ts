import { allocate, copyOf, MemoryException } from '@adjoint/core/extend';
import { describe, expect, it } from 'vitest';

describe('memory', () => {
  it('that there is not is an exception with a remedy', () => {
    expect(() => allocate('f64', 2 ** 50)).toThrow(MemoryException);
    expect(() => allocate('f64', 2 ** 50)).toThrow(/1125899906842624 elements of f64 are more than/);
  });

  it('of a copy is its own, also where a Buffer of Node is copied', () => {
    const buffer = Buffer.from([0, 1, 1]);
    const copy = copyOf('bool', buffer);
    buffer[0] = 1;
    expect(Buffer.isBuffer(copy)).toBe(false);
    expect([...copy]).toEqual([0, 1, 1]);
  });
});
