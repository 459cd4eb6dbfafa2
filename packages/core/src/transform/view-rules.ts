import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Node, Value } from '../ir/grammar.js';
import { composed, isWhole, sameView, stretchedView, type View } from '../ir/view.js';
import { reshape } from '../ops/reshape.js';
import { at } from '../support/list.js';
import { sameShape } from '../value/shape.js';
import { applied, type Rule } from './node.js';

/** What holds for every op that moves no element or only moves elements, those of plugins included. */

/** Longer chains of views than anybody writes are left as they are. */
const LONGEST_CHAIN = 8;

/** What a node shows of its first operand, for the sizes of now. */
function viewOf({ op: { family }, inputs, attributes }: Node): View | undefined {
  if (family.kind !== 'view') return undefined;
  return pipe(
    family.view(
      inputs.map(({ shape }) => shape),
      attributes,
    ),
    E.getOrElse<unknown, View | undefined>(() => undefined),
  );
}

/** The operand of a node that only repeats its elements, as expressions do with their operands anyway. */
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

/** What changes no shape changes nothing. */
const unchanged: Rule = (node, out) => {
  const x = keptOperand(node);
  return x !== undefined && sameShape(x.shape, out.shape) ? x : undefined;
};

/** Of two reshapes the second counts. */
const reshapedOnce: Rule = (node, out) => {
  const inner = keptOperand(node)?.node;
  const x = inner && keptOperand(inner);
  return x && applied(reshape, [x], { shape: out.shape }, out);
};

/** Views of views are one, where an op of the chain says the same in one step: the longest such part of the chain. */
const composedViews: Rule = (node, out) => {
  let view = viewOf(node);
  let found: Value | undefined;
  const ops = [node.op];
  for (let x = node.inputs[0]; x !== undefined && view !== undefined && ops.length < LONGEST_CHAIN;) {
    const inner = viewOf(x.node);
    if (inner === undefined) break;
    const from: Value = at(x.node.inputs, 0);
    view = composed(view, inner);
    ops.push(x.node.op);
    if (sameShape(from.shape, out.shape) && isWhole(view, from.shape)) found = from;
    else {
      for (const op of new Set(ops)) {
        const attributes = op.family.kind === 'view' ? op.family.recognize?.(view, from.shape) : undefined;
        if (attributes !== undefined) found = applied(op, [from], attributes, out);
      }
    }
    x = from;
  }
  return found;
};

/** What is added up where each element has a place of its own, in order, stays as it is. */
const unviewedWhole: Rule = ({ op: { family }, inputs, attributes }, out) => {
  const [x] = inputs;
  if (x === undefined || family.kind !== 'unview' || !sameShape(x.shape, out.shape)) return undefined;
  const view = family.view([out.shape, x.shape], attributes);
  return E.isRight(view) && isWhole(view.right, out.shape) ? x : undefined;
};

export const viewRules: readonly Rule[] = [unchanged, composedViews, reshapedOnce];
export const unviewRules: readonly Rule[] = [unviewedWhole];
export const reshapingRules: readonly Rule[] = [unchanged, reshapedOnce];
