import { lookup } from '@adjoint/core/extend';
import * as fc from 'fast-check';
import * as t from 'io-ts/lib/index.js';
import { target, type Target } from '../target.js';
import { broken, pathsIn } from './place.js';
import { plant } from './planted.js';
import { sample } from './samples.js';
import { usePlugin } from './use.js';
import { wrongs } from './wrong.js';

/** Plugins of which one field is wrong. */

const MISSING = 'missing';
const GETTER = 'a getter that throws';

const paths = pathsIn(sample());

/** Shrinks towards the first wrong thing of the list. */
const inputs = fc.record({
  path: fc.constantFrom(...paths),
  by: fc.constantFrom(...Object.keys(wrongs), MISSING, GETTER),
});

function descriptorOf(by: string): PropertyDescriptor | undefined {
  if (by === MISSING) return undefined;
  return by === GETTER ? { get: plant } : { value: lookup(new Map(Object.entries(wrongs)), by)() };
}

export const plugins: Target = target(
  'plugins',
  t.strict({ path: t.readonlyArray(t.string), by: t.string }),
  // One in some hundred is wrong as a whole.
  fc.oneof(
    { weight: 100, arbitrary: inputs },
    { weight: 1, arbitrary: inputs.map(({ by }) => ({ path: [], by })) },
  ),
  ({ path, by }) => {
    const descriptor = descriptorOf(by);
    if (path.length > 0) return usePlugin(broken(sample(), path, descriptor));
    return usePlugin(descriptor?.value);
  },
  4,
);
