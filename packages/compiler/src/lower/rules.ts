import { type Node } from '@adjoint/core';
import {
  readsOf,
  type CallAttributes,
  type CondAttributes,
  type ControlFamily,
  type ScanAttributes,
} from '@adjoint/core/extend';
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
    case 'map': {
      lowerMap(block, node, family);
      return;
    }
    case 'view': {
      lowerView(block, node, family);
      return;
    }
    case 'unview': {
      lowerUnview(block, node, family);
      return;
    }
    case 'reshaping': {
      lowerReshaping(block, node);
      return;
    }
    case 'reduction': {
      lowerReduction(block, node, family);
      return;
    }
    case 'contraction': {
      lowerContraction(block, node, family);
      return;
    }
    case 'indexed': {
      lowerIndexed(block, node, family);
      return;
    }
    case 'unindexed': {
      lowerUnindexed(block, node, family);
      return;
    }
    case 'join': {
      lowerJoin(block, node, family);
      return;
    }
    case 'split': {
      lowerSplit(block, node, family);
      return;
    }
    case 'source': {
      lowerSource(block, node, family);
      return;
    }
    case 'control': {
      lowerControl(block, node, family);
      return;
    }
    case 'prefix': {
      lowerPrefix(block, node, family);
      return;
    }
    case 'opaque': {
      lowerOpaque(block, node);
      return;
    }
  }
}

/** Loops, choices and calls have code; another op that holds sub-graphs runs its own kernel. */
function lowerControl(block: Block, node: Node, { form }: ControlFamily): void {
  const { attributes } = node;
  // The form says whose attributes they are. The ops themselves are not imported: programs may have none of them.
  if (form === 'scan') lowerScan(block, node, attributes as ScanAttributes);
  else if (form === 'cond') lowerCond(block, node, attributes as CondAttributes);
  else if (form === 'call') lowerCall(block, node, attributes as CallAttributes);
  else lowerOpaque(block, node);
}

export const rules: Rules = {
  operandsOf: ({ op, inputs }) => inputs.slice(0, readsOf(op)),
  lower,
};
