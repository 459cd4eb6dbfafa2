import type { Json } from './json.js';
import { constantNode, file, fileText, graphText, inputNode, mapNode, node, times, zero } from './writer.js';

/** Files in which there is far more of one thing than anybody writes. */

/** A map over one input whose expression has these applications behind its argument. */
const expressionFile = (applications: readonly Json[]): string =>
  file({
    nodes: [
      inputNode([2]),
      node('map', [0], {
        name: 'f',
        lambda: { parameters: 1, expressions: [{ argument: 'x', dtype: 'f64' }, ...applications] },
      }),
    ],
    inputs: [0],
  });

function nestedScan(depth: number): string {
  let body = graphText({
    nodes: [inputNode([]), mapNode('tanh', [0])],
    inputs: [0],
    outputs: [['carry0', [1, 0]]],
  });
  for (let each = 0; each < depth; each++) {
    const scan = `{"op":"scan","inputs":[[0,0]],"attributes":{"body":${body},"carries":1,"sequences":0,"reverse":false,"length":2}}`;
    body = `{"scopes":[],"nodes":[${JSON.stringify(inputNode([]))},${scan}],"inputs":[0],"outputs":{"carry0":[1,0]}}`;
  }
  return fileText(body);
}

export const many: Readonly<Record<string, (size: number, text: string) => string>> = {
  'a constant of many axes': (size) =>
    file({
      nodes: [
        constantNode(
          times(size, () => 1),
          zero,
        ),
      ],
    }),
  'a constant of many axes without elements': (size) =>
    file({ nodes: [constantNode([...times(size, () => 7), 0], '')] }),
  'zeros as nodes': (size) =>
    fileText(`{"scopes":[],"nodes":[${times(size, () => 0).join()}],"inputs":[],"outputs":{}}`),
  'zeros as inputs': (size) => fileText(graphText({ nodes: [inputNode([2])], inputs: times(size, () => 0) })),
  'zeros as expressions': (size) =>
    file({
      nodes: [
        inputNode([2]),
        node('map', [0], { name: 'f', lambda: { parameters: 0, expressions: times(size, () => 0).slice() } }),
      ],
    }),
  'an input of many axes, with an op that refuses it': (size) =>
    file({ nodes: [inputNode(times(size, () => 1)), node('matmul', [0, 0])], inputs: [0] }),
  'a sum over many axes': (size) =>
    file({ nodes: [inputNode(times(size, () => 1)), node('sum', [0], { keepDims: false })], inputs: [0] }),
  'a sum over many axes that are listed': (size) =>
    file({
      nodes: [
        inputNode(times(size, () => 1)),
        node('sum', [0], { keepDims: true, axes: times(size, (i) => i).slice() }),
      ],
      inputs: [0],
    }),
  'an op that moves many axes': (size) =>
    file({
      nodes: [
        inputNode(times(size, () => 1)),
        node('permuteDims', [0], { axes: times(size, (i) => size - 1 - i).slice() }),
        node('flatten', [1], { first: 0, last: -1 }),
      ],
      inputs: [0],
    }),
  'many new axes': (size) =>
    file({
      nodes: [inputNode([2]), node('expandDims', [0], { axes: times(size, (i) => i).slice() })],
      inputs: [0],
    }),
  'the same axis many times': (size) =>
    file({
      nodes: [inputNode([2]), node('expandDims', [0], { axes: times(size, () => 0).slice() })],
      inputs: [0],
    }),
  'a chain of new axes': (size) =>
    file({
      nodes: [inputNode([2]), ...times(size, (i) => node('expandDims', [i], { axes: [0] }))],
      inputs: [0],
    }),
  'a chain of slices': (size) =>
    file({
      nodes: [inputNode([9]), ...times(size, (i) => node('slice', [i], { ranges: [{ start: 0 }] }))],
      inputs: [0],
    }),
  'a chain of transpositions': (size) =>
    file({
      nodes: [inputNode([2, 3]), ...times(size, (i) => node('permuteDims', [i], { axes: [1, 0] }))],
      inputs: [0],
    }),
  'a chain of maps': (size) =>
    file({ nodes: [inputNode([2]), ...times(size, (i) => mapNode('tanh', [i]))], inputs: [0] }),
  'a chain of reshapes to the same': (size) =>
    file({
      nodes: [
        inputNode([6]),
        ...times(size, (i) => node('reshape', [i], { shape: [i % 2 === 0 ? 2 : 3, -1] })),
      ],
      inputs: [0],
    }),
  'squares of squares': (size) =>
    file({ nodes: [inputNode([]), ...times(size, (i) => mapNode('multiply', [i, i]))], inputs: [0] }),
  'sums of sums that are two': (size) =>
    file({
      nodes: [inputNode([3]), inputNode([3], 'y'), ...times(size, (i) => mapNode('add', [i, i + 1]))],
      inputs: [0, 1],
    }),
  'nodes under nested scopes': (size) => {
    const scopes = times(size, (i) => ({ name: `s${i}`, size: 1, ...(i === 0 ? {} : { parent: i - 1 }) }));
    const nodes = [
      inputNode([2]),
      ...times(Math.ceil(size / 2), (i) => ({ ...mapNode('tanh', [i]), scope: size - 1 })),
    ];
    return file({ scopes: scopes.slice(), nodes, inputs: [0] });
  },
  'scopes of nobody': (size) =>
    file({
      scopes: times(size, (i) => ({
        name: '',
        size: 2 ** 53 - 1,
        ...(i === 0 ? {} : { parent: 0 }),
      })).slice(),
      nodes: [inputNode([2])],
      inputs: [0],
    }),
  'nodes that have one name': (size, text) =>
    file({
      nodes: [inputNode([2]), ...times(size, (i) => ({ ...mapNode('tanh', [i]), name: text }))],
      inputs: [0],
    }),
  'nodes whose names are numbered already': (size) =>
    file({
      nodes: [
        inputNode([2]),
        ...times(size, (i) => ({ ...mapNode('tanh', [i]), name: i % 2 === 0 ? 'a' : `a${i}` })),
      ],
      inputs: [0],
    }),
  'a long name': (size) =>
    file({ nodes: [inputNode([2], 'n'.repeat(size)), mapNode('tanh', [0], 'f'.repeat(size))], inputs: [0] }),
  'a long name that stands many times': (size) =>
    file({
      nodes: [inputNode([2], 'n'.repeat(Math.min(size, 60_000))), ...times(40, () => mapNode('tanh', [0]))],
      inputs: [0],
      outputs: times(40, (i) => [`out${i}`, [i + 1, 0]] as const),
    }),
  'an op with a long name': (size) => file({ nodes: [node('o'.repeat(size), [])] }),
  'outputs of one node': (size, text) =>
    file({
      nodes: [inputNode([2]), mapNode('tanh', [0])],
      inputs: [0],
      outputs: times(size, (i) => [`${text}${i}`, [1, 0]] as const),
    }),
  'inputs of one name': (size, text) =>
    file({
      nodes: [...times(size, () => inputNode([2], text)), mapNode('add', [0, Math.max(size - 1, 0)])],
      inputs: times(size, (i) => i),
    }),
  'states of one path': (size, text) =>
    file({
      nodes: [
        ...times(Math.min(size, 1000), () =>
          node('state', [], { path: text, initial: { dtype: 'f64', shape: [1], data: zero } }),
        ),
        mapNode('add', [0, 1]),
      ],
    }),
  'a loop in a loop': (size) => nestedScan(Math.min(size, 3000)),
  'arrays in arrays': (size) => fileText(`${'['.repeat(size)}${']'.repeat(size)}`),
  'attributes in attributes': (size) =>
    fileText(
      `{"scopes":[],"nodes":[{"op":"sum","inputs":[],"attributes":${'{"axes":'.repeat(size)}1${'}'.repeat(size)}}],"inputs":[],"outputs":{}}`,
    ),
  'an axis in arrays': (size) =>
    fileText(
      `{"scopes":[],"nodes":[{"op":"expandDims","inputs":[],"attributes":{"axes":${'['.repeat(size)}0${']'.repeat(size)}}}],"inputs":[],"outputs":{}}`,
    ),
  'a long expression': (size) => expressionFile(times(size, (i) => ({ fn: 'tanh', operands: [i] }))),
  'an expression of squares': (size) =>
    expressionFile(times(size, (i) => ({ fn: 'multiply', operands: [i, i] }))),
  'many parameters': (size) =>
    file({
      nodes: [
        inputNode([2]),
        node(
          'map',
          times(size, () => 0),
          {
            name: 'f',
            lambda: {
              parameters: size,
              expressions: times(size, (i) => ({ argument: `x${i}`, dtype: 'f64' })).slice(),
            },
          },
        ),
      ],
      inputs: [0],
    }),
  'parts that are joined': (size) =>
    file({
      nodes: [
        inputNode([2]),
        node(
          'concat',
          times(size, () => 0),
          { axis: 0 },
        ),
      ],
      inputs: [0],
    }),
  'an equation of many operands': (size) =>
    file({
      nodes: [
        inputNode([2]),
        node(
          'einsum',
          times(size, () => 0),
          { equation: `${times(size, () => 'i').join()}->i` },
        ),
      ],
      inputs: [0],
    }),
  'an equation of many letters': (size) =>
    file({
      nodes: [
        inputNode([2]),
        node('einsum', [0, 0], { equation: `${'i'.repeat(size)},${'i'.repeat(size)}->${'i'.repeat(size)}` }),
      ],
      inputs: [0],
    }),
  'white space': (size) => ' '.repeat(size),
  'a long number': (size) => fileText(`{"scopes":[],"nodes":[],"inputs":[${'9'.repeat(size)}],"outputs":{}}`),
  'a key that stands many times': (size) => fileText(`{${times(size, () => '"nodes":[]').join()}}`),
  'keys that are unknown': (size) => fileText(`{${times(size, (i) => `"k${i}":0`).join()}}`),
  'a long unknown key': (size) => fileText(`{"${'k'.repeat(size)}":0}`),
};
