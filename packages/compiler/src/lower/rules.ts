import { cond, scan, type Node } from '@adjoint/core';
import { applies, call, readsOf } from '@adjoint/core/extend';
import type { Block, Rules } from './block.js';
import { lowerCall } from './call.js';
import { lowerCond } from './cond.js';
import { lowerContraction } from './contraction.js';
import { lowerIndexed, lowerUnindexed } from './indexed.js';
import { lowerJoin, lowerSplit } from './join.js';
import { lowerMap } from './map.js';
import { lowerOpaque } from './opaque.js';
import { lowerPrefix } from './prefix.js';
import { lowerReduction } from './reduction.js';
import { lowerReshaping } from './reshaping.js';
import { lowerScan } from './scan.js';
import { lowerSource } from './source.js';
import { lowerUnview } from './unview.js';
import { lowerView } from './view.js';

/** One rule for each family: the ops of plugins have code by it, too. */
function lower(block: Block, node: Node): void {
  const { family } = node.op;
  switch (family.kind) {
    case 'map':
      return lowerMap(block, node, family);
    case 'view':
      return lowerView(block, node, family);
    case 'unview':
      return lowerUnview(block, node, family);
    case 'reshaping':
      return lowerReshaping(block, node);
    case 'reduction':
      return lowerReduction(block, node, family);
    case 'contraction':
      return lowerContraction(block, node, family);
    case 'indexed':
      return lowerIndexed(block, node, family);
    case 'unindexed':
      return lowerUnindexed(block, node, family);
    case 'join':
      return lowerJoin(block, node, family);
    case 'split':
      return lowerSplit(block, node, family);
    case 'source':
      return lowerSource(block, node, family);
    case 'control':
      return lowerControl(block, node);
    case 'prefix':
      return lowerPrefix(block, node, family);
    case 'opaque':
      return lowerOpaque(block, node);
  }
}

/** Loops, choices and calls have code; another op that holds sub-graphs runs its own kernel. */
function lowerControl(block: Block, node: Node): void {
  if (applies(node, scan)) lowerScan(block, node, node.attributes);
  else if (applies(node, cond)) lowerCond(block, node, node.attributes);
  else if (applies(node, call)) lowerCall(block, node, node.attributes);
  else lowerOpaque(block, node);
}

export const rules: Rules = {
  operandsOf: ({ op, inputs }) => inputs.slice(0, readsOf(op)),
  lower,
};
