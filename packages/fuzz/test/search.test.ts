import * as fc from 'fast-check';
import { signatureOf } from '@adjoint/fuzz';
import { describe, expect, it } from 'vitest';

describe('the signature of a fault', () => {
  it('leaves out names and numbers, and tells lines apart', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('a', 'b'), (size, name) => {
        const fault = { message: `"${name}" takes ${size} bytes`, stack: 'Error\n    at read (file.js:1:2)' };
        expect(signatureOf(fault, undefined)).toBe('… takes … bytes (read)');
      }),
    );
    const hang = { message: 'the input takes more than 1 s', stack: '' };
    expect(signatureOf(hang, { kind: 'a long loop' })).toBe('the input takes more than … s (a long loop)');
  });
});
