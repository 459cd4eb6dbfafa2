import { call } from '../ops/composite.js';
import type { Op } from '../ir/op.js';
import { constant, input, variable } from '../ir/source.js';
import { interpreter } from '../interpreter/interpreter.js';
import { matmul } from '../ops/contraction.js';
import { averagePool2d, conv2d, maxPool2d } from '../ops/convolution.js';
import { elementwiseOps } from '../ops/elementwise.js';
import { concat, pad, slice, splitLike, unslice } from '../ops/indexing.js';
import { map } from '../ops/map.js';
import {
  broadcastLike,
  broadcastTo,
  expandDims,
  flatten,
  permuteDims,
  reshape,
  reshapeLike,
  squeeze,
  unflatten,
} from '../ops/movement.js';
import { all, any, count, max, mean, min, prod, sum, sumLike } from '../ops/reduction.js';
import { cond } from '../ops/cond.js';
import { scan } from '../ops/scan.js';
import { addTaken, indicesAlong, take } from '../ops/take.js';
import { addWindows, windows } from '../ops/window.js';
import { coreVersion, type Plugin } from './plugin.js';
import { scalarFunctions } from '../scalar/functions.js';

const ops: readonly Op[] = [
  ...[input, constant, variable, call, map, scan, cond, matmul],
  ...[sum, prod, max, min, all, any, mean, count, sumLike],
  ...[reshape, reshapeLike, expandDims, squeeze, permuteDims, broadcastTo, broadcastLike],
  ...[concat, splitLike, slice, unslice, pad, windows, addWindows, flatten, unflatten],
  ...[take, addTaken, indicesAlong],
  ...[conv2d, maxPool2d, averagePool2d],
  ...elementwiseOps,
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
