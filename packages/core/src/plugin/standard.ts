import { map } from '../families/map.js';
import { constant, input, variable } from '../families/source.js';
import { interpreter } from '../interpreter/interpreter.js';
import type { Op } from '../ir/grammar.js';
import { activations } from '../ops/activation.js';
import { broadcastLike, broadcastTo, repeatLike } from '../ops/broadcast.js';
import { call } from '../ops/composite.js';
import { cond } from '../ops/cond.js';
import { einsum, matmul } from '../ops/contraction.js';
import { averagePool2d, conv2d, maxPool2d } from '../ops/convolution.js';
import { elementwiseOps } from '../ops/elementwise.js';
import { concat, pad } from '../ops/join.js';
import { expandDims, permuteDims, slice, squeeze } from '../ops/movement.js';
import { prod } from '../ops/product.js';
import { all, any, max, mean, min, sum } from '../ops/reduction.js';
import { flatten, reshape, reshapeLike, unflatten } from '../ops/reshape.js';
import { scan } from '../ops/scan.js';
import { count, indicesAlong } from '../ops/shape-numbers.js';
import { take } from '../ops/take.js';
import { windows } from '../ops/window.js';
import { coreVersion, type Plugin } from './plugin.js';
import { scalarFunctions } from '../scalar/functions.js';

const ops: readonly Op[] = [
  ...[input, constant, variable, call, map, scan, cond, matmul, einsum],
  ...[sum, prod, max, min, all, any, mean, count],
  ...[reshape, reshapeLike, expandDims, squeeze, permuteDims, broadcastTo, broadcastLike],
  ...[repeatLike],
  ...[concat, slice, pad, windows, flatten, unflatten],
  ...[take, indicesAlong],
  ...[conv2d, maxPool2d, averagePool2d],
  ...elementwiseOps,
  ...activations,
];

/** What core itself brings: the scalar functions, the ops and the interpreter. */
export const corePlugin: Plugin = {
  name: '@adjoint/core',
  version: coreVersion,
  core: coreVersion,
  scalarFunctions,
  ops,
  backends: [interpreter],
};
