import { createRegistry } from '@adjoint/core';
import { numpyLegacy, randomPlugin } from '@adjoint/random';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';

test('the plugin brings the streams by their names', () => {
  const registry = createRegistry([randomPlugin]);
  if (E.isLeft(registry)) throw new Error('refused');
  const { randomSources } = registry.right;
  expect([...randomSources.keys()]).toEqual(['numpy', 'numpy-generator', 'tensorflow']);
  expect(randomSources.get('numpy')?.create(3).normal([2])).toEqual(numpyLegacy(3).normal([2]));
});
