import { checkGraph, formulasOf, interpreter, print, program, readGraph, renderError } from '@adjoint/core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { registryOf } from '../samples.js';

// Files under a megabyte that are large in one way each. Before there were limits they threw, or took many seconds.

const registry = registryOf();

const file = (graph: object): string =>
  JSON.stringify({
    format: 'adjoint-graph',
    version: 1,
    graph: { scopes: [], inputs: [], outputs: {}, nodes: [], ...graph },
  });

const inputNode = (shape: readonly number[], name = 'x'): object => ({
  op: 'input',
  inputs: [],
  attributes: { name, dtype: 'f64', shape },
});

const applied = (
  op: string,
  attributes: object,
  inputs: readonly (readonly number[])[] = [[0, 0]],
): object => ({
  op,
  inputs,
  attributes,
});

const ones = (length: number): readonly number[] => Array<number>(length).fill(1);
const indices = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

const tanhNode = (position: number, more: object = {}): object => ({
  op: 'map',
  inputs: [[position, 0]],
  attributes: {
    name: 'tanh',
    lambda: {
      parameters: 1,
      expressions: [
        { argument: 'x', dtype: 'f64' },
        { fn: 'tanh', operands: [0] },
      ],
    },
  },
  ...more,
});

/** A chain of nodes behind an input. */
const chain = (length: number, node: (position: number) => object, more: object = {}): string =>
  file({
    nodes: [inputNode([1]), ...indices(length).map(node)],
    inputs: [0],
    outputs: { out: [length, 0] },
    ...more,
  });

const fault = (text: string): string => {
  const result = readGraph(text, registry);
  return E.isLeft(result) ? renderError(result.left) : 'accepted';
};

/** Reads a file, checks its graph, and prints it both ways. */
function read(text: string): string {
  const result = readGraph(text, registry);
  if (E.isLeft(result)) throw new Error(renderError(result.left));
  expect(E.isRight(checkGraph(result.right))).toBe(true);
  formulasOf(result.right);
  print(result.right, { fold: false });
  return print(result.right);
}

const sum = { keepDims: false };
const scopes = (depth: number): readonly object[] =>
  indices(depth).map((index) => ({ name: 's', size: 1, ...(index === 0 ? {} : { parent: index - 1 }) }));

describe('a file beyond a limit is a Left that says which', () => {
  it.each<[string, string, RegExp]>([
    ['300,000 zeros as nodes', file({ nodes: Array(300_000).fill(0) }), /nodes\[0\]: expected an object/],
    ['300,000 zeros as inputs', file({ inputs: Array(300_000).fill(0) }), /there is no node 0/],
    [
      '150,000 expressions',
      file({
        nodes: [
          inputNode([1]),
          applied('map', { name: 'm', lambda: { parameters: 1, expressions: Array(150_000).fill(0) } }),
        ],
      }),
      /a list here has at most 65536 entries, and this one has 150000/,
    ],
    [
      'an input of rank 150,000, and a refused op',
      file({ nodes: [inputNode(ones(150_000)), applied('matmul', {}, [[0, 0], [0, 0]])] }), // prettier-ignore
      /attributes\.shape: a shape has at most 64 axes, and this one has 150000/,
    ],
    ['a sum of rank 100,000', file({ nodes: [inputNode(ones(100_000)), applied('sum', sum)] }), /at most 64/],
    [
      'expandDims of 140,000 axes',
      file({ nodes: [inputNode([1]), applied('expandDims', { axes: indices(140_000) })] }),
      /there are at most 64 axes, given 140000/,
    ],
    [
      'a chain of 14,000 expandDims',
      chain(14_000, (position) => applied('expandDims', { axes: [0] }, [[position, 0]])),
      /nodes\[64\]: expandDims: it gives a type that no value has: a shape has at most 64 axes/,
    ],
    [
      'a reshape to 140,000 axes',
      file({ nodes: [inputNode([1]), applied('reshape', { shape: ones(140_000) })] }),
      /reshape: .*at most 64 axes/,
    ],
    [
      'a node of 150,000 operands',
      file({ nodes: [inputNode([1]), applied('concat', { axis: 0 }, Array(150_000).fill([0, 0]))] }), // prettier-ignore
      /inputs: a list here has at most 65536 entries/,
    ],
    [
      '9,000 nested scopes',
      chain(6000, (position) => tanhNode(position, { scope: 8999 }), { scopes: scopes(9000) }),
      /scopes\[1000\]\.parent: scopes are nested more than 1000 deep/,
    ],
    [
      'a name of 500,000 characters',
      file({ nodes: [{ ...inputNode([1]), name: 'x'.repeat(500_000) }] }),
      /nodes\[0\]\.name: a name here has at most 256 characters, and this one has 500000/,
    ],
    [
      'sizes whose product is no number',
      file({ nodes: [inputNode([0, 2 ** 52, 25])] }),
      /multiply to at most/,
    ],
    ['[2^40, 0]', file({ nodes: [inputNode([2 ** 40, 0])] }), /attributes\.shape: the sizes/],
    [
      'an output named __proto__',
      file({ nodes: [inputNode([1])], inputs: [0] }).replace('"outputs":{}', '"outputs":{"__proto__":[0,0]}'),
      /outputs\.__proto__: this cannot be a name/,
    ],
    [
      'an input named __proto__',
      file({ nodes: [inputNode([1], '__proto__')], inputs: [0], outputs: { out: [0, 0] } }),
      /input: this cannot be a name/,
    ],
  ])('%s', (_, text, message) => {
    expect(fault(text)).toMatch(message);
  });
});

