import { constant, graph, input, interpreter, program, scalar, tensor, variable, zeros } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';

/** What plain JavaScript may pass where something else is wanted. */

/** Thrown by getters and callbacks of these tests: what a caller's own code throws may come out of functions that throw. */
export class Own extends Error {}

const throwing = (): never => {
  throw new Own('thrown by the caller');
};

const value = input('given', [2]);

function cyclicList(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function cyclicRecord(): unknown {
  const record: Record<string, unknown> = {};
  record.a = record;
  record.b = record;
  return record;
}

const nested = (depth: number, around: (inner: unknown) => unknown): unknown => {
  let inner: unknown = 1;
  for (let level = 0; level < depth; level++) inner = around(inner);
  return inner;
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const hostile = (target: object): unknown =>
  new Proxy(target, {
    get: throwing,
    has: throwing,
    ownKeys: throwing,
    getPrototypeOf: throwing,
    getOwnPropertyDescriptor: throwing,
  });

function detached(): unknown {
  const data = new Float64Array(2);
  structuredClone(data, { transfer: [data.buffer] });
  return data;
}

class Given {
  readonly given = true;
}

/** Each is made anew for each call. */
export const kinds: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  '0': () => 0,
  '1': () => 1,
  '-1': () => -1,
  '1.5': () => 1.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  '2^53': () => 2 ** 53,
  bigint: () => 5n,
  'an empty text': () => '',
  'a text': () => 'rows',
  __proto__: () => '__proto__',
  'a symbol': () => Symbol('given'),
  'an empty list': () => [],
  'a list': () => [1, 2, 3],
  'a list of texts': () => ['a', 'constructor'],
  'a list of nothing': () => [undefined, null],
  // eslint-disable-next-line no-sparse-arrays -- a hole is what is tried
  'a list with a hole': () => [1, , 2],
  'a list of holes': () => new Array<unknown>(2 ** 32 - 1),
  'a list that holds itself': cyclicList,
  'a long list': () => Array<number>(100_000).fill(0),
  'a deep list': () => nested(20_000, (inner) => [inner]),
  'a list of a huge size': () => [2 ** 40],
  'a list of -1': () => [-1],
  'an empty record': () => ({}),
  'a record': () => ({ a: 1 }),
  'a record without prototype': () => Object.assign(Object.create(null) as object, { x: 1 }),
  'a record that holds itself': cyclicRecord,
  'a deep record': () => nested(20_000, (inner) => ({ a: inner })),
  'a getter that throws': () => Object.defineProperty({}, 'a', { get: throwing, enumerable: true }),
  'a proxy that throws': () => hostile({}),
  'a list behind a proxy that throws': () => hostile([]),
  'a function behind a proxy that throws': () => hostile(() => 1),
  'a revoked proxy': () => revoked({}),
  'a revoked list': () => revoked([]),
  'what throws as text': () => ({ toString: throwing, valueOf: throwing }),
  'a function': () => () => 1,
  'a function that throws': () => throwing,
  'a class': () => Given,
  'a map': () => new Map([['a', 1]]),
  'a date': () => new Date(0),
  'a promise': () => Promise.resolve(1),
  'a typed array': () => new Float64Array(3),
  'a detached array': detached,
  'a tensor': () => tensor([1, 2]),
  'a tensor made by hand': () => ({ dtype: 'f99', shape: 'x', data: new Float64Array(2) }),
  'a tensor too short': () => ({ dtype: 'f64', shape: [3], data: new Float64Array(2) }),
  'a value': () => value,
  'a bool': () => constant(tensor([true, false], 'bool')),
  'a state': () => variable('given', zeros([2])),
  'a value made by hand': () => ({ dtype: 'f64', shape: [2], node: { op: {}, inputs: [] }, index: 0 }),
  'a copy of a value': () => ({ ...value }),
  'a node': () => value.node,
  'a graph': () => graph({ out: value }),
  'a graph made by hand': () => ({
    inputs: [{}],
    nodes: [{ inputs: [], outputs: [] }],
    outputs: { out: {} },
  }),
  'a program': () => program({ outputs: { out: value } }),
  'a program made by hand': () => ({ graph: {}, outputs: ['out'], updates: [{}], perStep: [] }),
  'a right': () => E.right(1),
  'an expression': () => scalar.argument('x'),
  'an expression made by hand': () => ({ kind: 'applied', id: 1, dtype: 'f64', fn: {}, operands: [] }),
  'a backend': () => interpreter,
  'the whole world': () => globalThis,
};
