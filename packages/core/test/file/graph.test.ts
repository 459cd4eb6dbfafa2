import {
  checkGraph,
  encodeGraph,
  print,
  readGraph,
  renderError,
  sum,
  writeGraph,
  type Graph,
} from '@adjoint/core';
import { gradient } from '@adjoint/autograd';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  choice,
  evaluate,
  oddities,
  recurrence,
  registryOf,
  rounded,
  straightThroughPlugin,
  training,
} from '../samples.js';

const registry = registryOf(straightThroughPlugin);

const samples: readonly (readonly [string, Graph])[] = [
  ['a training step', training(4)],
  ['a scan and its gradient', recurrence(5)],
  ['a cond and its gradient', choice(3)],
  ['a composite with its own pullback', rounded()],
  ['constants of every dtype', oddities()],
];

function read(text: string): Graph {
  const result = readGraph(text, registry);
  if (E.isLeft(result)) throw new Error(renderError(result.left));
  return result.right;
}

describe('a graph file', () => {
  it.each(samples)('gives back %s', (_, graph) => {
    const back = read(writeGraph(graph));
    expect(print(back)).toBe(print(graph));
    expect(print(back, { fold: false })).toBe(print(graph, { fold: false }));
    expect(evaluate(back)).toEqual(evaluate(graph));
    expect(writeGraph(back)).toBe(writeGraph(graph));
  });

  it('of a composite with its own pullback runs without the plugin, but has no gradient', () => {
    const result = readGraph(writeGraph(rounded()), registryOf());
    if (E.isLeft(result)) throw new Error(renderError(result.left));
    expect(evaluate(result.right)).toEqual(evaluate(rounded()));
    expect(() => differentiateAgain(result.right)).toThrow(
      /the op "straightThrough" has a derivative of its own/,
    );
    expect(() => differentiateAgain(read(writeGraph(rounded())))).not.toThrow();
  });
});

function differentiateAgain({ inputs: [x], outputs: { out } }: Graph): void {
  if (x !== undefined && out !== undefined) gradient(sum(out), x);
}

/** Replaces what stands at a path of a file. */
function damaged(graph: Graph, path: readonly (string | number)[], value: unknown): string {
  const file: unknown = JSON.parse(writeGraph(graph));
  let at: unknown = file;
  for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key);
  Reflect.set(Object(at), path.at(-1) ?? '', value);
  return JSON.stringify(file);
}

const fault = (text: string): string => {
  const result = readGraph(text, registry);
  return E.isLeft(result) ? renderError(result.left) : 'accepted';
};

describe('a fault in a graph file', () => {
  const graph = training(4);
  const reluAt = graph.nodes.findIndex(({ name }) => name === 'A1');
  const permuteAt = graph.nodes.findIndex(({ op }) => op.name === 'permuteDims');

  it.each<[string, string, RegExp]>([
    ['truncated', writeGraph(graph).slice(0, 500), /^invalid graph: not JSON: /],
    ['empty', '', /^invalid graph: not JSON: /],
    ['another format', '{}', /^invalid graph at \$\.format: /],
    [
      'a newer version',
      damaged(graph, ['version'], 2),
      /at \$\.version: the file has version 2, this Adjoint reads version 1/,
    ],
    [
      'a cycle',
      damaged(graph, ['graph', 'nodes', 1, 'inputs'], [[1, 0]]),
      /at \$\.graph\.nodes\[1\]\.inputs\[0\]: node 1 has no output 0, or does not come earlier/,
    ],
    [
      'an unknown op',
      damaged(graph, ['graph', 'nodes', reluAt, 'op'], 'mop'),
      new RegExp(`at \\$\\.graph\\.nodes\\[${reluAt}\\]\\.op: unknown op "mop"`),
    ],
    [
      'an ill-typed attribute',
      damaged(graph, ['graph', 'nodes', permuteAt, 'attributes', 'axes'], 'all'),
      new RegExp(`at \\$\\.graph\\.nodes\\[${permuteAt}\\]\\.attributes\\.axes: `),
    ],
    [
      'a misspelt attribute',
      damaged(graph, ['graph', 'nodes', permuteAt, 'attributes'], { axis: [1, 0] }),
      new RegExp(`at \\$\\.graph\\.nodes\\[${permuteAt}\\]\\.attributes: unknown key "axis"; expected axes`),
    ],
    [
      'a shape that does not fit',
      damaged(graph, ['graph', 'nodes', permuteAt, 'attributes', 'axes'], [0, 0]),
      new RegExp(`at \\$\\.graph\\.nodes\\[${permuteAt}\\]: permuteDims: `),
    ],
    [
      'an output of nothing',
      damaged(graph, ['graph', 'outputs', 'loss'], [9999, 0]),
      /at \$\.graph\.outputs\.loss: node 9999 has no output 0/,
    ],
    [
      'a fault in a body',
      bodyFault(),
      /at \$\.graph\.nodes\[\d+\]\.attributes\.body\.nodes\[0\]\.op: unknown op "mop"/,
    ],
  ])('is named: %s', (_, text, message) => {
    expect(fault(text)).toMatch(message);
  });

  it('is not a matter of how deep bodies are nested', () => {
    const file = JSON.parse(writeGraph(recurrence(3))) as {
      graph: { nodes: { op: string; attributes: { body?: unknown } }[] };
    }; // the format's own
    const scan = file.graph.nodes.find(({ op }) => op === 'scan');
    let body: unknown = scan?.attributes.body;
    for (let depth = 0; depth < 200; depth++) {
      body = {
        scopes: [],
        inputs: [],
        outputs: {},
        nodes: [
          {
            op: 'scan',
            inputs: [],
            attributes: { body, carries: 0, sequences: 0, reverse: false, length: 1 },
          },
        ],
      };
    }
    if (scan !== undefined) scan.attributes.body = body;
    expect(fault(JSON.stringify(file))).toMatch(/graphs are nested more than 64 deep/);
  });
});

