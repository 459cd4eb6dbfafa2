import {
  addTaken,
  addWindows,
  all,
  any,
  broadcastLike,
  broadcastTo,
  call,
  concat,
  cond,
  constant,
  count,
  expandDims,
  flatten,
  indicesAlong,
  map,
  matmul,
  max,
  min,
  pad,
  permuteDims,
  prod,
  reshape,
  reshapeLike,
  scalar,
  scan,
  slice,
  splitLike,
  squeeze,
  sum,
  sumLike,
  take,
  unflatten,
  unslice,
  windows,
  type Node,
  type Primitive,
  type Value,
} from '@adjoint/core';
import type { Block, Rules } from './block.js';
import { lowerCall } from './call.js';
import { lowerCond } from './cond.js';
import { lowerMatmul } from './contraction.js';
import { lowerAddTaken, lowerIndices, lowerTake } from './indexed.js';
import { lowerConcat, lowerPad, lowerSplit } from './join.js';
import { lowerMap } from './map.js';
import { lowerOpaque } from './opaque.js';
import { lowerCount, lowerReduction, lowerSumLike } from './reduction.js';
import { lowerReshaping } from './reshaping.js';
import type { Rule } from './rule.js';
import { lowerScan } from './scan.js';
import { lowerConstant } from './source.js';
import { lowerAddWindows, lowerUnslice } from './unview.js';
import { lowerBroadcast, lowerPermute, lowerSlice, lowerWindows } from './view.js';

interface Entry {
  /** How many operands are read; of the rest only the shapes matter. */
  readonly reads: number;
  readonly rule: Rule;
}

const entry = <A>(op: Primitive<A>, reads: number, rule: Rule<A>): readonly [Primitive, Entry] => [
  op,
  // A rule is only ever called with the attributes of its own op.
  { reads, rule: rule as Rule },
];

/** Every op that the compiler knows. Elementwise ops are `map`; composites have been expanded. */
const entries: ReadonlyMap<Primitive, Entry> = new Map([
  entry(constant, 0, lowerConstant),
  entry(map, Infinity, lowerMap),

  entry(broadcastTo, 1, lowerBroadcast),
  entry(broadcastLike, 1, lowerBroadcast),
  entry(permuteDims, 1, lowerPermute),
  entry(slice, 1, lowerSlice),
  entry(windows, 1, lowerWindows),
  entry(unslice, 1, lowerUnslice),
  entry(addWindows, 1, lowerAddWindows),

  entry(reshape, 1, lowerReshaping),
  entry(reshapeLike, 1, lowerReshaping),
  entry(flatten, 1, lowerReshaping),
  entry(unflatten, 1, lowerReshaping),
  entry(expandDims, 1, lowerReshaping),
  entry(squeeze, 1, lowerReshaping),

  entry(sum, 1, lowerReduction(scalar.add)),
  entry(prod, 1, lowerReduction(scalar.multiply)),
  entry(max, 1, lowerReduction(scalar.maximum)),
  entry(min, 1, lowerReduction(scalar.minimum)),
  entry(all, 1, lowerReduction(scalar.and)),
  entry(any, 1, lowerReduction(scalar.or)),
  entry(sumLike, 1, lowerSumLike),
  entry(count, 0, lowerCount),
  entry(matmul, 2, lowerMatmul),

  entry(take, 2, lowerTake),
  entry(addTaken, 2, lowerAddTaken),
  entry(indicesAlong, 0, lowerIndices),
  entry(concat, Infinity, lowerConcat),
  entry(splitLike, 1, lowerSplit),
  entry(pad, 1, lowerPad),

  entry(call, Infinity, lowerCall),
  entry(scan, Infinity, lowerScan),
  entry(cond, Infinity, lowerCond),
]);

function operandsOf({ op, inputs }: Node): readonly Value[] {
  const reads = entries.get(op)?.reads ?? Infinity;
  return inputs.length <= reads ? inputs : inputs.slice(0, reads);
}

function lower(block: Block, node: Node): void {
  const known = entries.get(node.op);
  const [out] = node.outputs;
  if (known === undefined) lowerOpaque(block, node);
  else if (out !== undefined) known.rule(block, node, out, node.attributes);
}

/** The rules of all ops: one of a plugin that has none runs its own kernel. */
export const rules: Rules = { operandsOf, lower };