describe('a file below the limits is read, checked and printed', () => {
  it('with a sum of rank 64', () => {
    const text = file({
      nodes: [inputNode(ones(64)), applied('sum', sum)],
      inputs: [0],
      outputs: { out: [1, 0] },
    });
    expect(read(text)).toContain('= sum(x)');
  });

  it('with 12,000 nodes of one name', () => {
    const node = (position: number): object => tanhNode(position, { name: 'a' });
    expect(read(chain(12_000, node))).toContain('a_12000: f64[1] = tanh(a_11999)');
  });

  it('with 6,000 nodes in 900 nested scopes', () => {
    const node = (position: number): object => tanhNode(position, { scope: 899 - (position % 2) });
    expect(read(chain(6000, node, { scopes: scopes(900) })).split('\n').length).toBeGreaterThan(3);
  });

  it('with 60,000 operands of one node', () => {
    const nodes = [inputNode([1]), applied('concat', { axis: 0 }, Array<number[]>(60_000).fill([0, 0]))];
    expect(read(file({ nodes, inputs: [0], outputs: { out: [1, 0] } }))).toContain('f64[60000]');
  });

  it('with a constant of no elements and 20,000,000 rows', () => {
    const value = { dtype: 'f64', shape: [20_000_000, 0], data: '' };
    const text = file({ nodes: [applied('constant', { value }, [])], outputs: { out: [0, 0] } });
    expect(read(text)).toContain('= constant(f64[20000000, 0] {…})');
  });

  it('with an input whose node has no name', () => {
    expect(read(chain(1, (position) => tanhNode(position)))).toContain('%1: f64[1] = tanh(x)');
    expect(read(file({ nodes: [inputNode([1])], inputs: [0], outputs: { out: [0, 0] } }))).toContain(
      'out = x',
    );
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('with a body that has an input named %s', (name) => {
    const body = {
      scopes: [],
      nodes: [inputNode([1], name), tanhNode(0)],
      inputs: [0],
      outputs: { [name]: [1, 0] },
    };
    const loop = { body, carries: 1, sequences: 0, reverse: false, length: 2 };
    const text = file({
      nodes: [inputNode([2]), applied('scan', loop)],
      inputs: [0],
      outputs: { out: [1, 0] },
    });
    expect(read(text)).toContain(`${name}: f64[2]`);
    const graph = readGraph(text, registry);
    if (E.isLeft(graph)) throw new Error(renderError(graph.left));
    const compiled = interpreter.compileSync({ p: program({ outputs: graph.right.outputs }) });
    expect(E.isRight(compiled)).toBe(true);
  });
});