function bodyFault(): string {
  const graph = recurrence(3);
  const at = graph.nodes.findIndex(({ op }) => op.name === 'scan');
  return damaged(graph, ['graph', 'nodes', at, 'attributes', 'body', 'nodes', 0, 'op'], 'mop');
}

describe('any damage to a graph file', () => {
  type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

  /** Every place in a document: its parent and its key. */
  function places(
    value: Json,
    found: { parent: Json[] | Record<string, Json>; key: string | number }[] = [],
  ) {
    if (Array.isArray(value)) {
      value.forEach((inner, key) => {
        found.push({ parent: value, key });
        places(inner, found);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        found.push({ parent: value, key });
        places(inner, found);
      }
    }
    return found;
  }

  const strange = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      -1,
      0,
      1,
      0.5,
      7,
      2 ** 31,
      2 ** 53,
      1e308,
      '',
      'NaN',
      '-0',
      'add',
      '__proto__',
      [],
      {},
      [[]],
      [-1, 0],
      [2 ** 31],
    ),
    fc.integer({ min: -3, max: 60 }),
    fc.string({ maxLength: 6 }),
  );
  const mutation = fc.record({
    at: fc.nat(),
    other: fc.nat(),
    kind: fc.constantFrom('replace', 'delete', 'rename', 'duplicate', 'swap', 'shift'),
    value: strange,
    name: fc.constantFrom('__proto__', 'constructor', 'length', '0', '', 'op', 'inputs', 'axes', 'extra'),
  });

  function mutate(
    file: Json,
    { at, other, kind, value, name }: { at: number; other: number; kind: string; value: Json; name: string },
  ): void {
    const all = places(file);
    const place = all[at % all.length];
    const second = all[other % all.length];
    if (place === undefined || second === undefined) return;
    const { parent, key } = place;
    const current: unknown = Reflect.get(parent, key);
    const define = (object: object, property: string | number, content: unknown): void => {
      // As JSON.parse does it, `__proto__` included.
      Object.defineProperty(object, property, {
        value: content,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    };
    if (kind === 'replace') define(parent, key, value);
    else if (kind === 'delete') {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
    } else if (kind === 'rename' && !Array.isArray(parent)) {
      Reflect.deleteProperty(parent, key);
      define(parent, name, current);
    } else if (kind === 'duplicate' && Array.isArray(parent))
      parent.splice(Number(key), 0, structuredClone(current) as Json);
    else if (kind === 'swap') define(parent, key, structuredClone(Reflect.get(second.parent, second.key)));
    else if (kind === 'shift' && typeof current === 'number') define(parent, key, current + (other % 7) - 3);
  }

  const files = samples.map(([, graph]) => writeGraph(graph));

  it('gives a Left with a path, or a graph that checks and prints', { timeout: 300_000 }, () => {
    const counts = { left: 0, right: 0 };
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat() }),
        (which, mutations, cut) => {
          const file = JSON.parse(files[which] ?? '') as Json; // what JSON.parse gives
          for (const each of mutations) mutate(file, each);
          const whole = JSON.stringify(file);
          const text = cut === null ? whole : whole.slice(0, cut % whole.length);
          const result = readGraph(text, registry);
          if (E.isLeft(result)) {
            counts.left += 1;
            expect(renderError(result.left)).not.toBe('');
            expect(result.left.tag).toBe('InvalidError');
            const isJson = E.isRight(E.tryCatch(() => JSON.parse(text) as unknown, String));
            const isObject = isJson && /^\s*\{/.test(text);
            if (
              isObject &&
              result.left.tag === 'InvalidError' &&
              !result.left.problem.includes('unknown key')
            ) {
              expect(result.left.path.length).toBeGreaterThan(0);
            }
          } else {
            counts.right += 1;
            expect(E.isRight(checkGraph(result.right))).toBe(true);
            expect(print(result.right)).toContain('return ');
            expect(E.isRight(readGraph(JSON.stringify(encodeGraph(result.right)), registry))).toBe(true);
          }
        },
      ),
      { numRuns: 3000, seed: 20 },
    );
    // Both ends are exercised, or the property says little.
    expect(counts.left).toBeGreaterThan(1000);
    expect(counts.right).toBeGreaterThan(100);
  });
});
