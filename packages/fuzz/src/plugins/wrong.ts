import { plant, Planted } from './planted.js';

/** What stands in a plugin in place of what should. */

const hostile = (): unknown =>
  new Proxy(
    Object.assign(() => undefined, {}),
    {
      get: plant,
      has: plant,
      apply: plant,
      ownKeys: plant,
      getPrototypeOf: plant,
      getOwnPropertyDescriptor: plant,
    },
  );

function cyclic(): unknown {
  const made: Record<string, unknown> = { name: 'cyclic' };
  made.self = made;
  made.list = [made];
  return made;
}

/** Something thrown that throws as it is looked at. */
const throwsHostile = (): never => {
  const error = new Planted('planted');
  Object.defineProperty(error, 'message', { get: plant });
  Object.defineProperty(error, 'stack', { get: plant });
  throw error;
};

const rejected = (): Promise<never> => {
  const promise = Promise.reject(new Planted('planted'));
  promise.catch(() => undefined);
  return promise;
};

const never = (): Promise<never> => new Promise(() => undefined);

/** By name, each made anew. */
export const wrongs: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  '0': () => 0,
  '-1': () => -1,
  '1.5': () => 1.5,
  '2 ** 40': () => 2 ** 40,
  NaN: () => NaN,
  Infinity: () => Infinity,
  'a big integer': () => 10n,
  'a symbol': () => Symbol('odd'),
  'no text': () => '',
  text: () => 'odd',
  __proto__: () => '__proto__',
  'half a surrogate': () => '\ud800',
  'a long text': () => 'n'.repeat(100_000),
  '[]': () => [],
  '[undefined]': () => [undefined],
  '[null, 1]': () => [null, 1],
  'an array with holes': () => Array<unknown>(3),
  '{}': () => ({}),
  'an object without prototype': () => Object.create(null) as unknown, // anything may be wrong
  'a cycle': cyclic,
  'a date': () => new Date(0),
  'a map': () => new Map([['x', 1]]),
  'a class': () => Map,
  hostile,
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a promise that never settles': never,
  'a function that throws': () => plant,
  'a function that throws null': () => () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- plain JavaScript throws anything
    throw null;
  },
  'a function that throws what throws': () => throwsHostile,
  'a function of a promise that never settles': () => never,
  'a function of a promise that is rejected': () => rejected,
  'a function of nothing': () => () => undefined,
  'a function of null': () => () => null,
  'a function of NaN': () => () => NaN,
  'a function of -1': () => () => -1,
  'a function of text': () => () => 'odd',
  'a function of []': () => () => [],
  'a function of [undefined]': () => () => [undefined, undefined],
  'a function of {}': () => () => ({}),
  'a function of what it is given': () => (x: unknown) => x,
  'a function of all that it is given':
    () =>
    (...xs: readonly unknown[]) =>
      xs,
  'a function of something hostile': () => hostile,
  'a function of a cycle': () => cyclic,
  'a function of a function': () => () => () => undefined,
  'a function of types of odd sizes': () => () => ({
    _tag: 'Right',
    right: [{ dtype: 'f64', shape: [-1, 1.5] }],
  }),
  'a function of an unknown dtype': () => () => ({ _tag: 'Right', right: [{ dtype: 'f16', shape: [2] }] }),
  'a function of many types': () => () => ({
    _tag: 'Right',
    right: Array.from({ length: 100 }, () => ({ dtype: 'f64', shape: [2] })),
  }),
  'a function of a Right of nothing': () => () => ({ _tag: 'Right' }),
  'a function of a Left of nothing': () => () => ({ _tag: 'Left' }),
  'a function of a task that never settles': () => () => never,
  'a function of a task that is rejected': () => () => rejected,
};
