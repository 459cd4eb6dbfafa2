import * as E from 'fp-ts/lib/Either.js';
import type { Node, Value } from '../ir/grammar.js';
import { composed, isWhole, sameView, stretchedView, type View } from '../ir/view.js';
import { reshape } from '../ops/reshape.js';
import { at } from '../support/list.js';
import { sameShape } from '../value/shape.js';
import { applied, type Rule } from './node.js';

/** Rules for ops that only move elements, or leave them where they are; they hold for ops of plugins too. */

/** How many ops a chain of views may have to be looked at: more than anybody writes. */
const LONGEST_CHAIN = 8;

/** The view of its first operand that a node shows, at the sizes that the graph has now. */
function viewOf({ op: { family }, inputs, attributes }: Node): View | undefined {
  if (family.kind !== 'view') return undefined;
  const view = family.view(
    inputs.map(({ shape }) => shape),
    attributes,
  );
  return E.isLeft(view) ? undefined : view.right;
}

/** The operand of a node that does no more than broadcast it, which elementwise ops do with their operands anyway. */
export function stretchedOperand(node: Node): Value | undefined {
  const view = viewOf(node);
  if (view === undefined) return undefined;
  const x = at(node.inputs, 0);
  const stretched = stretchedView(x.shape, at(node.outputs, 0).shape);
  return stretched !== undefined && sameView(view, stretched) ? x : undefined;
}

/** The operand of a node that has the same elements in the same order. */
function keptOperand(node: Node): Value | undefined {
  const [x] = node.inputs;
  if (x === undefined) return undefined;
  if (node.op.family.kind === 'reshaping') return x;
  const view = viewOf(node);
  return view !== undefined && isWhole(view, x.shape) ? x : undefined;
}

/** An op that keeps elements, their order and the shape is its operand. */
const unchanged: Rule = (node, out) => {
  const x = keptOperand(node);
  return x !== undefined && sameShape(x.shape, out.shape) ? x : undefined;
};

/** A reshape of a reshape is one reshape, to the second shape. */
const reshapedOnce: Rule = (node, out) => {
  const inner = keptOperand(node)?.node;
  const x = inner && keptOperand(inner);
  return x && applied(reshape, [x], { shape: out.shape }, out);
};

/**
 * A chain of views is one op where an op of the chain recognizes the composed view as one of its own. Of the parts of
 * the chain that end in this node the longest such part is taken.
 */
const composedViews: Rule = (node, out) => {
  let view = viewOf(node);
  if (view === undefined) return undefined;
  let found: Value | undefined;
  let x = at(node.inputs, 0);
  const ops = [node.op];
  while (ops.length < LONGEST_CHAIN) {
    const inner = viewOf(x.node);
    if (inner === undefined) break;
    const from = at(x.node.inputs, 0);
    view = composed(view, inner);
    ops.push(x.node.op);
    if (sameShape(from.shape, out.shape) && isWhole(view, from.shape)) found = from;
    else {
      for (const op of new Set(ops)) {
        // An op of two operands has none for the second.
        const attributes =
          op.family.kind === 'view' && op.arity === 1 ? op.family.recognize?.(view, from.shape) : undefined;
        if (attributes !== undefined) found = applied(op, [from], attributes, out);
      }
    }
    x = from;
  }
  return found;
};

/** The transpose of a view that shows every element once, in order, is its operand. */
const unviewedWhole: Rule = ({ op: { family }, inputs, attributes }, out) => {
  const [x] = inputs;
  if (x === undefined || family.kind !== 'unview' || !sameShape(x.shape, out.shape)) return undefined;
  const view = family.view([out.shape, x.shape], attributes);
  return E.isRight(view) && isWhole(view.right, out.shape) ? x : undefined;
};

export const viewRules: readonly Rule[] = [unchanged, composedViews, reshapedOnce];
export const unviewRules: readonly Rule[] = [unviewedWhole];
export const reshapingRules: readonly Rule[] = [unchanged, reshapedOnce];
