import { constantNode, file, inputNode, mapNode, node, scanOver } from './writer.js';

/** Short files in which a number is large. */
export const large: Readonly<Record<string, (size: number) => string>> = {
  'a constant without elements whose shape is large': (size) =>
    file({ nodes: [constantNode([size, 0], '')] }),
  'a constant without elements, the other way': (size) =>
    file({ nodes: [constantNode([0, size, size], '')] }),
  'a long loop': (size) => scanOver(`"length":${size}`),
  'a large input': (size) => file({ nodes: [inputNode([size]), mapNode('tanh', [0])], inputs: [0] }),
  'a large input that is summed': (size) =>
    file({ nodes: [inputNode([size, 2]), node('sum', [0], { keepDims: false })], inputs: [0] }),
  'a large broadcast': (size) =>
    file({
      nodes: [
        inputNode([1, 1]),
        node('broadcastTo', [0], { shape: [size, 3] }),
        node('sum', [1], { keepDims: false }),
      ],
      inputs: [0],
    }),
  'a large padding': (size) =>
    file({
      nodes: [
        inputNode([1]),
        node('pad', [0], { widths: [[size, size]], value: 0 }),
        node('sum', [1], { keepDims: false }),
      ],
      inputs: [0],
    }),
  'a large padding of nothing': (size) =>
    file({ nodes: [inputNode([1, 0]), node('pad', [0], { widths: [[size, size], [0, 0]], value: 0 })], inputs: [0] }), // prettier-ignore
  'indices along what has no elements': (size) =>
    file({ nodes: [inputNode([size, 0]), node('indicesAlong', [0], { axis: 0 })], inputs: [0] }),
  'a reshape of what has no elements': (size) =>
    file({
      nodes: [
        inputNode([0, size]),
        node('flatten', [0], { first: 0, last: 1 }),
        node('reshape', [0], { shape: [size, size, 0] }),
      ],
      inputs: [0],
    }),
  'a product of large matrices': (size) =>
    file({
      nodes: [
        inputNode([size, 2]),
        inputNode([2, size], 'y'),
        node('matmul', [0, 1]),
        node('sum', [2], { keepDims: false }),
      ],
      inputs: [0, 1],
    }),
  'a product over nothing': (size) =>
    file({ nodes: [inputNode([size, 0]), inputNode([0, 3], 'y'), node('matmul', [0, 1])], inputs: [0, 1] }),
  'windows with large steps': (size) =>
    file({
      nodes: [
        inputNode([9, 9]),
        node('windows', [0], { size: [1, 2], stride: [size, 1], dilation: [1, size] }),
      ],
      inputs: [0],
    }),
  'a slice with large bounds': (size) =>
    file({
      nodes: [
        inputNode([9]),
        node('slice', [0], { ranges: [{ start: -size, stop: size, step: Math.max(size, 1) }] }),
      ],
      inputs: [0],
    }),
  'outputs that are not there': (size) => file({ nodes: [inputNode([2])], outputs: [['out', [size, size]]] }),
  'a version': (size) => `{"format":"adjoint-graph","version":${size},"graph":{}}`,
};
